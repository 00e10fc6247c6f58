import Scenarios
import Testing

@testable import Credentials

@Suite struct CredentialScannerTests {
    private let scanner = CredentialScanner()
    /// Drawn by lot once; it opens nothing.
    private let random = ["q8ZtR2vX5nLw", "7YbK3mDf9GhJ", "4cPs6TaEwRuQ"].joined()

    private func found(_ text: String, _ path: String) -> [String] {
        let bytes = Array(text.utf8)
        return scanner.candidates(in: bytes, path: path).map {
            "\($0.kind.rawValue) \(String(decoding: bytes[$0.range], as: UTF8.self))"
        }
    }

    @Test("A value without quotes counts in settings, and not in programs")
    func bareValues() {
        let password = "Zp9" + "kfwe7"
        #expect(found("password: \(password)", "a.yaml") == ["generic_password \(password)"])
        #expect(found("password = \(password)", "a.ini") == ["generic_password \(password)"])
        #expect(found("password = \(password)", "a.py").isEmpty)
        #expect(found("password = '\(password)'", "a.py") == ["generic_password \(password)"])
        #expect(found("password: \(password)", "a.json").isEmpty)
        #expect(found("\"password\": \"\(password)\"", "a.json") == ["generic_password \(password)"])
        #expect(found("dsn = 'host=db password=\(password) port=1'", "a.py") == ["generic_password \(password)"])
    }

    @Test("What a variable is replaced by where it is not set is a value")
    func defaults() {
        let password = "Zp9" + "kfwe7"
        #expect(found("PASSWORD=${DB_PASSWORD:-\(password)}", ".env") == ["generic_password \(password)"])
        #expect(found("PASSWORD=${DB_PASSWORD:-}", ".env").isEmpty)
        #expect(found("PASSWORD=${DB_PASSWORD:-changeme}", ".env").isEmpty)
    }

    @Test("A rule that knows the shape goes before one that goes by the name, and a credential is told once")
    func ranks() {
        let token = "gh" + "p_" + random
        #expect(found("GITHUB_TOKEN=\(token)", ".env") == ["github_token \(token)"])
        #expect(found("url: https://x:\(token)@github.com/a", "a.yml") == ["github_token \(token)"])
        let two = "TOKEN=\(token)\nTOKEN=\(token)\n"
        #expect(found(two, ".env") == ["github_token \(token)", "github_token \(token)"])
    }

    @Test("A token ends where its word ends, and begins where a word begins")
    func boundaries() {
        let token = "gh" + "p_" + random
        #expect(found("(\(token))", "a.txt") == ["github_token \(token)"])
        #expect(found("a\\n\(token)", "a.json") == ["github_token \(token)"])
        #expect(found("x%3D\(token)", "a.txt") == ["github_token \(token)"])
        #expect(found("a\(token)", "a.txt").isEmpty)
        let id = "AK" + "IA" + "Q3EGRJ5LPNTW2XYZ"
        #expect(found(id, "a.txt") == ["aws_access_key_id \(id)"])
        #expect(found(id + "A", "a.txt").isEmpty)
        #expect(found(String(id.dropLast()), "a.txt").isEmpty)
    }

    @Test("A private key is the same in lines, in one line, and in the strings of a program")
    func privateKeys() {
        let body = (0..<4).map { _ in String(random.dropLast(4)) + String(random.reversed().dropLast(4)) }
        let lines = ["-----BEGIN EC " + "PRIVATE KEY-----"] + body + ["-----END EC " + "PRIVATE KEY-----"]
        let texts = [
            lines.joined(separator: "\n"), lines.joined(separator: "\r\n"), lines.joined(separator: "\\n"),
            lines.joined(separator: "\\n\" +\n  \""), lines.joined(separator: "\n      "),
        ]
        let secrets = texts.map { scanner.candidates(in: Array($0.utf8), path: "a").map(\.secret) }
        #expect(secrets[0].count == 1)
        // The sign between two strings is one of base64, too, so the fourth form may differ by it.
        for location in [1, 2, 4] { #expect(secrets[location] == secrets[0]) }
        #expect(secrets[3].count == 1)
        #expect(found("\"-----BEGIN EC PRIVATE KEY-----\" then \"-----END EC PRIVATE KEY-----\"", "a.java").isEmpty)
    }

    @Test("UTF-16 is read by its mark, zeros make a binary, and lines end with LF, CR or both")
    func texts() {
        let text = "äöü\r\n€ = 1\nx"
        let little: [UInt8] = [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let big: [UInt8] = [0xFE, 0xFF] + text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        #expect(SourceText(little) == .text(Array(text.utf8)))
        #expect(SourceText(big) == .text(Array(text.utf8)))
        #expect(SourceText([0xEF, 0xBB, 0xBF] + Array(text.utf8)) == .text(Array(text.utf8)))
        #expect(SourceText([0x50, 0x4B, 0x00]) == .binary)
        #expect(SourceText([]) == .text([]))
        // ä, ö and ü take two bytes each, € three: offset 7 is the LF, 11 the blank behind €, 16 the x, 99 the end.
        let places = CredentialLocation.places(of: [0, 2, 8, 11, 16, 99], in: Array(text.utf8))
        #expect(places.map { [$0.line, $0.column] } == [[1, 1], [1, 2], [2, 1], [2, 2], [3, 1], [3, 2]])
        let old = CredentialLocation.places(of: [2, 4], in: Array("a\rb\rc".utf8))
        #expect(old.map(\.line) == [2, 3])
    }

    @Test("A preview shows four characters and a quarter at most, and a description never the secret")
    func preview() {
        let long = CredentialCandidate(kind: .githubToken, range: 0..<40, secret: Array(("gh" + "p_" + random).utf8))
        #expect(long.preview == "ghp_… (40 characters)")
        #expect("\(long)" == "github_token at 0: ghp_… (40 characters)")
        #expect(!String(reflecting: long).contains(random))
        let short = CredentialCandidate(kind: .genericPassword, range: 0..<7, secret: Array("hunter2".utf8))
        #expect(short.preview == "h… (7 characters)")
    }

    @Test(
        "Texts made to cost time are searched to their end",
        arguments: [
            "password=", "key:", "://a:", "-----BEGIN " + "PRIVATE KEY-----", "eyJ", "AKIA", "token=\"",
            "{\"key\":{\"value\":", "\\\"secret\\\":",
            "curl -u a:", "cloudflare", "name: password value: ", "sig=", "LS0tLS1CRUdJTi", "<password>", "auth-pass ",
        ])
    func hostile(piece: String) {
        let flood = Array(String(repeating: piece, count: 6_000 / piece.utf8.count).utf8)
        for path in ["a.yaml", "a.swift", ".env", "a.json", "Dockerfile", ".pgpass"] {
            #expect(scanner.candidates(in: flood, path: path).count <= CredentialScanner.maximumCandidates)
            #expect(
                scanner.candidates(in: flood + [0xFF, 0xFE, 0x00], path: path).count
                    <= CredentialScanner.maximumCandidates)
        }
    }
}

import Foundation
import Scenarios
import Testing

@testable import Import

@Suite("Options and texts of curl")
struct CurlOptionTests {
    /// A folder with a file in it, gone when the body is done.
    private func withFile(_ name: String, _ text: String, _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("curl-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent(name)
        try Data(text.utf8).write(to: file)
        try body(file.path)
    }

    @Test("TLS: what is verified, by which authorities, with which certificate and versions")
    func security() throws {
        try withFile("a.pem", "x") { path in
            let scenario = try curl(
                "curl -k --tlsv1.2 --tls-max 1.3 --compressed --http2 https://a.test/")
            let defaults = try scenario.read().defaults
            #expect(!defaults.tls.verifies && defaults.tls.versions == .tls12 ... .tls13)
            #expect(defaults.http.version == .http2 && defaults.http.compression)
            #expect(scenario.leftOut == [])
            let text = try curl("curl --cacert \(path) --cert \(path) --key \(path) https://a.test/").text
            #expect(text.contains("    ca: \(path)\n    certificate: \(path)\n    key: \(path)\n"))
            // A certificate file may hold the key, too.
            #expect(try curl("curl -E \(path) https://a.test/").text.contains("    key: \(path)\n"))
            // To http:// nothing of TLS applies.
            #expect(try !curl("curl -k --cacert \(path) http://a.test/").text.contains("tls:"))
        }
        #expect(
            problems { try curl("curl --cert gone.pem --key a:b https://a.test/") } == [
                "curl: word 1: the file \"gone.pem\" can't be read: a scenario needs it, too",
                "curl: word 3: the file \"a:b\" can't be read: a scenario needs it, too",
            ])
    }

    @Test("Ways: a proxy with its user, a Unix socket, addresses of names, redirects")
    func ways() throws {
        let password = ["zQ9", "proxy", "word"].joined(separator: "-")
        let proxied = try curl("curl -x bob:\(password)@proxy.test:3128 -L --max-redirs 3 http://a.test/")
        #expect(!proxied.text.contains(password))
        #expect(proxied.text.contains("proxy: http://bob:${env:PROXY_PASSWORD:-change-me}@proxy.test:3128"))
        #expect(try proxied.read().steps.first?.redirects == 3)
        #expect(
            try curl("curl --socks5-hostname proxy.test http://a.test/").text.contains(
                "proxy: socks5h://proxy.test:1080"))
        let socket = try curl("curl --unix-socket /run/a.sock http://localhost/x").read()
        #expect(socket.defaults.http.unixSocket == "/run/a.sock")
        let resolved = try curl("curl --resolve a.test:80:127.0.0.1 http://a.test/").read()
        #expect(resolved.defaults.http.resolve == [.init(host: "a.test", port: 80, address: "127.0.0.1")])
        #expect(try curl("curl -L http://a.test/").read().steps.first?.redirects == 50)
    }

    @Test("Who sends it: digest and AWS's signature, passwords and keys from the environment")
    func authentication() throws {
        let secret = ["zQ9", "digest", "word"].joined(separator: "-")
        let digest = try curl("curl --digest -u bob:\(secret) http://a.test/")
        #expect(!digest.text.contains(secret))
        guard case .digest(let user, _) = try digest.read().steps.first?.authentication ?? .bearer(token: Text(""))
        else {
            Issue.record("no digest: \(digest.text)")
            return
        }
        #expect(user == Text("bob"))
        let signed = try curl(
            "curl --aws-sigv4 aws:amz:eu-west-1:es --user \"$ID:\(secret)\" -H 'x-amz-security-token: \(secret)1' http://a.test/"
        )
        #expect(!signed.text.contains(secret))
        guard
            case .aws(let signature) = try signed.read(["ID": "iiii"]).steps.first?.authentication
                ?? .bearer(token: Text(""))
        else {
            Issue.record("no signature: \(signed.text)")
            return
        }
        #expect(signature.region == "eu-west-1" && signature.service == "es" && signature.keyID.constant == "iiii")
        #expect(signature.sessionToken != nil)
        #expect(
            try curl("curl --aws-sigv4 aws:amz -u a:b http://es.eu-west-1.amazonaws.test/").text.contains(
                "region: eu-west-1"))
    }

    @Test("Bodies: fields and files of several parts, an upload, files that are read")
    func bodies() throws {
        try withFile("note.txt", "line 1\r\nline 2\n") { path in
            let folder = String(path.dropLast("/note.txt".count))
            let steps = try curl(
                """
                curl http://a.test/form -F 'a=1;type=text/css' -F 'b=@"\(path)";type=text/x;charset=u;filename="b c"' \\
                  -F 'c=<\(path)' --form-string 'd=@x;type=y' --next -T \(path) http://a.test/dir/ \\
                  --next -T \(path) -X POST http://a.test/up --next --data-binary @\(path) http://a.test/raw \\
                  --next -d @\(path) -H 'Content-Type: text/plain' http://a.test/text --next --json @\(path) http://a.test/json \\
                  --next -d a=1 --data-urlencode n@\(path) http://a.test/both --next -r 0-9 http://a.test/range \\
                  --next --url-query 'q=a b' 'http://a.test/query?x=1'
                """
            ).read().steps
            #expect(
                steps.map { "\($0.method.rawValue) \($0.url.constant ?? "")" } == [
                    "POST /form", "PUT /dir/note.txt", "POST /up", "POST /raw", "POST /text", "POST /json",
                    "POST /both",
                    "GET /range", "GET /query?x=1&q=a%20b",
                ])
            #expect(
                steps[0].body
                    == .multipart([
                        .init(name: "a", content: .text(Text("1")), type: "text/css", fileName: nil),
                        .init(name: "b", content: .file(path: path), type: "text/x;charset=u", fileName: "b c"),
                        .init(name: "c", content: .text(Text("line 1\r\nline 2\n")), type: nil, fileName: nil),
                        .init(name: "d", content: .text(Text("@x;type=y")), type: nil, fileName: nil),
                    ]))
            #expect(steps[1].body == .file(path: path) && steps[2].body == .file(path: path))
            #expect(steps[3].body == .file(path: path) && steps[5].body == .file(path: path))
            #expect(
                steps[3].headers == [Header(name: "Content-Type", value: Text("application/x-www-form-urlencoded"))])
            // curl takes line breaks out of -d @FILE.
            #expect(steps[4].body == .text(Text("line 1line 2")))
            #expect(
                steps[6].body
                    == .form([
                        Header(name: "a", value: Text("1")), Header(name: "n", value: Text("line 1\r\nline 2\n")),
                    ]))
            #expect(steps[7].headers == [Header(name: "Range", value: Text("bytes=0-9"))])
            #expect(folder.hasPrefix("/"))
        }
        #expect(
            problems { try curl("curl -F a=1 -F a=2 -T - -F 'b=@-' http://a.test/") } == [
                "curl: word 3: the field \"a\" comes twice: a scenario has each field once",
                "curl: word 5: -T wants one file",
                "curl: word 7: standard input can't be imported: name a file",
            ])
        #expect(
            problems { try curl("curl -F a=1 -d b=2 http://a.test/") } == [
                "curl: word 5: a request has one body: of -d, -F and -T only one"
            ])
    }

    @Test("Several commands: lines, semicolons, ampersands, pipes and files between them")
    func commands() throws {
        let scenario = try curl(
            """
            #!/bin/sh
            # log in
            curl -s http://a.test/1 > out.txt 2>&1
            curl 'http://a.test/2' ; curl http://a.test/3 && curl "http://a.test/4" &
            echo done
            TOKEN=$X curl http://a.test/5 \\
              -H 'A: b' | jq .a
            """)
        #expect(try scenario.read().steps.map(\.name) == ["GET /1", "GET /2", "GET /3", "GET /4", "GET /5"])
        #expect(
            scenario.leftOut == [
                "what follows a command: \"out.txt\"", "what follows a command: \"echo\"",
                "what follows a command: \"jq\"",
            ])
        #expect(problems { try curl("curl http://a.test/\ncurl -s") } == ["curl 2: the command names no URL"])
        #expect(
            problems { try curl("curl a.test\ncurl a.test -%") } == ["curl 2: word 2: the option \"-%\" is not known"])
    }

    @Test("Cookies of a file are kept by each user")
    func cookieFiles() throws {
        let scenario = try curl("curl -c jar http://a.test/in -d a=1\ncurl -b jar http://a.test/me")
        #expect(try scenario.read().defaults.http.cookies)
    }

    @Test("Commands for Windows, as browsers copy them")
    func windows() throws {
        // Chromium: every quote behind a caret; a line break in a body is a caret and two line ends.
        let chromium =
            "curl ^\"http://a.test/a?x=1^&y=%^20z^\" ^\r\n  -H ^\"Content-Type: application/json^\" ^\r\n"
            + "  --data-raw ^\"^{^\\^\"a^\\^\":^\\^\"1 ^%^ b^\\^\"^}^\" &\r\ncurl ^\"http://a.test/b^\""
        // Firefox: quotes twice.
        let firefox =
            "curl \"http://a.test/a?x=1&y=%20z\" ^\n-H \"Content-Type: application/json\" ^\n"
            + "--data-raw \"{\"\"a\"\":\"\"1 % b\"\"}\" &\ncurl \"http://a.test/b\""
        for text in [chromium, firefox] {
            let steps = try curl(text).read().steps
            #expect(steps.map { "\($0.method.rawValue) \($0.url.constant ?? "")" } == ["POST /a?x=1&y=%20z", "GET /b"])
            #expect(steps.first?.body == .json(.object([.init(name: "a", value: .text(Text("1 % b")))])))
        }
        #expect(
            try WindowsWords.commands("a ^\"b^\n\nc^\" \"d\\\\\" e\\f \"g\\\"h\"") == [
                ["a", "b\nc", "d\\", "e\\f", "g\"h"]
            ])
    }
}

import Foundation
import Measures
import Scenarios
import TestSupport
import Testing

@Suite("Redaction")
struct RedactionTests {
    /// A password, assembled so that it is found in no source.
    private static let word = ["Tr0ub4", "dor3x"].joined()

    /// Secrets of all sorts, by a seed: letters, UTF-8, marks that formats escape, several lines, long ones.
    static func secrets(seed: UInt64) -> [String] {
        var random = SeededRandom(seed: seed)
        let alphabets: [[Character]] = [
            Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"),
            Array("abcXYZ0189\"'/\\&<>%+= ?"), Array("abcXYZ0189-_.~!$*()"), Array("abcäöüßéλЖ漢字🔑019"),
            Array("0123456789abcdef"),
        ]
        return alphabets.flatMap { alphabet in
            [9, 13, 18, 40, 300].map { length in
                // It begins and ends in letters: blanks at the ends are no part of a secret.
                "q" + String((0..<(length - 2)).map { _ in alphabet.randomElement(using: &random) ?? "x" }) + "z"
            }
        } + ["first line of 3 4 5\nsecond, of 6 7\n8 9 third\nx"]
    }

    /// The longest piece of a secret, in bytes, that a text shows.
    private static func shown(of secret: [UInt8], in text: [UInt8]) -> Int {
        var longest = 0
        // The lengths of the common ends before each place, as in the longest common substring.
        var before = [Int](repeating: 0, count: secret.count + 1)
        for byte in text {
            var now = [Int](repeating: 0, count: secret.count + 1)
            for index in secret.indices where secret[index] == byte {
                now[index + 1] = before[index] + 1
                longest = max(longest, now[index + 1])
            }
            before = now
        }
        return longest
    }

    @Test("No coding of a secret shows, whatever stands around it", arguments: SecretCoding.all)
    func coded(_ coding: SecretCoding) {
        for secret in Self.secrets(seed: 1) {
            var secrets = Secrets()
            secrets.add(secret, shown: "${env:S}")
            let coded = coding.encode(secret)
            let text = secrets.redact("{\"error\": \"bad token \(coded)\"}, again: \(coded).")
            #expect(!text.contains(coded), "\(secret): \(text)")
            #expect(text.contains("${env:S}"), "\(secret): \(text)")
            // Base64 may keep a character at each end that is not of the secret alone.
            let shown = Self.shown(of: Array(coded.utf8), in: Array(text.utf8))
            #expect(shown < 8 || coded.utf8.count < 8, "\(secret) as \(coded): \(text)")
        }
    }

    @Test("Of a secret that is cut off, nothing of 8 bytes shows", arguments: [2, 3])
    func cuts(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for secret in Self.secrets(seed: seed) {
            var secrets = Secrets()
            secrets.add(secret, shown: "***")
            let bytes = Array(secret.utf8)
            for _ in 0..<20 {
                let start = Int.random(in: 0...(bytes.count - 8), using: &random)
                let end = Int.random(in: (start + 8)...bytes.count, using: &random)
                let before = "xyz: ", after = ["", "…", "\"}", " and more", "XX"].randomElement(using: &random) ?? ""
                let text = Array(before.utf8) + bytes[start..<end] + Array(after.utf8)
                // Over 256 bytes, with blanks: a document, of which pieces count from 16 bytes on.
                let bound = bytes.count > 256 && secret.contains(" ") ? 16 : 8
                #expect(Self.shown(of: bytes, in: secrets.redact(text)) < bound, "\(secret) \(start)..<\(end)")
            }
        }
    }

    @Test("Half of a short secret goes where it is cut off, but not within a word")
    func halves() {
        var secrets = Secrets()
        // 12 bytes: halves are of 6 and 7.
        secrets.add("Tr0ub4dor&3x", shown: "${env:PASSWORD}")
        for text in ["got Tr0ub4", "got \"Tr0ub4d\"", "…dor&3x found", "Tr0ub4…"] {
            #expect(secrets.redact(text).contains("${env:PASSWORD}"), "\(text)")
        }
        #expect(secrets.redact("Tr0ub and or&3x") == "Tr0ub and or&3x")
        #expect(secrets.redact("Tr0ub4lance") == "Tr0ub4lance")
        var words = Secrets()
        words.add("localhost", shown: "***")
        #expect(words.redact("a local host, locals") == "a local host, locals")
    }

    @Test("Short secrets go as a whole and in their own case; below 4 bytes they stay")
    func short() {
        var secrets = Secrets()
        secrets.add("s3cr", shown: "${env:A}")
        secrets.add("abc", shown: "${env:B}")
        #expect(secrets.redact("s3cr, as3crb, S3CR, abc") == "${env:A}, a${env:A}b, S3CR, abc")
        #expect(secrets.redact("%73%33cr \\u00733cr") == "${env:A} ${env:A}")
        // "s3cr" is 73 33 63 72.
        #expect(secrets.redact("73336372") == "${env:A}")
        #expect(secrets.sources == ["${env:A}", "${env:B}"])
    }

    @Test("User and password go in base64, the user alone stays")
    func pair() {
        var secrets = Secrets()
        secrets.addPair(user: "painter", password: "p4ss", shown: "${env:PASSWORD}")
        let coded = Data("painter:p4ss".utf8).base64EncodedString()
        #expect(secrets.redact("Basic \(coded), painter") == "Basic ${env:PASSWORD}, painter")
    }

    @Test("Of a URL the password and long parts are secret, its host is not")
    func urls() {
        var secrets = Secrets()
        let url = "postgres://painter:\(Self.word)@db.internal:5432/paintbox?key=0a1b2c3d4e"
        secrets.add(url, shown: "${env:DATABASE}")
        #expect(secrets.redact("<\(url)>") == "<${env:DATABASE}>")
        #expect(secrets.redact("can't reach db.internal:5432") == "can't reach db.internal:5432")
        #expect(secrets.redact("of \(Self.word)") == "of ${env:DATABASE}")
        #expect(secrets.redact("key 0a1b2c3d4e!") == "key ${env:DATABASE}!")
    }

    @Test("Of a JSON object the texts are secret, its members' names are not")
    func objects() {
        var secrets = Secrets()
        secrets.add(#"{"username": "painter", "password": "\#(Self.word)", "port": 5432}"#, shown: "${aws-secret:db}")
        #expect(secrets.redact(#"{"username": "someone"}"#) == #"{"username": "someone"}"#)
        #expect(secrets.redact("of \(Self.word)") == "of ${aws-secret:db}")
    }

    @Test("What stands in a secret's place is left as it is")
    func labels() {
        var secrets = Secrets()
        secrets.add("api_password_1", shown: "${env:API_PASSWORD_1}")
        let once = secrets.redact("is api_password_1.")
        #expect(once == "is ${env:API_PASSWORD_1}.")
        #expect(secrets.redact(once) == once)
    }

    @Test("A part of a text is searched with what is around it")
    func windows() {
        var secrets = Secrets()
        secrets.add("0123456789abcdef", shown: "***")
        let text = Array("xx0123456789abcdefyy".utf8)
        // Only 4 bytes of it are in the part.
        #expect(secrets.redact(text, within: 0..<6) == Array("xx***".utf8))
        #expect(secrets.redact(text, within: 14..<20) == Array("***yy".utf8))
    }

    @Test("A long secret goes wherever it is cut, in a text of many parts")
    func long() {
        var random = SeededRandom(seed: 5)
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        let secret = String((0..<100_000).map { _ in letters.randomElement(using: &random) ?? "x" })
        var secrets = Secrets()
        secrets.add(secret, shown: "***")
        // Kept by every eighth piece: 7 bytes may stay at each end.
        let cut = Array(secret.utf8)[40_003..<60_005]
        let text = secrets.redact(Array(repeating: UInt8(ascii: "-"), count: 65_530) + cut + [UInt8(ascii: "-")])
        #expect(text.count <= 65_530 + 7 + 3 + 7 + 1)
    }

    @Test("Texts without secrets stay as they are")
    func harmless() throws {
        var secrets = Secrets()
        for secret in Self.secrets(seed: 4) { secrets.add(secret, shown: "***") }
        let text = "status 422: {\"detail\": [\"value is not a valid integer\", 1.5e+3, \"a&amp;b %41 \\u0041 ä漢\"]}"
        #expect(secrets.redact(text) == text)
    }
}

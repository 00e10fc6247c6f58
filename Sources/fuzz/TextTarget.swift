import Credentials
import Foundation
import HTTPFields
import Measures
import Probes
import Scenarios
import VerificationKit

/// A reader of a whole text: a header field, what a probe was answered, a file that is searched. It may refuse its input,
/// and must come to the same each time.
struct TextTarget: FuzzTarget, Sendable {
    let name: String
    let corpus: [[UInt8]]
    let words: [[UInt8]]
    /// What it read, in words; nil where it refused.
    private let read: @Sendable ([UInt8]) -> String?
    /// It gets one of so many inputs, since it takes longer than others.
    let share: UInt64

    init(
        _ name: String, _ corpus: [String], words: [String], share: UInt64 = 1,
        read: @escaping @Sendable ([UInt8]) -> String?
    ) {
        self.name = name
        self.share = share
        self.corpus = corpus.map { Array($0.utf8) }
        self.words = words.map { Array($0.utf8) }
        self.read = read
    }

    func check(_ input: [UInt8], random: inout SeededRandom) throws(BrokenRule) -> Bool {
        let one = read(input)
        try BrokenRule.unless(one == read(input), "the same input was read in two ways")
        return one != nil
    }

    /// All of them.
    static let all = [fields, dates, cookies, credentials] + samples + ofDrills

    private static let fields = TextTarget(
        "structured fields",
        [
            "\"p\";q=100;w=60, edge; hit; ttl=30", "a;b=?1;c=:aGk=:;d=@1659578233, 1.5, -7, *x/y:z",
            "\"a\\\"b\\\\\"", "cdn; fwd=stale; fwd-status=304; stored; detail=\"x\"",
        ], words: ["\"", "\\", ";", ",", "=", "?0", ":", "@", "(", ")", "999999999999999", "0.001", "-", " ", "\t"]
    ) { bytes in StructuredFieldList(String(decoding: bytes, as: UTF8.self)).map { "\($0)" } }

    private static let dates = TextTarget(
        "HTTP dates", ["Sun, 06 Nov 1994 08:49:37 GMT", "Thu, 29 Feb 2024 12:00:00 GMT"],
        words: ["Feb", "GMT", "00", "31", "9999", "60", ":", " ", ",", "٣"]
    ) { bytes in HTTPDate.seconds(String(decoding: bytes, as: UTF8.self)).map { "\($0)" } }

    private static let cookies = TextTarget(
        "cookies as browsers read them",
        [
            "sid=1; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=60", "__Host-a=\"b\"; expires=x; domain=.example",
            "=; =; a", "partitioned; samesite=none",
        ], words: [";", "=", "Secure", "__Secure-", "SameSite=", "\0", "\r\n", " ", "\t"]
    ) { bytes in SetCookie(String(decoding: bytes, as: UTF8.self)).map { "\($0)" } }

    /// What looks like credentials is put together here: the sources themselves are searched, too.
    private static let value = ["Zp9k", "fwe7"].joined()
    private static let parts = ["{\"alg\":\"HS256\"}", "{\"sub\":\"1\"}", "signed"].map {
        Data($0.utf8).base64EncodedString()
    }

    private static let credentials = TextTarget(
        "files that are searched for credentials",
        [
            "password: \"\(value)\"\ntoken=abc", "url: postgres://user:\(value)@db/x?sslmode=on",
            "Authorization: Bearer \(parts.joined(separator: "."))",
            "<password>\(value)</password>", "-----BEGIN PRIVATE KEY-----\nMIIabcd\n-----END PRIVATE KEY-----",
            "curl -u user:\(value) https://h", "{\"key\":{\"value\":\"\(value)\"}}", "P=${X:-\(value)}",
        ],
        words: [
            "\"", "'", "`", "\\", "\n", "=", ":", "://", "@", "${", "}", "<!--", "secret", "password", "-----BEGIN ",
            "sig=", "eyJ", "\u{FEFF}", "ü",
        ]
    ) { bytes in
        let found = ["a.yaml", "a.py", "a.json", ".env"].map { scanner.candidates(in: bytes, path: $0) }
        for candidate in found.joined() {
            precondition(candidate.range.lowerBound >= 0 && candidate.range.upperBound <= bytes.count)
        }
        return found.joined().isEmpty ? nil : "\(found.map { $0.map(\.range) })"
    }

    private static let scanner = CredentialScanner()

    private static let filter = Probe.Filter(name: "a", value: "x", isEqual: true)

    private static let samples = [
        sample("numbers of probes", .number, [" 12.5e3\n", "-1"], words: ["e", ".", "-", "inf", "nan", "0x"]),
        sample(
            "JSON of probes", .json(JSONPath(elements: [.name("a")], source: "$.a"), counts: false),
            ["{\"a\": 1.5}", "{\"a\": [1, {}]}"],
            words: ["{", "}", "[", "]", "\"", "1e999", "\\ud800", "null", "\"a\":"]),
        sample(
            "CSV of probes", .csv(columns: ["v"], filters: [filter]), ["a,v\nx,1\ny,2\n", "a,v\r\n\"x\",\"3\"\r\n"],
            words: [",", "\"", "\n", "\r\n", "a", "v", "x"]),
        sample(
            "lines of probes", .lines(names: ["used"]), ["# Memory\r\nused:12\r\nother=1\n", "used=3"],
            words: [":", "=", "used", "\n", "\r\n"]),
        sample(
            "Prometheus pages", .prometheus(metrics: ["m"], labels: [filter]),
            [
                "# TYPE m gauge\nm{a=\"x\",b=\"\\n\"} 1 1395066363000\n",
                "m{a=\"x\"} +Inf # {t=\"y\"} 1 2\nm{a=\"x\"} 3\n",
            ],
            words: ["{", "}", "\"", "\\", ",", "=", "#", "m", "a=\"x\"", " ", "\n", "NaN", "1e400"]),
    ]

    private static func sample(
        _ name: String, _ format: any ProbeFormat, _ corpus: [String], words: [String]
    ) -> TextTarget {
        TextTarget(name, corpus, words: words) { bytes in
            (try? format.finiteNumber(in: bytes)).map { "\($0)" }
        }
    }
}

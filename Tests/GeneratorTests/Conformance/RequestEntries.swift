import Measures
import Scenarios
import TestSupport

/// The head of requests, as the server sees it.
extension ConformanceGroup {
    static let requestEntries: [ConformanceEntry] = [
        request("Host, User-Agent and Accept are there, once each") {
            $0.seen = [
                .field("Host", "AUTHORITY"), .field("User-Agent", "loadgate-test"), .field("Accept", "*/*"),
                .noField("Accept-Encoding"), .noField("Content-Length"), .noField("Transfer-Encoding"),
            ]
        },
        request("over IPv6 Host has brackets (RFC 9110 §7.2, RFC 3986 §3.2.2)") {
            $0.server.ipv6 = true
            $0.seen = [.field("Host", "AUTHORITY")]
        },
        request("a step's field", fields: [("X-Step", "one")]) { $0.seen = [.field("X-Step", "one")] },
        request("a default field") {
            $0.defaults = [Header(name: "X-Default", value: Text("one"))]
            $0.seen = [.field("X-Default", "one")]
        },
        request("a step's field replaces a default, whatever the case of its name", fields: [("x-API-key", "step")]) {
            $0.defaults = [Header(name: "X-Api-Key", value: Text("default"))]
            $0.seen = [.field("X-API-Key", "step")]
        },
        request("a step's field replaces its own earlier one", fields: [("A", "1"), ("a", "2")]) {
            $0.seen = [.field("A", "2")]
        },
        request("Host replaced", fields: [("Host", "paintbox.example")]) {
            $0.seen = [.field("Host", "paintbox.example")]
        },
        request("User-Agent replaced", fields: [("user-agent", "other/1")]) {
            $0.seen = [.field("User-Agent", "other/1")]
        },
        request("Accept replaced", fields: [("Accept", "application/json")]) {
            $0.seen = [.field("Accept", "application/json")]
        },
        request("Content-Type replaced", fields: [("Content-Type", "application/vnd.api+json")]) {
            $0.step.method = .post
            $0.step.body = .json(.raw("1"))
            $0.seen = [.field("Content-Type", "application/vnd.api+json"), .body("1")]
        },
        // A field may have an empty value (RFC 9110 §5.5).
        request("an empty value", fields: [("X-Empty", "")]) { $0.seen = [.field("X-Empty", "")] },
        request("a value of UTF-8 and of punctuation", fields: [("X-Text", "ä€😀 \"a\";b=c, (d)")]) {
            $0.seen = [.field("X-Text", "ä€😀 \"a\";b=c, (d)")]
        },
        request("a value that holds a colon", fields: [("X-URL", "http://a:1/;b")]) {
            $0.seen = [.field("X-URL", "http://a:1/;b")]
        },
        request("line ends in a value are blanks: no second field is smuggled in", fields: [("X-A", "1\r\nX-B: 2")]) {
            $0.seen = [.field("X-A", "1  X-B: 2"), .noField("X-B")]
        },
        request("a value of 16 KiB", fields: [("X-Long", String(repeating: "v", count: 16_384))]) {
            $0.seen = [.field("X-Long", String(repeating: "v", count: 16_384))]
        },
        request("a hundred fields", fields: (0..<100).map { ("X-Field-\($0)", "\($0)") }) {
            $0.seen = (0..<100).map { .field("X-Field-\($0)", "\($0)") }
        },
        request("a Cookie field stands as given", fields: [("Cookie", "a=1; b=\"2\"")]) {
            $0.seen = [.field("Cookie", "a=1; b=\"2\"")]
        },
        request("Accept-Encoding only where it is given", fields: [("Accept-Encoding", "gzip")]) {
            $0.seen = [.field("Accept-Encoding", "gzip")]
        },
        target("/a/b?x=1&y=%20z", line: "/a/b?x=1&y=%20z"),
        target("/?", line: "/?"),
        target("//double//slashes/", line: "//double//slashes/"),
        // The path stays as the scenario has it: a server's own handling of dots may be what is tested.
        target("/a/../b/./c", line: "/a/../b/./c"),
        target("/with blank/ä", line: "/with%20blank/%C3%A4"),
        target("/" + String(repeating: "p", count: 8000), line: "/" + String(repeating: "p", count: 8000)),
    ]

    private static func request(
        _ name: String, fields: [(String, String)] = [], _ change: (inout ConformanceEntry) -> Void
    ) -> ConformanceEntry {
        ConformanceEntry("request: \(name)", Answer.ok, connections: 1) {
            $0.step.headers = fields.map { Header(name: $0.0, value: Text($0.1)) }
            change(&$0)
        }
    }

    private static func target(_ path: String, line: String) -> ConformanceEntry {
        request("target \(path.prefix(20))") {
            $0.step.url = Text(path)
            $0.seen = [.line("GET \(line) HTTP/1.1")]
        }
    }
}

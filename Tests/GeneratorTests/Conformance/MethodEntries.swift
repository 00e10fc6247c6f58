import Measures
import Scenarios
import TestSupport

/// Methods and bodies: what the server sees of them.
extension ConformanceGroup {
    static let methodEntries = bare + withBodies + bodies

    /// Each method without a body. Those that could carry one say that they carry none (RFC 9110 §8.6).
    private static let bare: [ConformanceEntry] = Step.Method.allCases.map { method in
        ConformanceEntry("\(method.rawValue) without a body", Answer.of("200 OK", ["Content-Length: 0"])) {
            $0.step.method = method
            $0.seen = [.line("\(method.rawValue) / HTTP/1.1"), .noField("Transfer-Encoding"), .noField("Content-Type")]
            let says = [.post, .put, .patch].contains(method)
            $0.seen.append(says ? .field("Content-Length", "0") : .noField("Content-Length"))
        }
    }

    /// Each method with each kind of body; a GET's or HEAD's has no meaning (RFC 9110 §9.3.1), but a scenario can't have
    /// meant anything else than sending it.
    private static let withBodies: [ConformanceEntry] = Step.Method.allCases.filter { $0 != .head }.flatMap { method in
        kinds.map { kind in
            ConformanceEntry("\(method.rawValue) with \(kind.name)", Answer.ok, connections: 1) {
                $0.step.method = method
                $0.step.body = kind.body
                $0.seen = [
                    .line("\(method.rawValue) / HTTP/1.1"), .field("Content-Type", kind.type), .body(kind.bytes),
                    .field("Content-Length", "\(kind.bytes.utf8.count)"), .noField("Transfer-Encoding"),
                ]
            }
        }
    }

    private static let kinds: [(name: String, body: Body, type: String, bytes: String)] = [
        (
            "JSON",
            .json(
                .object([
                    .init(name: "area", value: .raw("12.5")), .init(name: "tags", value: .array([.text(Text("a"))])),
                    .init(name: "none", value: .raw("null")),
                ])), "application/json", #"{"area":12.5,"tags":["a"],"none":null}"#
        ),
        (
            "a form",
            .form([Header(name: "name", value: Text("a b")), Header(name: "x&y", value: Text("1=2+3/ä"))]),
            "application/x-www-form-urlencoded", "name=a%20b&x%26y=1%3D2%2B3%2F%C3%A4"
        ),
        ("text", .text(Text("line one\r\nline two")), "text/plain; charset=utf-8", "line one\r\nline two"),
    ]

    /// POSTs of bodies that are unlike others.
    private static let bodies: [ConformanceEntry] = [
        post("an empty text", ""),
        post("one byte", "x"),
        post("UTF-8 of up to four bytes", "aä€😀"),
        post("what looks binary", "\0\u{1}\u{2}\u{7f}\r\n\r\n\0HTTP/1.1 200 OK\r\n\r\n"),
        post("what looks like chunks", "5\r\nhello\r\n0\r\n\r\n"),
        post("64 KiB", String(repeating: "0123456789abcdef", count: 4096)),
        // libcurl would ask for leave to send so much with Expect: 100-continue, which a server may not know.
        post("1 MiB", String(repeating: "0123456789abcdef", count: 65_536)),
        post("an empty JSON object", .json(.object([])), "{}"),
        post(
            "JSON with what must be escaped", .json(.text(Text("a\"b\\c\n\t\u{1}/ä"))),
            "\"a\\\"b\\\\c\\u000a\\u0009\\u0001/ä\""),
        post("an empty form", .form([]), ""),
        post("1 MiB to a server that reads slowly", String(repeating: "0123456789abcdef", count: 65_536)) {
            // A small window and small reads: the client's socket is full again and again.
            $0.server.receiveBuffer = 4096
            $0.server.actsAtHead = true
            $0.script = { _ in [.receiveBody(piece: 3000), .send(Answer.ok)] }
        },
    ]

    private static func post(
        _ name: String, _ body: Body, _ bytes: String, _ change: (inout ConformanceEntry) -> Void = { _ in }
    ) -> ConformanceEntry {
        ConformanceEntry("POST of \(name)", Answer.ok, connections: 1) {
            $0.step.method = .post
            $0.step.body = body
            $0.seen = [
                .body(bytes), .field("Content-Length", "\(bytes.utf8.count)"), .noField("Expect"),
                .noField("Transfer-Encoding"),
            ]
            change(&$0)
        }
    }

    private static func post(
        _ name: String, _ text: String, _ change: (inout ConformanceEntry) -> Void = { _ in }
    ) -> ConformanceEntry {
        post(name, .text(Text(text)), text, change)
    }
}

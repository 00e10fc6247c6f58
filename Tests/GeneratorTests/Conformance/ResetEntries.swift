import Glibc
import Measures
import Scenarios
import TestSupport

/// Connections that the server resets, in every phase of an exchange, and those that never come about.
extension ConformanceGroup {
    static let resetEntries: [ConformanceEntry] = [
        reset("without an answer", []),
        reset("within the status line", [.send("HTTP/1.1 20")]),
        reset("within a field", [.send("HTTP/1.1 200 OK\r\nContent-Le")]),
        reset("before the body", [.send(Answer.of("200 OK", ["Content-Length: 5"]))]),
        reset("within the body", [.send(Answer.of("200 OK", ["Content-Length: 5"], "hell"))]),
        reset("within a chunk", [.send(Answer.chunked("5\r\nhel"))]),
        reset("between chunks", [.send(Answer.chunked("5\r\nhello\r\n"))]),
        reset("after an interim answer", [.send(Answer.of("100 Continue"))]),
        // A body until close is complete with an orderly close alone (RFC 9112 §8).
        reset("within a body until close", [.send(Answer.of("200 OK", [], "hello"))]),
        reset("within a large body until close", [.send(Answer.of("200 OK", [], mebibyte))]),
        reset("within the request's body", []) {
            $0.server.actsAtHead = true
            $0.step.method = .post
            $0.step.body = .text(Text(mebibyte + mebibyte + mebibyte + mebibyte))
        },
        ConformanceEntry("reset after the whole answer", [.send(Answer.ok), .reset], connections: 2) {
            $0.course = .settled
        }.checking("body == hello"),
        ConformanceEntry("reset at its first bytes", [.hang], .reset, connections: 2) {
            $0.server.onAccept = { _ in [.receive, .reset] }
        }.withTLS(
            .tls, connections: 2, reason: "the peer reset the connection in the TLS handshake",
            because: "the reset comes within the handshake, which so has failed"),
    ]

    private static let mebibyte = String(repeating: "0123456789abcdef", count: 65_536)

    private static func reset(
        _ name: String, _ actions: [ConformanceEntry.Action], _ change: (inout ConformanceEntry) -> Void = { _ in }
    ) -> ConformanceEntry {
        ConformanceEntry(
            "reset \(name)", actions + [.reset], .reset, connections: 2, reason: String(cString: strerror(ECONNRESET)),
            change)
    }
}

import Measures
import Scenarios
import TestSupport

/// Slow servers. Where the timeout is short the server never answers in full, and where it is long the server is slow by
/// milliseconds: no machine is too slow for either.
extension ConformanceGroup {
    static let timingEntries = slow + never

    private static let slow: [ConformanceEntry] = [
        ok("before the first byte", [.wait(seconds: 0.03), .send(Answer.ok)]),
        ok("within the status line", [.send("HTTP/1.1 2"), .wait(seconds: 0.02), .send("00 OK\r\n\(rest)")]),
        ok(
            "within a field",
            [.send("HTTP/1.1 200 OK\r\nContent-"), .wait(seconds: 0.02), .send("Length: 5\r\n\r\nhello")]),
        ok(
            "before the body",
            [.send(Answer.of("200 OK", ["Content-Length: 5"])), .wait(seconds: 0.02), .send("hello")]),
        ok(
            "within the body",
            [.send(Answer.of("200 OK", ["Content-Length: 5"], "he")), .wait(seconds: 0.02), .send("llo")]),
        ok(
            "between chunks",
            [.send(Answer.chunked("2\r\nhe\r\n")), .wait(seconds: 0.02), .send("3\r\nllo\r\n0\r\n\r\n")]),
        ok(
            "before the last chunk",
            [.send(Answer.chunked("5\r\nhello\r\n")), .wait(seconds: 0.02), .send("0\r\n\r\n")]),
        ok("after an interim answer", [.send(Answer.of("100 Continue")), .wait(seconds: 0.02), .send(Answer.ok)]),
        ok("in every byte", [.trickle(Answer.ok, seconds: 0.0005)]),
        ConformanceEntry(
            "slow before the close", [.send(Answer.of("200 OK", [], "hello")), .wait(seconds: 0.02), .close],
            connections: 2
        ).checking("body == hello"),
    ]

    private static let never: [ConformanceEntry] = [
        timeout("without an answer", [.hang]),
        timeout("within the status line", [.send("HTTP/1.1 20"), .hang]),
        timeout("within a field", [.send("HTTP/1.1 200 OK\r\nX: "), .hang]),
        timeout("before the body", [.send(Answer.of("200 OK", ["Content-Length: 5"])), .hang]),
        timeout("within the body", [.send(Answer.of("200 OK", ["Content-Length: 5"], "hell")), .hang]),
        timeout("within a chunk", [.send(Answer.chunked("5\r\nhel")), .hang]),
        timeout("before the last chunk", [.send(Answer.chunked("5\r\nhello\r\n")), .hang]),
        timeout("of a body until close", [.send(Answer.of("200 OK", [], "hello")), .hang]),
        timeout("after an interim answer", [.send(Answer.of("102 Processing")), .hang]),
        // Bytes that come don't put it off: it holds for the whole exchange.
        timeout("while bytes trickle in", [.trickle(Answer.of("200 OK", ["X: \(long)"]), seconds: 0.005), .hang]),
        timeout(
            "while a body trickles in",
            [.send(Answer.of("200 OK", ["Content-Length: 1000"])), .trickle(long, seconds: 0.005), .hang]),
        timeout("while the request is not read", [.wait(seconds: 0.3)]) {
            $0.server.receiveBuffer = 4096
            $0.server.actsAtHead = true
            $0.step.method = .post
            $0.step.body = .text(Text(String(repeating: "x", count: 16_000_000)))
        },
        ConformanceEntry(
            "timeout on a connection that is taken and left alone", [], .responseTimeout, connections: 1,
            reason: "no complete answer within 0.25 s"
        ) {
            $0.count = 1
            $0.step.timeout = .milliseconds(250)
            $0.server.onAccept = { _ in [.hang] }
        }.withTLS(
            .connectTimeout, connections: 1, reason: "no end of the TLS handshake within 0.25 s",
            because: "the handshake belongs to setting the connection up"),
    ]

    private static let rest = "Content-Length: 5\r\n\r\nhello"
    private static let long = String(repeating: "v", count: 1000)

    private static func ok(_ name: String, _ actions: [ConformanceEntry.Action]) -> ConformanceEntry {
        ConformanceEntry("slow \(name)", actions, connections: 1).checking("body == hello")
    }

    private static func timeout(
        _ name: String, _ actions: [ConformanceEntry.Action], _ change: (inout ConformanceEntry) -> Void = { _ in }
    ) -> ConformanceEntry {
        ConformanceEntry(
            "timeout \(name)", actions, .responseTimeout, connections: 2, reason: "no complete answer within 0.04 s"
        ) {
            $0.course = .warm
            $0.step.timeout = .milliseconds(40)
            change(&$0)
        }
    }
}

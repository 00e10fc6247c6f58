import Measures
import Scenarios
import TestSupport

/// Connections that the server closes in order, in every phase of an exchange.
extension ConformanceGroup {
    static let closeEntries = untilClose + early

    private static let short = "closed before the answer was complete"
    private static let noNotify = "closed without TLS's close_notify: the answer may be cut"
    private static let mayBeCut =
        "without close_notify nobody can tell the body's end from an attacker's cut (RFC 9112 §9.8)"

    /// Bodies that end with the connection (RFC 9112 §6.3, case 8).
    private static let untilClose: [ConformanceEntry] = [
        unbounded("until close", [.send(Answer.of("200 OK", [], "hello")), .close]),
        unbounded("until half of it is closed", [.send(Answer.of("200 OK", [], "hello")), .finish]),
        unbounded("until close, of HTTP/1.0", [.send("HTTP/1.0 200 OK\r\n\r\nhello"), .close]),
        unbounded("until close, in pieces", [.send(Answer.of()), .send("hel"), .send("lo"), .close]),
        unbounded("until close, byte by byte", [.sendBytewise(Answer.of("200 OK", [], "hello")), .close]),
        unbounded("until close, nothing", [.send(Answer.of()), .close], body: ""),
        unbounded(
            "until close, what looks like chunks", [.send(Answer.of("200 OK", [], "5\r\nhello\r\n0\r\n\r\n")), .close],
            body: "5\r\nhello\r\n0\r\n\r\n"),
        unbounded("until close, announced", [.send(Answer.of("200 OK", ["Connection: close"], "hello")), .close]),
        // Keep-alive without a length can't be kept: there is no other end than the close.
        unbounded(
            "until close in spite of keep-alive",
            [.send(Answer.of("200 OK", ["Connection: keep-alive"], "hello")), .close]),
        unbounded("until close, 1 MiB", [.send(Answer.of("200 OK", [], mebibyte)), .close], body: mebibyte),
        unbounded("until close, of coding identity", [.send(identity), .close]),
        ConformanceEntry("body until a close that TLS is not told of", [.send(Answer.of("200 OK", [], "hello")), .cut])
            .withTLS(.closedEarly, connections: 2, reason: noNotify, because: mayBeCut)
            .withCurl(.ok, connections: 2, because: "libcurl 7.88 takes the end of the connection for the body's"),
        // With a length the end is known, so that nothing can be missing.
        ConformanceEntry("body of a length before a close that TLS is not told of", [.send(Answer.ok), .cut]) {
            $0.course = .settled
        }.checking("body == hello"),
    ]

    private static let identity = Answer.of("200 OK", ["Transfer-Encoding: identity"], "hello")
    private static let mebibyte = String(repeating: "0123456789abcdef", count: 65_536)

    private static let early: [ConformanceEntry] = [
        closed("without an answer", []),
        closed("within the version", [.send("HTT")]),
        closed("within the status line", [.send("HTTP/1.1 20")]),
        closed("after the status line", [.send("HTTP/1.1 200 OK\r\n")]),
        closed("within a field", [.send("HTTP/1.1 200 OK\r\nContent-Le")]),
        closed("after a field", [.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n")]),
        closed("before the head's last byte", [.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r")]),
        closed("before the body", [.send(Answer.of("200 OK", ["Content-Length: 5"]))]),
        closed("within the body", [.send(Answer.of("200 OK", ["Content-Length: 5"], "hell"))]),
        closed("within a large body", [.send(Answer.of("200 OK", ["Content-Length: 1048577"], mebibyte))]),
        closed("after an interim answer", [.send(Answer.of("100 Continue"))]),
        closed("within an interim answer", [.send("HTTP/1.1 103 Early Hints\r\nLink: <")]),
        ConformanceEntry("closed as soon as it is there", [.hang], .closedEarly, connections: 2, reason: short) {
            $0.server.onAccept = { _ in [.finish] }
        }.withTLS(
            .tls, connections: 2, reason: "the peer closed the connection in the TLS handshake",
            because: "the close comes within the handshake, before there is an exchange to cut"),
        ConformanceEntry("closed within the request's body", [.finish], .closedEarly, connections: 2, reason: short) {
            $0.server.actsAtHead = true
            $0.step.method = .post
            $0.step.body = .text(Text(mebibyte))
        },
        // A server may answer before it has the whole request, and close (RFC 9112 §9.6); the answer counts.
        ConformanceEntry(
            "answered and closed within the request's body",
            [.send(Answer.of("413 Content Too Large", ["Connection: close", "Content-Length: 0"])), .finish],
            .http4xx, connections: 2, reason: "status 413"
        ) {
            $0.server.actsAtHead = true
            $0.step.method = .post
            $0.step.body = .text(Text(mebibyte + mebibyte + mebibyte + mebibyte))
        },
    ]

    private static func unbounded(
        _ name: String, _ actions: [ConformanceEntry.Action], body: String = "hello"
    ) -> ConformanceEntry {
        ConformanceEntry("body \(name)", actions, connections: 2) {
            $0.step.checks = [.body(body), .bodySize(body.utf8.count)]
        }
    }

    private static func closed(_ name: String, _ actions: [ConformanceEntry.Action]) -> ConformanceEntry {
        ConformanceEntry("closed \(name)", actions + [.finish], .closedEarly, connections: 2, reason: short)
    }
}

import Glibc
import Measures
import Scenarios
import TestSupport

/// How long connections are kept (RFC 9112 §9.3), and what happens to a request on one that the server gave up.
extension ConformanceGroup {
    static let persistenceEntries = keptAndNot + givenUp

    private static let keptAndNot: [ConformanceEntry] = [
        five("kept by default", Answer.ok, connections: 1),
        five("kept when it says so", Answer.of("200 OK", ["Connection: keep-alive", length], "hello"), connections: 1),
        five(
            "kept with Keep-Alive's own bounds",
            Answer.of("200 OK", ["Connection: keep-alive", "Keep-Alive: timeout=5, max=100", length], "hello"),
            connections: 1),
        five("kept with other options", Answer.of("200 OK", ["Connection: x-hop", length], "hello"), connections: 1),
        five("closing", Answer.of("200 OK", ["Connection: close", length], "hello"), connections: 5),
        five("closing in any case", Answer.of("200 OK", ["CONNECTION: CLOSE", length], "hello"), connections: 5),
        five("closing in a list", Answer.of("200 OK", ["Connection: x-hop , close", length], "hello"), connections: 5),
        five(
            "closing in a second field",
            Answer.of("200 OK", ["Connection: x-hop", "Connection: close", length], "hello"), connections: 5),
        // Close goes before keep-alive (RFC 9112 §9.3).
        five(
            "closing and kept", Answer.of("200 OK", ["Connection: keep-alive, close", length], "hello"), connections: 5),
        five(
            "not closing, though a word is like it", Answer.of("200 OK", ["Connection: closed", length], "hello"),
            connections: 1
        )
        .withCurl(
            .ok, connections: 5, because: "libcurl looks at the option's beginning alone, and closes to be safe"),
        five("closing after chunks", Answer.chunked("5\r\nhello\r\n0\r\n\r\n", ["Connection: close"]), connections: 5),
        five("of HTTP/1.0", "HTTP/1.0 200 OK\r\n\(length)\r\n\r\nhello", connections: 5),
        five(
            "of HTTP/1.0, kept", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\(length)\r\n\r\nhello",
            connections: 1),
        five(
            "of HTTP/1.0, kept in any case", "HTTP/1.0 200 OK\r\nconnection: Keep-Alive\r\n\(length)\r\n\r\nhello",
            connections: 1),
        // HTTP/1.0 has no transfer codings: its framing is not trusted (RFC 9112 §6.1).
        five(
            "of HTTP/1.0, kept, with chunks",
            "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            connections: 5
        )
        .withCurl(.ok, connections: 1, because: "libcurl takes the coding for granted and the connection for kept"),
        five(
            "closing with an error", Answer.of("500 Oops", ["Connection: close", length], "hello"), .http5xx,
            connections: 5),
        five("kept with an error", Answer.of("500 Oops", [length], "hello"), .http5xx, connections: 1),
        five("kept with a failed check", Answer.ok, .checkFailed, connections: 1).checking("body == bye"),
        ConformanceEntry("connection closing after three requests each", script: closingThird, connections: 3) {
            $0.count = 9
        },
    ]

    /// The server closes between two requests, or as the second one comes.
    private static let givenUp: [ConformanceEntry] = [
        idle("closed", [.send(Answer.ok), .close]),
        idle("closed by half", [.send(Answer.ok), .finish]),
        idle("cut", [.send(Answer.ok), .cut]),
        idle("reset", [.send(Answer.ok), .reset]),
        idle("closed after chunks", [.send(Answer.chunked("5\r\nhello\r\n0\r\n\r\n")), .close]),
        // Requests may be sent again by themselves where they are idempotent (RFC 9110 §9.2.2), but a load test that did
        // so would hide what users meet, and send more than was asked for.
        givenUpAtOnce("closed as the second request comes", .finish, .get, .closedEarly),
        givenUpAtOnce("closed as the second POST comes", .finish, .post, .closedEarly),
        givenUpAtOnce("reset as the second request comes", .reset, .get, .reset),
        givenUpAtOnce("reset as the second POST comes", .reset, .post, .reset),
    ]

    private static let length = "Content-Length: 5"

    private static let closingThird: ConformanceEntry.Script = { request in
        request.number % 3 == 2
            ? [.send(Answer.of("200 OK", ["Connection: close", length], "hello"))] : [.send(Answer.ok)]
    }

    private static func five(
        _ name: String, _ text: String, _ outcome: Outcome = .ok, connections: Int
    ) -> ConformanceEntry {
        ConformanceEntry("connection \(name)", text, outcome, connections: connections) {
            $0.count = 5
            if outcome == .ok { $0.step.checks = [.body("hello")] }
        }
    }

    private static func idle(_ name: String, _ actions: [ConformanceEntry.Action]) -> ConformanceEntry {
        ConformanceEntry("idle connection \(name)", actions, connections: 3) {
            $0.count = 3
            $0.course = .settled
        }.checking("body == hello")
    }

    private static func givenUpAtOnce(
        _ name: String, _ ending: ConformanceEntry.Action, _ method: Step.Method, _ outcome: Outcome
    ) -> ConformanceEntry {
        var entry = ConformanceEntry(
            "kept connection \(name)", script: { $0.number == 1 ? [ending] : [.send(Answer.ok)] }
        ) {
            $0.count = 3
            $0.step.method = method
        }
        let why = outcome == .reset ? String(cString: strerror(ECONNRESET)) : "closed before the answer was complete"
        entry.expected = .init(
            outcomes: [.ok: 2, outcome: 1], reason: "\(why) (a kept connection, as the request was sent)",
            connections: 2)
        return entry
    }
}

import Measures
import Scenarios
import TestSupport

/// Interim answers (RFC 9110 §15.2): any number may come before the final one, and none was asked for.
extension ConformanceGroup {
    static let interimEntries: [ConformanceEntry] = [
        interim("100", Answer.of("100 Continue")),
        interim("102", Answer.of("102 Processing")),
        interim("103 with its links", Answer.of("103 Early Hints", ["Link: </a.css>; rel=preload", "Link: </b.js>"])),
        interim("100 and 103", Answer.of("100 Continue") + Answer.of("103 Early Hints", ["Link: <a>"])),
        interim("an unknown one", Answer.of("199 Odd", ["X: y"])),
        interim("32 of them", String(repeating: Answer.of("103 Early Hints"), count: 32)),
        // They have no body, whatever they say (RFC 9110 §15.2, RFC 9112 §6.3).
        interim("100 with a length", Answer.of("100 Continue", ["Content-Length: 5"])),
        interim("103 with chunks announced", Answer.of("103 Early Hints", ["Transfer-Encoding: chunked"])),
        // What they say of the connection is not the final answer's word.
        interim("100 with a final answer that is bad", Answer.of("100 Continue"), final: "503 Unavailable", .http5xx),
        ConformanceEntry(
            "interim: in sends of their own",
            [.send(Answer.of("100 Continue")), .send(Answer.of("103 Early Hints")), .send(Answer.ok)], connections: 1
        ).checking("status == 200", "body == hello"),
        ConformanceEntry(
            "interim: byte by byte", [.sendBytewise(Answer.of("103 Early Hints", ["Link: <a>"]) + Answer.ok)],
            connections: 1
        ).checking("status == 200", "header link absent", "body == hello"),
        ConformanceEntry(
            "interim: 100 before the request's body is read",
            [.send(Answer.of("100 Continue")), .receiveBody(piece: 65_536), .send(Answer.ok)], connections: 1
        ) {
            $0.server.actsAtHead = true
            $0.step.method = .post
            $0.step.body = .text(Text(String(repeating: "x", count: 300_000)))
        }.checking("body == hello"),
        ConformanceEntry(
            "interim: before an answer without a body", Answer.of("103 Early Hints") + Answer.of("204 No Content"),
            connections: 1),
        ConformanceEntry(
            "interim: before the answer to a HEAD",
            Answer.of("103 Early Hints") + Answer.of("200 OK", ["Content-Length: 500"]), connections: 1
        ).method(.head),
        ConformanceEntry(
            "interim: 33 of them",
            [.send(String(repeating: Answer.of("103 Early Hints"), count: 33) + Answer.ok), .finish],
            .protocolError, connections: 2, reason: "more than 32 1xx answers came before the final one"),
        ConformanceEntry(
            "interim: 101 unasked (RFC 9110 §7.8)",
            [.send(Answer.of("101 Switching Protocols", ["Upgrade: h2c"])), .finish],
            .protocolError, connections: 2, reason: "the server switched protocols (101) without being asked"),
        ConformanceEntry(
            "interim: a body after 100",
            [.send(Answer.of("100 Continue", ["Content-Length: 5"], "hello") + Answer.ok), .finish],
            .protocolError, connections: 2, reason: "the answer does not begin with an HTTP/1.x status line"),
        ConformanceEntry(
            "interim: one after the answer", Answer.ok + Answer.of("100 Continue"), .protocolError, connections: 2,
            reason: "bytes came after the end of the answer"
        ).withCurl(
            .ok,
            because:
                "libcurl discards what exceeds the answer, as RFC 9112 §6.3 allows, and keeps or closes the connection"),
    ]

    private static func interim(
        _ name: String, _ text: String, final: String = "200 OK", _ outcome: Outcome = .ok
    ) -> ConformanceEntry {
        ConformanceEntry(
            "interim: \(name)", text + ScriptedServer.response(final, "hello"), outcome, connections: 1
        ) { if outcome == .ok { $0.step.checks = [.body("hello")] } }
    }
}

import Measures
import NIOConcurrencyHelpers
import Scenarios
import TestSupport
import Testing

@testable import Generator

/// Conversations whose entries are written down, over real sockets, against a server whose frames the tests decide.
@Suite("Entries of conversations on WebSockets", .serialized)
struct ScriptTests {
    /// A scenario of one step, `talk`, whose entries are given as lines of YAML.
    private func scenario(
        _ server: WebSocketServer, _ entries: [String], more: [String] = [], load: String = "{iterations: 2}"
    ) throws -> Scenario {
        let lines = entries.map { "          - \($0)" } + more.map { "      - \($0)" }
        var scenario = try ScenarioReader(environment: [:], kinds: ScenarioKinds()).read(
            """
            name: talk
            target: \(server.url)
            load: [\(load)]
            flows:
              main:
                steps:
                  - name: talk
                    websocket: /ws
                    timeout: 60s
                    conversation:
            \(lines.joined(separator: "\n"))
            """,
            file: "talk.yaml")
        scenario.limits.gracefulStop = .seconds(60)
        return scenario
    }

    private struct Run {
        var measurement: RunMeasurement
        var names: [String]

        /// How a row's exchanges ended, by label.
        func outcomes(_ name: String) -> [String: UInt64] {
            guard let number = names.firstIndex(of: name), let tally = measurement.total.steps[number] else {
                return [:]
            }
            return Dictionary(
                uniqueKeysWithValues: tally.outcomes.occurring.map { ($0.outcome.label, $0.count) })
        }

        func tally(_ name: String) -> StepTally? {
            names.firstIndex(of: name).flatMap { measurement.total.steps[$0] }
        }

        func example(_ name: String = "talk") -> String? {
            names.firstIndex(of: name).flatMap { measurement.examples[$0].first }
        }
    }

    private func run(
        _ server: WebSocketServer, _ entries: [String], more: [String] = [], load: String = "{iterations: 2}",
        change: (inout Scenario) -> Void = { _ in }
    ) throws -> Run {
        var scenario = try scenario(server, entries, more: more, load: load)
        change(&scenario)
        return Run(measurement: try EngineRun.run(scenario), names: scenario.steps.map(\.name))
    }

    /// A server that answers each message by what the closure makes of it.
    private func server(
        opened: [WebSocketServer.Action] = [], _ reply: @escaping @Sendable (String) -> [WebSocketServer.Action]
    ) throws -> WebSocketServer {
        try WebSocketServer { event in
            switch event {
            case .opened: opened
            case .message(_, _, let text): reply(text)
            }
        }
    }

    private static func binary(_ bytes: [UInt8]) -> WebSocketServer.Action {
        .bytes(WebSocketServer.frame(opcode: 2, bytes))
    }

    @Test("Messages are sent and awaited in turn; named entries have rows of their own, which totals leave out")
    func inTurn() throws {
        let server = try server { text in
            text == "init" ? [.text("ack")] : text == "sub" ? [.text("1"), .text("2"), .text("done")] : []
        }
        defer { server.stop() }
        let result = try run(
            server,
            [
                "send: init", "{name: ack, expect: body == ack}", "send: sub",
                "{repeat: 2, conversation: [{name: tick, expect: 'body matches /[0-9]/'}]}", "expect: body == done",
                "close: 4001",
            ])
        #expect(result.names == ["talk", "ack", "tick"])
        #expect(result.outcomes("talk") == ["ok": 2])
        #expect(result.outcomes("ack") == ["ok": 2])
        #expect(result.outcomes("tick") == ["ok": 4])
        #expect(result.measurement.outcomes == ["ok": 2])
        #expect(result.tally("ack")?[.responseTime]?.count == 2)
        #expect(result.tally("talk")?[.connect]?.count == 2)
        #expect(result.measurement.total.iterations == 2)
        // init and sub; ack, 1, 2 and done.
        #expect(result.tally("talk")?.bytesSent == 2 * 7)
        #expect(result.tally("talk")?.bytesReceived == 2 * 9)
        #expect(Wait.until { server.closeCodes.count == 2 })
        #expect(server.closeCodes.allSatisfy { $0 == 4001 })
    }

    @Test("What the server says first is heard, and a standing answer comes before what is expected")
    func answers() throws {
        let heard = NIOLockedValueBox<[String]>([])
        let server = try server(opened: [.text("{\"type\":\"ping\",\"n\":7}"), .text("hello")]) { text in
            heard.withLockedValue { $0.append(text) }
            return text.hasPrefix("{") ? [.text("ping"), .text("bye")] : []
        }
        defer { server.stop() }
        let result = try run(
            server,
            [
                "answer: {when: json $.type == ping, capture: {n: json $.n}, send: {type: pong, n: \"${n}\"}}",
                "expect: body == hello", "expect: body == bye",
            ], load: "{iterations: 1}")
        #expect(result.outcomes("talk") == ["ok": 1])
        #expect(heard.withLockedValue { $0 } == ["{\"type\":\"pong\",\"n\":7}"])
    }

    @Test("Bytes that were captured are sent as bytes again; a value that tells none is not sent")
    func capturedBytes() throws {
        let heard = NIOLockedValueBox<[String]>([])
        let server = try WebSocketServer { event in
            switch event {
            case .opened: return [Self.binary([0x01, 0xAB, 0x00, 0xFF])]
            case .message(_, _, let text):
                heard.withLockedValue { $0.append(text) }
                return []
            }
        }
        defer { server.stop() }
        let result = try run(
            server,
            [
                "{expect: binary, capture: {all: hex, nonce: 'hex /^01(.{4})/'}}",
                "send: {binary: {hex: \"41 ${nonce} 42\"}}", "send: {binary: {text: \"é${user}\"}}", "pause: 50ms",
            ], load: "{iterations: 1}")
        #expect(result.outcomes("talk") == ["ok": 1])
        #expect(Wait.until { heard.withLockedValue { $0.count } == 2 })
        // 0xAB is no UTF-8 by itself.
        #expect(heard.withLockedValue { $0[0] } == "A\u{FFFD}\0B")
        #expect(heard.withLockedValue { $0[1] }.hasPrefix("é"))
        let none = try run(
            server, ["{expect: binary, capture: {b: 'hex /^(...)/'}}", "send: {binary: {hex: \"${b}\"}}"],
            load: "{iterations: 1}")
        #expect(none.outcomes("talk") != ["ok": 1])
    }

    @Test("A conversation whose connection broke begins again from its first entry, and each try counts")
    func reconnected() throws {
        let opened = NIOLockedValueBox(0)
        let server = try WebSocketServer { event in
            switch event {
            case .opened:
                opened.withLockedValue { $0 += 1 }
                return []
            case .message(_, _, let text):
                guard text == "go" else { return [.text("ack")] }
                return opened.withLockedValue { $0 } <= 2 ? [.close(1001, "going away")] : [.text("done")]
            }
        }
        defer { server.stop() }
        let entries = [
            "send: init", "{name: ack, expect: body == ack}", "send: go", "{name: done, expect: body == done}",
        ]
        let result = try run(server, entries + ["close: 1000\n        reconnect: 3"], load: "{iterations: 1}")
        #expect(result.outcomes("talk") == ["ws_closed": 2, "ok": 1])
        #expect(result.outcomes("ack") == ["ok": 3])
        #expect(result.outcomes("done") == ["ws_closed": 2, "ok": 1])
        #expect(result.measurement.total.reconnects == 2)
        #expect(opened.withLockedValue { $0 } == 3)
        // What is too late or not as expected is no break: it isn't opened again.
        opened.withLockedValue { $0 = 0 }
        let wrong = try run(
            server, ["send: init", "{expect: body == other, within: 200ms}\n        reconnect: 3"],
            load: "{iterations: 1}")
        #expect(wrong.measurement.total.reconnects == 0)
        #expect(opened.withLockedValue { $0 } == 1)
    }

    @Test("What is captured is sent by later entries and steps")
    func captures() throws {
        let server = try server { text in text == "login" ? [.text("{\"token\":\"abc\"}")] : [.text("got \(text)")] }
        defer { server.stop() }
        let result = try run(
            server,
            [
                "send: login", "{expect: json $.token exists, capture: {token: json $.token}}",
                "send: \"use ${token}\"", "expect: body == got use ${token}",
            ])
        #expect(result.outcomes("talk") == ["ok": 2])
    }

    @Test("Binary messages go out as they were given, and are known by their bytes")
    func binary() throws {
        let server = try WebSocketServer { event in
            guard case .message(_, _, let text) = event else { return [] }
            return text == "\u{1}\u{2}" ? [.text("text"), Self.binary([0x00, 0xFF])] : [.cut]
        }
        defer { server.stop() }
        let result = try run(
            server, ["send: {binary: {hex: 0102}}", "expect: [binary, hex == 00FF]"])
        #expect(result.outcomes("talk") == ["ok": 2])
        let other = try run(server, ["send: {binary: {hex: 0102}}", "{expect: binary, checks: [hex == 00]}"])
        #expect(other.example() == "entry 2 (expect binary): hex == 00: got 00ff")
        let refused = try run(server, ["send: {binary: {hex: 0102}}", "{expect: binary, skip: none}"])
        #expect(refused.example() == "entry 2 (expect binary): the next message was text")
    }

    @Test("What doesn't come in time fails the entry and the conversation, with what came instead; the flow goes on")
    func late() throws {
        let server = try server { text in text == "a" ? [.text("x"), .text("y")] : [.text(text)] }
        defer { server.stop() }
        let result = try run(
            server, ["send: a", "{name: ack, expect: body == b, within: 200ms}"], load: "{iterations: 1}")
        #expect(result.outcomes("talk") == ["response_timeout": 1])
        #expect(result.outcomes("ack") == ["response_timeout": 1])
        let text = "entry 2 (expect body == b): no such message within 0.2 s, 2 others came, the last y"
        #expect(result.example() == text)
        #expect(result.example("ack") == text)
        #expect(result.measurement.outcomes == ["response_timeout": 1])
        #expect(result.measurement.total.iterations == 1)
        let silent = try run(server, ["{expect: body == b, within: 200ms}"], load: "{iterations: 1}")
        #expect(silent.example() == "entry 1 (expect body == b): no such message within 0.2 s, none came")
        #expect(Wait.until { server.closeCodes == [1000, 1000] })
    }

    @Test("A check of the awaited message, a missing capture and a refused message fail with what was seen")
    func wrong() throws {
        let server = try server { text in [.text(text)] }
        defer { server.stop() }
        func example(_ entries: String...) throws -> String? {
            let result = try run(server, entries)
            #expect(result.outcomes("talk") == ["check_failed": 2])
            return result.example()
        }
        #expect(
            try example("send: {id: 1, ok: no}", "{expect: json $.id == 1, checks: [json $.ok == yes]}")
                == "entry 2 (expect json $.id == 1): json $.ok == yes: got no")
        #expect(
            try example("send: {id: 1}", "{expect: json $.id == 1, capture: {t: json $.token}}")
                == "entry 2 (expect json $.id == 1): nothing to capture as t")
        #expect(
            try example("send: {type: error, access_token: abcdef}", "{expect: json $.type == ack, skip: none}")
                == "entry 2 (expect json $.type == ack): the next message was {\"type\":\"error\",\"access_token\":\"***\"}"
        )
        #expect(
            try example("send: nack", "{expect: body == ack, skip: body == ka}")
                == "entry 2 (expect body == ack): the next message was nack")
    }

    @Test("A close in the middle names the entry; one that is awaited, with its code, is good")
    func closed() throws {
        let server = try server { text in text == "bye" ? [.close(4400, "bad request")] : [] }
        defer { server.stop() }
        let result = try run(server, ["send: bye", "{name: ack, expect: body == b}"])
        #expect(result.outcomes("talk") == ["ws_closed": 2])
        #expect(result.outcomes("ack") == ["ws_closed": 2])
        #expect(
            result.example() == "entry 2 (expect body == b): closed by the server with 4400 (bad request)")
        let awaited = try run(server, ["send: bye", "{name: end, closed: [1000, 4400]}"])
        #expect(awaited.outcomes("talk") == ["ok": 2])
        #expect(awaited.outcomes("end") == ["ok": 2])
        let other = try run(server, ["send: bye", "closed: 1000"])
        #expect(other.example() == "entry 2 (closed 1000): closed by the server with 4400 (bad request)")
        let open = try run(server, ["send: hello", "{closed: 1000, within: 200ms}"], load: "{iterations: 1}")
        #expect(open.outcomes("talk") == ["response_timeout": 1])
        #expect(open.example() == "entry 2 (closed 1000): not closed within 0.2 s")
    }

    @Test("A connection that breaks in a pause, or whose server breaks the protocol, fails there")
    func broken() throws {
        let cut = try server { _ in [.cut] }
        defer { cut.stop() }
        let result = try run(cut, ["send: a", "pause: 60s", "expect: text"])
        #expect(result.outcomes("talk") == ["ws_closed": 2])
        #expect(result.example() == "entry 2 (pause): closed without a close frame (1006)")
        let invalid = try server { _ in [.bytes(WebSocketServer.frame(opcode: 1, [0xFF, 0xFE]))] }
        defer { invalid.stop() }
        let broken = try run(invalid, ["send: a", "expect: text"])
        #expect(broken.outcomes("talk") == ["protocol": 2])
        #expect(broken.example()?.hasPrefix("entry 2 (expect text): ") == true)
    }

    @Test("Messages in a pause are kept for what is expected behind it, and take the time that they took")
    func pause() throws {
        let server = try server { text in [.text("1"), .text("2"), .text("3")] }
        defer { server.stop() }
        let result = try run(
            server,
            ["send: a", "pause: 300ms", "{name: second, expect: body == 2}", "{name: third, expect: body == 3}"],
            load: "{iterations: 1}")
        #expect(result.outcomes("talk") == ["ok": 1])
        // It was there long before the pause was over.
        let time = try #require(result.tally("second")?[.responseTime]?.maximum)
        let whole = try #require(result.tally("talk")?[.responseTime]?.maximum)
        #expect(whole >= ms(300))
        #expect(time < whole)
    }

    @Test("Frames of one byte, and messages in one read, are taken in turn")
    func pieces() throws {
        let text = WebSocketServer.frame(opcode: 1, Array("hello".utf8))
        let server = try WebSocketServer { event in
            guard case .message = event else { return [] }
            // Five frames of a message, a byte each, and two whole ones behind them at once.
            let parts = Array("hello".utf8).enumerated().flatMap { index, byte -> [UInt8] in
                [(index == 4 ? 0x80 : 0x00) | (index == 0 ? 1 : 0), 1, byte]
            }
            return parts.map { .bytes([$0]) } + [.bytes(text + text)]
        }
        defer { server.stop() }
        let result = try run(
            server, ["send: a", "{repeat: 3, conversation: [{name: hello, expect: body == hello, skip: none}]}"])
        #expect(result.outcomes("talk") == ["ok": 2])
        #expect(result.outcomes("hello") == ["ok": 6])
    }

    @Test("An answer that the server sends back is bounded")
    func echo() throws {
        let server = try WebSocketServer.echo()
        defer { server.stop() }
        let result = try run(
            server,
            ["answer: {when: body == ping, send: ping, most: 50}", "send: ping", "expect: body == never"],
            load: "{iterations: 1}")
        #expect(result.outcomes("talk") == ["check_failed": 1])
        #expect(
            result.example()
                == "entry 1 (answer to body == ping): answered 50 times already, and most allows no more: the next message "
                + "was ping")
    }

    @Test("A server that floods with other messages doesn't keep an entry from its end")
    func flood() throws {
        let frame = WebSocketServer.frame(opcode: 1, Array("noise".utf8))
        let block = Array(repeating: frame, count: 5_000).flatMap { $0 }
        let server = try server { _ in Array(repeating: .bytes(block), count: 200) }
        defer { server.stop() }
        let result = try run(
            server, ["send: a", "{expect: body == never, within: 300ms}"], load: "{iterations: 1}")
        #expect(result.outcomes("talk") == ["response_timeout": 1])
        #expect(result.example()?.hasSuffix("others came, the last noise") == true)
    }

    @Test("More than is kept of what comes in a pause fails the conversation")
    func floodInPause() throws {
        let frame = WebSocketServer.frame(opcode: 1, Array("noise".utf8))
        let block = Array(repeating: frame, count: ScriptCourse.keptMost + 1).flatMap { $0 }
        let server = try server { _ in [.bytes(block)] }
        defer { server.stop() }
        let result = try run(server, ["send: a", "pause: 60s", "expect: body == b"], load: "{iterations: 1}")
        #expect(result.outcomes("talk") == ["body_too_large": 1])
        #expect(
            result.example()
                == "entry 2 (pause): more than 10000 messages, or 16 MiB of them, came in the pause before what is expected"
        )
    }

    @Test("An iteration without a value that is to be sent is given up, and the WebSocket closed")
    func unsent() throws {
        let server = try server { _ in [.text("x")] }
        defer { server.stop() }
        let result = try run(
            server,
            ["send: a", "{expect: text, capture: {n: json $.n optional}}", "send: \"${n}\"", "expect: text"])
        #expect(result.outcomes("talk") == ["not_sent": 2])
        #expect(result.measurement.total.iterations == 0)
        #expect(Wait.until { server.closeCodes == [1000, 1000] })
    }

    @Test("The end of the run leaves a conversation unfinished, with what it waits for; nobody waits for its pause")
    func unfinished() throws {
        let server = try server { _ in [] }
        defer { server.stop() }
        let waits = try run(
            server, ["send: a", "{name: ack, expect: text}"], load: "{users: 2, for: 300ms}"
        ) { $0.limits.gracefulStop = .milliseconds(200) }
        #expect(waits.outcomes("talk") == ["unfinished": 2])
        #expect(waits.outcomes("ack") == ["unfinished": 2])
        #expect(waits.measurement.total.unfinished == 2)
        let begun = ReactorClock.now()
        let pauses = try run(server, ["send: a", "pause: 1h"], load: "{users: 2, for: 300ms}")
        #expect(pauses.outcomes("talk") == ["unfinished": 2])
        #expect(ReactorClock.now() - begun < ms(30_000))
    }

    @Test("Open load begins conversations at its rate, and an opening that fails counts as the conversation")
    func openLoad() throws {
        let server = try server { _ in [.text("b")] }
        defer { server.stop() }
        let result = try run(
            server, ["send: a", "{name: b, expect: body == b}"], load: "{arrivals: 100/s, for: 500ms}")
        #expect(result.outcomes("talk") == ["ok": 50])
        #expect(result.outcomes("b") == ["ok": 50])
        let refusing = try WebSocketServer(answer: { _ in "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n" }) {
            _ in []
        }
        defer { refusing.stop() }
        let refused = try run(refusing, ["send: a", "{name: b, expect: body == b}"])
        #expect(refused.outcomes("talk") == ["http_4xx": 2])
        #expect(refused.outcomes("b") == [:])
    }

    @Test("The evidence of a failure has the message that was sent and the one that was seen")
    func evidence() throws {
        let server = try server { text in [.text("nack of \(text)")] }
        defer { server.stop() }
        let result = try run(
            server, ["send: \"ask ${message.id}\"", "{name: ack, expect: body == ack, skip: none}"],
            load: "{iterations: 1}")
        let evidence = result.measurement.evidence.filter { $0.kind == .failed }
        #expect(Set(evidence.map(\.step)) == [0, 1])
        for one in evidence {
            let sent = try #require(one.request)
            #expect(sent.hasPrefix("ask "))
            #expect(one.body == "nack of \(sent)")
            #expect(one.reason == "entry 2 (expect body == ack): the next message was nack of \(sent)")
            #expect(one.curl == nil)
        }
    }
}

import Foundation
import TestSupport
import Testing

@testable import Scenarios

@Suite("Entries of a conversation") struct ConversationEntryTests {
    /// A websocket step with entries, each given as a line of YAML.
    private static func scenario(_ entries: [String], _ more: String...) -> String {
        withStep(
            (["websocket: /ws", "name: talk"] + more + ["conversation:"] + entries.map { "  - \($0)" })
                .joined(separator: "\n        "))
    }

    private func read(_ entries: String..., more: String = "timeout: 3s") throws -> Step {
        try ScenariosTests.read(Self.scenario(entries, more)).steps[0]
    }

    private func problems(_ entries: String...) -> [String] {
        ScenariosTests.problems(Self.scenario(entries))
    }

    private static func check(_ source: String) throws -> Check { try Check(parsing: source) }

    @Test("What is sent, expected, answered and repeated is read in order, each with what it is called in messages")
    func everything() throws {
        let step = try read(
            "answer: {when: json $.type == ping, send: {type: pong}, most: 5}",
            "send: {type: connection_init}",
            "{name: ack, expect: json $.type == connection_ack, within: 2s, skip: none, checks: [body size < 1KiB]}",
            "pause: 1s",
            "{repeat: 3, conversation: [{send: a}, {expect: [text, body == b], skip: json $.type == ka}]}",
            "closed: [1000, 4400]")
        let entries = try #require(step.conversation?.entries)
        #expect(
            entries.flatMap { [$0.label] + ($0.single == [$0] ? [] : $0.single.map(\.label)) } == [
                "entry 1 (answer to json $.type == ping)", "entry 2 (send)",
                "entry 3 (expect json $.type == connection_ack)", "entry 4 (pause)", "entry 5 (repeat 3)",
                "entry 5.1 (send)", "entry 5.2 (expect text, body == b)", "entry 6 (closed 1000 or 4400)",
            ])
        var ping = MessageCondition()
        ping.checks = [try Self.check("json $.type == ping")]
        var answered = AnsweredMessage(
            condition: ping, message: .json(.object([.init(name: "type", value: .text(Text("pong")))])))
        answered.most = 5
        #expect(entries[0].content == .answer(answered))
        var ack = ExpectedMessage()
        ack.condition.checks = [try Self.check("json $.type == connection_ack")]
        (ack.name, ack.limit, ack.others) = ("ack", .seconds(2), .refused)
        ack.checks = [try Self.check("body size < 1KiB")]
        #expect(entries[2].content == .expect(ack))
        #expect(entries[3].content == .pause(.seconds(1) ... .seconds(1)))
        var inner = ExpectedMessage()
        inner.condition.kind = .text
        inner.condition.checks = [try Self.check("body == b")]
        var others = MessageCondition()
        others.checks = [try Self.check("json $.type == ka")]
        inner.others = .skippedWhere(others)
        #expect(
            entries[4].single.map(\.content) == [.send(.text(Text("a"))), .expect(inner)])
        #expect(entries[5].content == .closed(AwaitedClose(codes: [1000, 4400])))
        #expect(try read("close: 4000").conversation?.entries.map(\.content) == [.close(4000)])
    }

    @Test("Named entries are parts of the step: rows of their own behind it, chosen by their own name")
    func parts() throws {
        let scenario = try ScenariosTests.read(
            """
            name: parts
            target: http://127.0.0.1:1
            load: [{users: 1, for: 1s}]
            objectives: [p95 response_time of ack < 1s, errors == 0]
            flows:
              talk:
                steps:
                  - name: subscribe
                    websocket: /ws
                    conversation:
                      - {name: ack, expect: body == a, capture: {token: body}}
                      - {repeat: 2, conversation: [{name: tick, expect: body == t}]}
                      - {name: bye, closed: 1000}
                  - {name: after, get: "/${token}"}
            """)
        #expect(scenario.steps.map(\.name) == ["subscribe", "ack", "tick", "bye", "after"])
        #expect(scenario.steps.map(\.isPart) == [false, true, true, true, false])
        #expect(scenario.steps.map(\.isOnWebSocket) == [true, true, true, true, false])
        #expect(scenario.steps[0].captures.map(\.name) == ["token"])
    }

    @Test(
        "A binary message's bytes are given in hexadecimal digits, in base64 or by a file",
        arguments: [
            ("{binary: {hex: 00 fF0a}}", [0x00, 0xFF, 0x0A]), ("{binary: {hex: \"\"}}", []),
            ("{binary: {base64: AP8=}}", [0x00, 0xFF]),
        ] as [(String, [UInt8])])
    func binary(message: String, bytes: [UInt8]) throws {
        #expect(
            try read("send: \(message)").conversation?.entries.map(\.content) == [
                .send(.bytes(bytes.isEmpty ? [] : [.bytes(bytes)]))
            ])
        // In a message of a step without entries, too.
        let single = try ScenariosTests.read(withStep("websocket: /", "send: \(message)")).steps[0]
        #expect(single.conversation?.message == .bytes(bytes.isEmpty ? [] : [.bytes(bytes)]))
    }

    @Test("Values in a binary message tell bytes of their own; what is none is named and not shown")
    func filledBytes() throws {
        let capture = "{expect: binary, capture: {n: hex, b: body}}"
        let step = try read(
            capture, "send: {binary: {hex: \"01 ${n} ff\"}}", "send: {binary: {base64: \"${b}AP8=\"}}",
            "send: {binary: {text: \"u=${user}\"}}")
        #expect(
            step.conversation?.entries.dropFirst().map(\.content) == [
                .send(.bytes([.bytes([1]), .value(.capture("n"), .hex), .bytes([255])])),
                .send(.bytes([.value(.capture("b"), .base64), .bytes([0, 255])])),
                .send(.bytes([.text(Text(pieces: [.literal("u="), .variable(.user)]))])),
            ])
        #expect(
            problems(capture, "send: {binary: {hex: \"0 ${n} 0\"}}").first?.contains(
                "expected pairs of hexadecimal digits such as 00ff, found \"0 \"") == true)
        #expect(
            problems("send: {binary: {hex: \"${iteration}\"}}").first?.contains(
                "only columns and captured values can tell bytes here") == true)
        #expect(problems("send: {binary: {hex: \"${n}\"}}").first?.contains("n") == true)
    }

    @Test("A file of bytes lies beside the scenario")
    func file() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("packet.bin", [1, 2, 255])
        let text = Self.scenario(["send: {binary: {file: packet.bin}}"])
        let step = try ScenariosTests.read(text, file: folder.path + "/s.yaml").steps[0]
        #expect(step.conversation?.entries.map(\.content) == [.send(.bytes([.bytes([1, 2, 255])]))])
        #expect(
            problems("send: {binary: {file: nowhere.bin}}") == [
                "s.yaml:12:35: the file \"nowhere.bin\" can't be read: no such file"
            ])
    }

    @Test("What an entry captures is there for those behind it, for its own answer, and for later steps")
    func captures() {
        #expect(
            problems(
                "{expect: body contains a, capture: {a: body}}", "send: \"${a}\"",
                "answer: {when: body == x, capture: {x: body}, send: \"${x}${a}\"}",
                "{expect: 'body == ${x}', checks: ['body == ${message.id}']}") == [])
        let late = "\"b\" has no value here: only this or a later step or another flow captures it"
        #expect(
            problems("send: \"${b}\"", "{expect: text, capture: {b: body}}") == ["s.yaml:12:20: \(late)"])
    }

    @Test(
        "What is wrong with an entry is said where it stands",
        arguments: [
            (["{}"], ["12:13: expected one of send, expect, pause, answer, close, closed, repeat in an entry"]),
            (["{send: a, expect: text}"], ["12:23: an entry does one thing: \"expect\" can't stand beside \"send\""]),
            (["{send: a, within: 1s}"], ["12:23: \"within\" belongs to expect and closed"]),
            (["{send: a, capture: {a: body}}"], ["12:23: \"capture\" belongs to expect"]),
            (["{closed: 1000, skip: none}"], ["12:28: \"skip\" belongs to expect"]),
            (["{pause: 1s, name: x}"], ["12:25: \"name\" belongs to expect and closed"]),
            (
                ["{expct: text}"],
                [
                    "12:13: expected one of send, expect, pause, answer, close, closed, repeat in an entry",
                    "12:14: unknown key \"expct\" (did you mean \"expect\"?)",
                ]
            ),
            (["close: 1000", "send: a"], ["12:13: nothing can follow close: the WebSocket is closed"]),
            (["closed: 1000", "send: a"], ["12:13: nothing can follow closed: the WebSocket is closed"]),
            (["close: 1005"], ["12:20: expected a close code that a client may send: 1000, 1001 or 3000 to 4999"]),
            (
                ["closed: 1006"],
                [
                    "12:21: 1006 stands for a connection that ended without a close frame: that is a failure"
                ]
            ),
            (["{repeat: 2}"], ["12:14: \"repeat\" needs \"conversation\" beside it"]),
            (
                ["{repeat: 0, conversation: [{expect: text}]}"],
                [
                    "12:22: expected a whole number from 1 to 1000000, found \"0\""
                ]
            ),
            (["{repeat: 2, conversation: []}"], ["12:25: expected at least one entry in conversation"]),
            (
                ["{repeat: 2, conversation: [{send: a}]}"],
                [
                    "12:14: its messages would go out all at once: expect or pause says what the next round waits for"
                ]
            ),
            (
                ["{repeat: 2, conversation: [{close: 1000}]}"],
                [
                    "12:40: expected one of send, expect, pause in an entry that is repeated",
                    "12:41: unknown key \"close\" (known here: send, expect, pause, name, within, skip, checks, capture)",
                ]
            ),
            (["{send: a, conversation: [{expect: text}]}"], ["12:23: \"conversation\" belongs to repeat"]),
            (["expect: status == 200"], ["12:21: a message has no status: expected json $.path or body"]),
            (["expect: []"], ["12:21: expected at least one check of a message"]),
            (["expect: [text, binary]"], ["12:28: a message is either text or binary"]),
            (["expect: binry"], ["12:21: unknown kind of message \"binry\" (did you mean \"binary\"?)"]),
            (
                ["{expect: response_time < 1s}"],
                [
                    "12:22: a time says nothing here: expected a check of the answer itself"
                ]
            ),
            (
                ["{expect: text, capture: {a: header X}}"],
                [
                    "12:41: a message has no status, header or cookies: expected json $.path, regex /…/, body or hex"
                ]
            ),
            (["answer: {when: text}"], ["12:21: missing key \"send\""]),
            (["answer: {send: a}"], ["12:21: missing key \"when\""]),
            (
                ["answer: {when: text, send: a, most: 0}"],
                [
                    "12:49: expected a whole number from 1 to 1000000000, found \"0\""
                ]
            ),
            (
                ["send: {binary: {hex: abc}}"],
                [
                    "12:34: expected pairs of hexadecimal digits such as 00ff, found \"abc\""
                ]
            ),
            (
                ["send: {binary: {hex: zz}}"],
                [
                    "12:34: expected pairs of hexadecimal digits such as 00ff, found \"zz\""
                ]
            ),
            (["send: {binary: {base64: \"?\"}}"], ["12:38: expected base64 such as AP8=, found \"?\""]),
            (["{name: talk, expect: text}"], ["12:20: another step is called \"talk\" (line 10)"]),
            (
                ["expect: text", "{name: x, expect: text}", "{name: x, expect: text}"],
                [
                    "14:20: another step is called \"x\" (line 13)"
                ]
            ),
        ] as [([String], [String])])
    func wrong(entries: [String], expected: [String]) {
        #expect(ScenariosTests.problems(Self.scenario(entries)) == expected.map { "s.yaml:\($0)" })
    }

    @Test("What belongs to single messages can't stand beside entries, and no request has entries")
    func beside() {
        func problems(_ key: String) -> [String] {
            ScenariosTests.problems(withStep("websocket: /ws", "conversation: [{send: a}]", key))
        }
        let entries = ": its entries send and expect"
        for (key, hint) in [
            ("send: a", entries), ("reply: body == a", entries), ("checks: [body == a]", entries),
            ("capture: {a: body}", entries), ("messages: 2", ": an entry repeats others"),
            ("every: 1s", ": an entry repeats others"), ("hold: 1s", ": an entry pauses"),
            ("fan_out: json $.a", ""), ("closes: 1000", ": its last entry, closed, awaits the server's closing"),
        ] {
            let name = key.prefix { $0 != ":" }
            #expect(
                problems(key) == ["s.yaml:11:9: \"\(name)\" can't stand beside conversation\(hint)"], "\(key)")
        }
        #expect(problems("ping: 1s") == [])
        #expect(
            ScenariosTests.problems(withStep("get: /", "conversation: [{send: a}]")) == [
                "s.yaml:10:9: \"conversation\" belongs to websocket steps"
            ])
        #expect(
            ScenariosTests.problems(withStep("websocket: /ws", "conversation: []")) == [
                "s.yaml:10:9: expected at least one entry in conversation"
            ])
    }

    @Test("A check compares bytes by their hexadecimal digits")
    func hex() throws {
        #expect(try Check(parsing: "hex == 00 FF").predicate == .text(.equal, Text("00ff")))
        #expect(try Check(parsing: "hex contains 0A").predicate == .contains(Text("0a")))
        #expect(try Check(parsing: "hex in [00, FF]").predicate == .oneOf([.text("00"), .text("ff")]))
        for (text, message) in [
            ("hex < 5", "< doesn't fit hex: compare body size, or use contains"),
            ("hex within 1..2", "within doesn't fit hex: it is a text"), ("hex exists", "exists doesn't fit hex"),
        ] {
            do {
                _ = try Check(parsing: text)
                Issue.record("\(text) was read")
            } catch {
                #expect(error.message == message)
            }
        }
    }
}

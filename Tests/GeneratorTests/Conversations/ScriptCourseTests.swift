import Measures
import Scenarios
import Testing

@testable import Generator

@Suite("Course of a conversation's entries") struct ScriptCourseTests {
    /// A script with a timeout of a second for what has none of its own.
    private func script(_ contents: ConversationEntry.Content...) -> ConversationScript {
        let entries = contents.enumerated().map { ConversationEntry($1, label: "entry \($0 + 1)") }
        let scenario = Scenario(name: "", target: Text("http://127.0.0.1:1"), flows: [], load: [])
        return ConversationScript(entries, timeout: ms(1_000), names: VariableNames(scenario))
    }

    private func expect(_ body: String, _ change: (inout ExpectedMessage) -> Void = { _ in }) throws
        -> ConversationEntry.Content
    {
        var expected = ExpectedMessage()
        expected.condition.checks = [try Check(parsing: "body == \(body)")]
        change(&expected)
        return .expect(expected)
    }

    private func send(_ text: String = "x") -> ConversationEntry.Content { .send(.text(Text(text))) }

    /// A course that was opened at 100 ms, held up by nothing.
    private var course: ScriptCourse { ScriptCourse(opened: at(100), held: .zero) }

    private func turn(
        _ course: inout ScriptCourse, _ script: ConversationScript, at now: Int64, held: Span = .zero
    ) -> ScriptCourse.Turn {
        var random = SeededRandom(seed: 1)
        return course.turn(script, at: at(now), readUpTo: at(now), held: held, random: &random)
    }

    private func finding(
        _ course: ScriptCourse, _ script: ConversationScript, _ text: String, _ kind: WebSocketMessageKind = .text
    ) -> ScriptCourse.Finding {
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBufferPointer { bytes in
            course.finding(script) { $0.holds(of: bytes, kind) { _ in nil } }
        }
    }

    @Test("A message is sent, its reply awaited until the timeout, and the WebSocket closed when all is said")
    func inTurn() throws {
        let script = script(send(), try expect("a"))
        defer { script.release() }
        var course = course
        #expect(turn(&course, script, at: 110) == .send(0))
        course.sent(0, id: 7, random: 0, at: at(112), held: .zero)
        #expect(turn(&course, script, at: 112) == .wait(until: at(1_112)))
        #expect(course.intended == at(100))
        #expect(course.started == at(112))
        #expect(finding(course, script, "b") == .skipped)
        #expect(finding(course, script, "a") == .expected(0))
        course.came(at: at(300), held: .zero)
        #expect(turn(&course, script, at: 300) == .close(1000))
        #expect(course.reached == at(300))
    }

    @Test("A limit counts from when the entry was reached, without the time in which this process was held up")
    func limits() throws {
        let script = script(
            .pause(.milliseconds(500) ... .milliseconds(500)), try expect("a") { $0.limit = .seconds(2) })
        defer { script.release() }
        var course = course
        #expect(turn(&course, script, at: 100) == .wait(until: at(600)))
        // Reached at 600, whenever that is noticed: 600 + 2,000.
        #expect(turn(&course, script, at: 700) == .wait(until: at(2_600)))
        #expect(turn(&course, script, at: 2_599) == .wait(until: at(2_600)))
        // Held up for 300 since.
        #expect(turn(&course, script, at: 2_700, held: ms(300)) == .wait(until: at(2_900)))
        #expect(turn(&course, script, at: 2_900, held: ms(300)) == .late)
    }

    @Test("A reply is measured from the last message sent, or from the awaited one that came since")
    func measured() throws {
        let script = script(send(), try expect("a"), .pause(.seconds(1) ... .seconds(1)), try expect("b"))
        defer { script.release() }
        var course = course
        _ = turn(&course, script, at: 100)
        course.sent(0, id: 1, random: 0, at: at(101), held: .zero)
        course.came(at: at(150), held: .zero)
        _ = turn(&course, script, at: 150)
        _ = turn(&course, script, at: 1_150)
        // Of b: from the arrival of a, the pause included.
        #expect(course.intended == at(150))
        #expect(course.started == at(150))
    }

    @Test("What comes in a pause is kept for what is expected behind it, and passed over where nothing is")
    func kept() throws {
        let script = script(
            .pause(.seconds(1) ... .seconds(1)), try expect("a"), .pause(.seconds(1) ... .seconds(1)), .close(1000))
        defer { script.release() }
        var course = course
        _ = turn(&course, script, at: 100)
        #expect(finding(course, script, "a") == .kept)
        let bytes: [UInt8] = [97]
        let isKept = bytes.withUnsafeBufferPointer { course.keep($0, .text, arrival: at(200)) }
        #expect(isKept)
        #expect(turn(&course, script, at: 1_100) == .takeKept)
        let first = course.takeKept()
        let message = try #require(first)
        #expect(message.bytes == bytes)
        #expect(message.arrival == at(200))
        course.came(at: message.arrival, held: .zero)
        // It came before it was awaited: the pause behind it begins when the first one ended, at 1,100.
        #expect(turn(&course, script, at: 1_100) == .wait(until: at(2_100)))
        #expect(finding(course, script, "a") == .skipped)
        let second = course.takeKept()
        #expect(second == nil)
    }

    @Test("Kept messages are bounded by their number and their bytes")
    func bounds() {
        var course = course
        let large = [UInt8](repeating: 0, count: ScriptCourse.keptBound)
        let kept = large.withUnsafeBufferPointer { large in
            [large, UnsafeBufferPointer(rebasing: large[..<1])].map { course.keep($0, .binary, arrival: at(0)) }
        }
        #expect(kept == [true, false])
        _ = course.takeKept()
        let empty = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        let all = (0...ScriptCourse.keptMost).map { _ in course.keep(empty, .text, arrival: at(0)) }
        #expect(all.lastIndex(of: true) == ScriptCourse.keptMost - 1)
        #expect(all.firstIndex(of: false) == ScriptCourse.keptMost)
    }

    @Test("An answer stands from its entry on, before what is expected, and only so often")
    func answers() throws {
        var ping = MessageCondition()
        ping.checks = [try Check(parsing: "body == p")]
        let script = script(
            try expect("a"), .answer(AnsweredMessage(condition: ping, message: .text(Text("q")))), try expect("p"))
        defer { script.release() }
        var course = course
        _ = turn(&course, script, at: 100)
        #expect(finding(course, script, "p") == .skipped)
        course.came(at: at(110), held: .zero)
        _ = turn(&course, script, at: 110)
        #expect(finding(course, script, "p") == .answer(0))
        #expect([1, 2, 3].map { _ in course.answers(0, atMost: 2) } == [true, true, false])
    }

    @Test("Other messages are passed over, refused, or passed over where they meet a check")
    func others() throws {
        var alive = MessageCondition()
        alive.checks = [try Check(parsing: "body == k")]
        let script = script(
            try expect("a") { $0.others = .refused }, try expect("b") { $0.others = .skippedWhere(alive) })
        defer { script.release() }
        var course = course
        _ = turn(&course, script, at: 100)
        #expect(finding(course, script, "k") == .refused)
        course.came(at: at(110), held: .zero)
        #expect(["k", "x", "b"].map { finding(course, script, $0) } == [.skipped, .refused, .expected(1)])
    }

    @Test("A message has the kind that is asked for")
    func kinds() throws {
        let script = script(try expect("a") { $0.condition.kind = .binary })
        defer { script.release() }
        var course = course
        _ = turn(&course, script, at: 100)
        #expect(finding(course, script, "a", .text) == .skipped)
        #expect(finding(course, script, "a", .binary) == .expected(0))
    }

    @Test("A repetition goes through its entries so many times, and says in which round it is")
    func repetition() throws {
        let inner = [
            ConversationEntry(send(), label: "entry 1.1"), ConversationEntry(try expect("a"), label: "entry 1.2"),
        ]
        let script = script(.repetition(times: 3, inner), send())
        defer { script.release() }
        var course = course
        var labels: [String] = []
        for round in 1...3 {
            #expect(turn(&course, script, at: 100) == .send(0))
            course.sent(0, id: round, random: 0, at: at(100), held: .zero)
            labels.append(course.label(script))
            course.came(at: at(100), held: .zero)
        }
        #expect(labels == ["entry 1.2", "entry 1.2 in round 2", "entry 1.2 in round 3"])
        #expect(turn(&course, script, at: 100) == .send(1))
        #expect(course.label(script) == "entry 2")
    }

    @Test("The server may close where that is awaited, with a code that is")
    func closing() {
        let script = script(send(), .closed(AwaitedClose(codes: [1000, 1005])))
        defer { script.release() }
        var course = course
        _ = turn(&course, script, at: 100)
        #expect(!course.awaitsClose(1000, script))
        course.sent(0, id: 1, random: 0, at: at(100), held: .zero)
        #expect(turn(&course, script, at: 100) == .wait(until: at(1_100)))
        #expect([1000, nil, 1001].map { course.awaitsClose($0, script) } == [true, true, false])
        #expect(turn(&course, script, at: 1_100) == .late)
    }

    @Test("A part has its own bytes, the conversation all of them")
    func bytes() {
        var course = course
        course.count(sent: 5)
        course.count(received: 7)
        course.endPart()
        course.count(received: 1)
        #expect(course.whole == ScriptCourse.Bytes(sent: 5, received: 8))
        #expect(course.sincePart == ScriptCourse.Bytes(sent: 0, received: 1))
    }
}

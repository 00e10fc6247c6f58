import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

@Suite("Conditions of steps", .serialized)
struct ConditionTests {
    private static func variable(_ name: String) -> Text { Text(pieces: [.variable(.capture(name))]) }

    private static func when(
        _ subject: Text, _ predicate: Condition.Predicate = .exists, isNegated: Bool = false
    ) -> Condition { Condition(subject: subject, predicate: predicate, isNegated: isNegated, source: "a condition") }

    /// The paths asked for by one iteration of a flow that captures `role` from `/first`, which answers with `role`
    /// unless that is nil.
    private func paths(role: String?, _ conditions: [Condition]) throws -> [String] {
        let server = try ScriptedServer { _ in
            [.send(ScriptedServer.response("200 OK", "x", headers: role.map { ["X-Role: \($0)"] } ?? []))]
        }
        defer { server.stop() }
        let first = Step(
            name: "first", url: Text("/first"),
            captures: [Capture(name: "role", source: .header("x-role"), isOptional: true)])
        var second = Step(name: "second", url: Text("/second"))
        second.conditions = conditions
        let third = Step(name: "third", url: Text("/third"))
        let scenario = EngineRun.scenario(
            server.url, steps: [first, second, third], load: EngineRun.iterations(1))
        let measurement = try EngineRun.run(scenario)
        let paths = server.requests.map(\.path)
        // A skipped step is no exchange and no error.
        #expect(measurement.outcomes == ["ok": UInt64(paths.count)])
        #expect(measurement.total.iterations == 1)
        #expect((measurement.total.steps[1] == nil) == !paths.contains("/second"))
        return paths
    }

    private static let done = ["/first", "/second", "/third"]
    private static let skipped = ["/first", "/third"]

    @Test(
        "Each predicate holds or doesn't",
        arguments: [
            // (predicate, holds for "7", holds without a value)
            (Condition.Predicate.exists, true, false), (.text(.equal, Text("7")), true, false),
            (.text(.equal, Text("8")), false, false), (.text(.notEqual, Text("8")), true, true),
            (.text(.notEqual, Text("7")), false, true), (.number(.equal, 7), true, false),
            (.number(.notEqual, 7), false, true), (.number(.notEqual, 8), true, true),
            (.number(.less, 8), true, false), (.number(.less, 7), false, false),
            (.number(.lessOrEqual, 7), true, false), (.number(.greater, 6.5), true, false),
            (.number(.greaterOrEqual, 7.5), false, false),
            // What has no value either equals nothing.
            (.text(.equal, ConditionTests.variable("missing")), false, false),
            (.text(.notEqual, ConditionTests.variable("missing")), true, true),
        ])
    func predicates(predicate: Condition.Predicate, holds: Bool, holdsWithout: Bool) throws {
        for (role, holds) in [("7", holds), (nil, holdsWithout)] {
            for isNegated in [false, true] {
                var scenario = Scenario(
                    name: "t", target: Text("http://127.0.0.1:1"),
                    flows: [
                        Flow(
                            name: "f",
                            actions: [
                                .request(
                                    Step(
                                        name: "s", url: Text("/"),
                                        captures: ["role", "missing"].map { Capture(name: $0, source: .header($0)) }))
                            ])
                    ], load: EngineRun.iterations(1))
                scenario.limits.maxUsers = 1
                let condition = CompiledCondition(
                    Self.when(Self.variable("role"), predicate, isNegated: isNegated),
                    names: VariableNames(scenario))
                defer { condition.release() }
                var (subject, value) = (ByteStore(), ByteStore())
                defer {
                    subject.release()
                    value.release()
                }
                var captures: [CapturedValue?] = [role.map { CapturedValue(text: Array($0.utf8)) }, nil]
                let tables = RowTables([])
                defer { tables.release() }
                var random = SeededRandom(seed: 1)
                let found = captures.withUnsafeMutableBufferPointer { captures in
                    var context = UserContext()
                    context.captures = captures.baseAddress
                    return condition.holds(
                        context, tables: tables, random: &random, subject: &subject, value: &value)
                }
                #expect(found == (holds != isNegated))
            }
        }
    }

    @Test("A step is done where all of its conditions hold, else skipped")
    func conditions() throws {
        let isAdmin = Self.when(Self.variable("role"), .text(.equal, Text("admin")))
        #expect(try paths(role: "admin", [isAdmin]) == Self.done)
        #expect(try paths(role: "guest", [isAdmin]) == Self.skipped)
        #expect(try paths(role: nil, [isAdmin]) == Self.skipped)
        #expect(try paths(role: "admin", [isAdmin, Self.when(Text(""))]) == Self.skipped)
        #expect(try paths(role: nil, [Self.when(Self.variable("role"), isNegated: true)]) == Self.done)
        // An empty value is as good as none.
        #expect(try paths(role: "", [Self.when(Self.variable("role"))]) == Self.skipped)
    }

    @Test("What a skipped step would have captured has no value, not that of the iteration before")
    func capturesOfSkippedSteps() throws {
        let server = try ScriptedServer { request in
            [.send(ScriptedServer.response("200 OK", "x", headers: ["X-Id: \(request.number)"]))]
        }
        defer { server.stop() }
        let isFirst = Self.when(Text(pieces: [.variable(.iteration)]), .number(.equal, 0))
        var take = Step(name: "take", url: Text("/take"), captures: [Capture(name: "id", source: .header("x-id"))])
        take.conditions = [isFirst]
        var use = Step(name: "use", url: Text(pieces: [.literal("/use/"), .variable(.capture("id"))]))
        use.conditions = [Self.when(Self.variable("id"))]
        let last = Step(name: "last", url: Text("/last"))
        let scenario = EngineRun.scenario(server.url, steps: [take, use, last], load: EngineRun.iterations(3))
        #expect(try EngineRun.run(scenario).outcomes == ["ok": 5])
        #expect(server.requests.map(\.path) == ["/take", "/use/0", "/last", "/last", "/last"])
    }

    @Test("A condition's table gives a row even where no request uses it")
    func columns() throws {
        let server = try ScriptedServer(always: ScriptedServer.response())
        defer { server.stop() }
        var step = Step(name: "s", url: Text("/"))
        step.conditions = [
            Self.when(Text(pieces: [.variable(.column(table: "t", column: "do"))]), .text(.equal, Text("yes")))
        ]
        let scenario = EngineRun.scenario(server.url, steps: [step], load: EngineRun.iterations(9)) {
            $0.data = [DataTable(name: "t", columns: ["do"], rows: [["yes"], ["no"], ["no"]])]
        }
        let measurement = try EngineRun.run(scenario, reactors: 1)
        #expect(server.requestCount == 3)
        #expect(measurement.total.iterations == 9)
    }

    @Test("Flows whose steps are all skipped end, and don't keep the processor busy")
    func nothingToDo() throws {
        var step = Step(name: "s", url: Text("/"))
        step.conditions = [Self.when(Text(""))]
        // Nobody listens there, and nobody has to.
        let fixed = try EngineRun.run(
            EngineRun.scenario("http://127.0.0.1:1", steps: [step], load: EngineRun.iterations(100_000, users: 3)))
        #expect(fixed.total.iterations == 100_000)
        #expect(fixed.outcomes == [:])
        let closed = try EngineRun.run(
            EngineRun.scenario(
                "http://127.0.0.1:1", steps: [step],
                load: [.users(UserStage(from: 1, to: 1, duration: .milliseconds(200)))]))
        // One a millisecond at most, and the first.
        #expect(1...201 ~= closed.total.iterations)
        // Nor does a step that lacks what a skipped one would have captured.
        var take = Step(name: "take", url: Text("/"), captures: [Capture(name: "id", source: .header("x-id"))])
        take.conditions = [Self.when(Text(""))]
        let use = Step(name: "use", url: Text(pieces: [.literal("/"), .variable(.capture("id"))]))
        let lacking = try EngineRun.run(
            EngineRun.scenario(
                "http://127.0.0.1:1", steps: [take, use],
                load: [.users(UserStage(from: 1, to: 1, duration: .milliseconds(200)))]))
        #expect(1...201 ~= lacking.total.started)
        #expect(lacking.total.iterations == 0)
    }
}

import Measures
import NIOConcurrencyHelpers
import Scenarios
import TestSupport
import Testing

@testable import Generator

/// A server of jobs: each path asked for is counted, and its state is `done` from the time given on.
private final class JobServer: Sendable {
    let server: ScriptedServer

    /// - Parameter polls: How often a path is asked for until it is done, by the path; nil: never.
    init(_ options: ScriptedServer.Options = .init(), polls: @escaping @Sendable (String) -> Int?) throws {
        let asked = NIOLockedValueBox<[String: Int]>([:])
        server = try ScriptedServer(options) { request in
            let count = asked.withLockedValue { asked in
                asked[request.path, default: 0] += 1
                return asked[request.path] ?? 0
            }
            let isDone = polls(request.path).map { count >= $0 } ?? false
            let body = "{\"state\": \"\(isDone ? "done" : "still-running")\", \"count\": \(count)}"
            return [.send(ScriptedServer.response("200 OK", body))]
        }
    }

    var paths: [String] { server.requests.map(\.path) }
}

@Suite("Blocks of flows", .serialized)
struct BlockTests {
    static let transports = [Defaults.Transport.native, .curl]

    private static func isDone() throws -> Check {
        Check(
            subject: .json(try JSONPath(parsing: "$.state")), predicate: .text(.equal, Text("done")),
            source: "json $.state == done")
    }

    private static func step(_ name: String) -> Step { Step(name: name, url: Text("/" + name), timeout: .seconds(60)) }

    private static func run(
        _ url: String, _ actions: [Flow.Action], load: [Stage] = EngineRun.iterations(1),
        transport: Defaults.Transport = .native, change: (inout Scenario) -> Void = { _ in }
    ) throws -> RunMeasurement {
        var scenario = EngineRun.scenario(url, load: load, change: change)
        scenario.flows = [Flow(name: "flow", actions: actions)]
        scenario.defaults.transport = transport
        return try EngineRun.run(scenario)
    }

    private static func paths(_ actions: [Flow.Action]) throws -> [String] {
        let server = try ScriptedServer(always: ScriptedServer.response("200 OK", "{\"n\": 2}"))
        defer { server.stop() }
        let measurement = try run(server.url, actions)
        #expect(measurement.total.iterations == 1)
        #expect(measurement.outcomes == ["ok": UInt64(server.requests.count)])
        return server.requests.map(\.path)
    }

    // MARK: Rounds

    @Test("A repeat does its steps so often, one within another as often as both say")
    func repeats() throws {
        let a = Flow.Action.request(Self.step("a"))
        let b = Flow.Action.request(Self.step("b"))
        #expect(
            try Self.paths([
                a,
                .block(
                    Block(
                        .repeated(.drawn(2...2)), actions: [b, .block(Block(.repeated(.drawn(3...3)), actions: [a]))])),
                b,
            ]) == ["/a"] + ["/b", "/a", "/a", "/a"] + ["/b", "/a", "/a", "/a"] + ["/b"])
    }

    @Test("The round is that of the innermost loop, and again that of the one around it behind it")
    func round() throws {
        func numbered(_ name: String) -> Flow.Action {
            .request(Step(name: name, url: Text(pieces: [.literal("/\(name)"), .variable(.round)])))
        }
        #expect(
            try Self.paths([
                .block(
                    Block(
                        .repeated(.drawn(2...2)),
                        actions: [
                            numbered("a"),
                            .block(Block(.group, name: "g", actions: [numbered("b")])),
                            .block(Block(.repeated(.drawn(2...2)), actions: [numbered("c")])), numbered("d"),
                        ]))
            ]) == ["/a1", "/b1", "/c1", "/c2", "/d1"] + ["/a2", "/b2", "/c1", "/c2", "/d2"])
    }

    @Test("How often may be captured, up to a bound; below one there is no round")
    func counted() throws {
        func take(_ name: String, _ source: Capture.Source) -> Flow.Action {
            var step = Self.step(name)
            step.captures = [Capture(name: "count", source: source)]
            return .request(step)
        }
        let again = Block.Rounds.filled(Text(pieces: [.variable(.capture("count"))]), most: 5)
        func block(_ text: Block.Rounds) -> Flow.Action {
            .block(Block(.repeated(text), actions: [.request(Self.step("a"))]))
        }
        let number = Capture.Source.json(try JSONPath(parsing: "$.n"))
        #expect(try Self.paths([take("n", number), block(again)]) == ["/n", "/a", "/a"])
        // The status, 200, is beyond the bound.
        #expect(try Self.paths([take("n", .status), block(again)]) == ["/n"] + Array(repeating: "/a", count: 5))
        let negative = Block.Rounds.filled(Text(pieces: [.literal("-"), .variable(.capture("count"))]), most: 5)
        #expect(try Self.paths([take("n", number), block(negative)]) == ["/n"])
    }

    @Test("A number that was not captured, or is none, gives the iteration up, and says so")
    func unknownCount() throws {
        let server = try ScriptedServer(always: ScriptedServer.response("200 OK", "x"))
        defer { server.stop() }
        var take = Self.step("take")
        take.captures = [Capture(name: "count", source: .body)]
        let measurement = try Self.run(
            server.url,
            [
                .request(take),
                .block(
                    Block(
                        .group, name: "g",
                        actions: [
                            .request(Self.step("first")),
                            .block(
                                Block(
                                    .repeated(.filled(Text(pieces: [.variable(.capture("count"))]), most: 5)),
                                    actions: [.request(Self.step("again")), .request(Self.step("more"))])),
                        ])),
            ], load: EngineRun.iterations(3))
        #expect(measurement.outcomes == ["ok": 6, "not_sent": 3])
        #expect(measurement.total.iterationCounts[0][.missingValue] == 3)
        #expect(
            measurement.examples[2] == [
                "not sent: what says how often it is repeated was not captured, or is not a whole number"
            ])
        // The group around it was begun, and given up with its iteration.
        let group = try #require(measurement.total.blocks[0])
        #expect((group.begun, group.completed, group.givenUp, group.times.count) == (3, 0, 3, 0))
    }

    @Test("A drawn number lies within its bounds, and all of them occur")
    func drawn() throws {
        let server = try ScriptedServer(always: ScriptedServer.response())
        defer { server.stop() }
        let measurement = try Self.run(
            server.url,
            [
                .request(Self.step("begin")),
                .block(Block(.repeated(.drawn(1...3)), actions: [.request(Self.step("a"))])),
            ], load: EngineRun.iterations(100))
        let counts = server.requests.split { $0.path == "/begin" }.map(\.count)
        #expect(counts.count == 100 && Set(counts) == [1, 2, 3])
        #expect(measurement.total.steps[1]?.outcomes.good == UInt64(counts.reduce(0, +)))
    }

    @Test("A block whose condition doesn't hold is left out with all that is in it")
    func conditions() throws {
        func block(_ subject: String, _ name: String) -> Flow.Action {
            var block = Block(.group, name: name, actions: [.request(Self.step(name))])
            block.conditions = [
                Condition(subject: Text(subject), predicate: .exists, isNegated: false, source: "")
            ]
            return .block(block)
        }
        #expect(try Self.paths([block("x", "a"), block("", "b"), .request(Self.step("c"))]) == ["/a", "/c"])
    }

    @Test("every counts from start to start, pause from end to start, and neither delays what follows the last round")
    func timing() throws {
        let server = try ScriptedServer { _ in [.wait(seconds: 0.02), .send(ScriptedServer.response())] }
        defer { server.stop() }
        func time(_ change: (inout Block) -> Void) throws -> Double {
            var block = Block(.repeated(.drawn(4...4)), actions: [.request(Self.step("a"))])
            change(&block)
            let group = Block(.group, name: "g", actions: [.block(block)])
            let measurement = try Self.run(server.url, [.block(group)])
            let times = try #require(measurement.total.blocks[0]?.times)
            // An intended start lies where the round does: waiting for it is nobody's latency.
            let slowest = try #require(measurement.total.steps[0]?[.responseTime]?.minimum)
            #expect(slowest.seconds < 0.1)
            return try #require(times.minimum).seconds
        }
        // Three intervals and an exchange of 20 ms.
        let every = try time { $0.every = .milliseconds(100) }
        #expect(every >= 0.32)
        // Three pauses and four exchanges.
        let paused = try time { $0.pause = .milliseconds(100) ... .milliseconds(100) }
        #expect(paused >= 0.38)
        // Shorter than a round: the rounds follow each other.
        let quick = try time { $0.every = .milliseconds(1) }
        #expect(quick >= 0.08)
        #expect(quick < every || every > 1)
    }

    @Test("Rounds in which nothing is done end, and keep nobody from their turn")
    func idle() throws {
        var step = Self.step("a")
        step.conditions = [Condition(subject: Text(""), predicate: .exists, isNegated: false, source: "")]
        let measurement = try Self.run(
            "http://127.0.0.1:1",
            [.block(Block(.repeated(.drawn(1_000...1_000)), actions: [.request(step)]))],
            load: EngineRun.iterations(20, users: 4))
        #expect(measurement.total.iterations == 20)
        #expect(measurement.outcomes == [:])
    }

    // MARK: Until

    private static func poll(_ name: String = "job", most: Int = 20, _ goal: Check? = nil) throws -> Block {
        Block(.until(.answer(try goal ?? isDone()), most: most), name: name, actions: [.request(step(name))])
    }

    @Test("A job is polled until it is done: rounds and time are measured", arguments: transports)
    func until(transport: Defaults.Transport) throws {
        let jobs = try JobServer { _ in 4 }
        defer { jobs.server.stop() }
        let measurement = try Self.run(
            jobs.server.url, [.block(try Self.poll()), .request(Self.step("after"))], transport: transport)
        #expect(jobs.paths == ["/job", "/job", "/job", "/job", "/after"])
        #expect(measurement.outcomes == ["ok": 5])
        let tally = try #require(measurement.total.blocks[0])
        #expect((tally.begun, tally.completed, tally.failed, tally.givenUp) == (1, 1, 0, 0))
        #expect(tally.rounds.maximum == 4 && tally.rounds.count == 1)
        #expect(tally.times.count == 1)
        // From the first poll's intended start to the last one's end: as long as all four together at least.
        let polls = try #require(measurement.total.steps[0]?[.responseTime])
        #expect(try #require(tally.times.minimum) >= polls.totalTime)
    }

    @Test("HTTP/2 of our own looks at the answers, too")
    func http2() throws {
        let jobs = try JobServer { _ in 3 }
        defer { jobs.server.stop() }
        let gateway = try HTTP2Gateway()
        let measurement = try Self.run("http://\(gateway.authority)", [.block(try Self.poll())]) {
            $0.defaults.http.version = .http2
            $0.defaults.headers = [Header(name: "X-Port", value: Text("\(jobs.server.port)"))]
        }
        #expect(jobs.paths.count == 3)
        #expect(measurement.total.blocks[0]?.rounds.maximum == 3)
        #expect(measurement.outcomes == ["ok": 3])
    }

    @Test("A job that is never done is a failure of its last poll, and the iteration goes on", arguments: transports)
    func unmet(transport: Defaults.Transport) throws {
        let jobs = try JobServer { path in path == "/job" ? nil : 1 }
        defer { jobs.server.stop() }
        let group = Block(.group, name: "g", actions: [.block(try Self.poll(most: 3))])
        let measurement = try Self.run(
            jobs.server.url, [.block(group), .request(Self.step("after"))], load: EngineRun.iterations(2),
            transport: transport)
        #expect(jobs.paths.count { $0 == "/job" } == 6)
        #expect(measurement.outcomes == ["ok": 6, "until_unmet": 2])
        #expect(measurement.total.iterations == 2)
        #expect(
            measurement.examples[0] == [
                "until json $.state == done did not hold within 3 rounds, at last: got still-running"
            ])
        let until = try #require(measurement.total.blocks[1])
        #expect((until.begun, until.completed, until.failed) == (2, 2, 2))
        #expect(until.times.count == 0 && until.rounds.count == 0 && until.withoutTime == 2)
        // The group around it failed, and has a time.
        let around = try #require(measurement.total.blocks[0])
        #expect((around.completed, around.failed, around.times.count) == (2, 2, 2))
        // The last poll is kept whole.
        let kept = try #require(measurement.evidence.first { $0.outcome == .untilUnmet })
        #expect(kept.step == 0)
    }

    @Test("What is captured may be waited for; what was seen last is told without secrets")
    func values() throws {
        let jobs = try JobServer { path in path == "/never" ? nil : 3 }
        defer { jobs.server.stop() }
        func block(_ name: String, isSecret: Bool) throws -> Flow.Action {
            var step = Self.step(name)
            step.captures = [
                Capture(
                    name: "state", source: .json(try JSONPath(parsing: "$.state")), isOptional: false)
            ]
            step.captures[0].isSecret = isSecret
            let condition = Condition(
                subject: Text(pieces: [.variable(.capture("state"))]), predicate: .text(.equal, Text("done")),
                isNegated: false, source: "${state} == done")
            return .block(Block(.until(.value(condition), most: 4), name: name, actions: [.request(step)]))
        }
        let good = try Self.run(jobs.server.url, [try block("job", isSecret: false)])
        #expect(good.total.blocks[0]?.rounds.maximum == 3)
        #expect(good.outcomes == ["ok": 3])
        let plain = try Self.run(jobs.server.url, [try block("never", isSecret: false)])
        #expect(
            plain.examples[0] == ["until ${state} == done did not hold within 4 rounds, at last: got still-running"])
        let hidden = try Self.run(jobs.server.url, [try block("never", isSecret: true)])
        #expect(hidden.outcomes == ["ok": 3, "until_unmet": 1])
        #expect(hidden.examples[0].allSatisfy { !$0.contains("still") }, "\(hidden.examples[0])")
    }

    @Test("A last poll that fails by itself keeps its own label; polls before it that failed are only failures")
    func failedPolls() throws {
        let server = try ScriptedServer { request in
            [
                .send(
                    ScriptedServer.response(
                        request.number == 2 ? "200 OK" : "503 Service Unavailable", "{\"state\": \"done\"}"))
            ]
        }
        defer { server.stop() }
        // Judged by the answer, whatever its status: the first says done.
        let first = try Self.run(server.url, [.block(try Self.poll(most: 2))])
        #expect(first.outcomes == ["http_5xx": 1])
        #expect(first.total.blocks[0]?.completed == 1 && first.total.blocks[0]?.failed == 0)
        let other = Check(subject: .status, predicate: .number(.equal, 299), source: "status == 299")
        let last = try Self.run(server.url, [.block(try Self.poll(most: 1, other))])
        #expect(last.outcomes == ["http_5xx": 1])
        #expect(last.total.blocks[0]?.failed == 1)
        let good = try Self.run(server.url, [.block(try Self.poll(most: 1, other))])
        #expect(good.outcomes == ["until_unmet": 1])
        #expect(good.examples[0] == ["until status == 299 did not hold within 1 round, at last: got 200"])
    }

    @Test("A loop around a poll that is not at its end doesn't fail it; the one that ends all is the one that failed")
    func nestedUntils() throws {
        // The inner one is done with every second poll, the outer one never.
        let jobs = try JobServer { _ in nil }
        defer { jobs.server.stop() }
        let counted = Check(
            subject: .json(try JSONPath(parsing: "$.count")), predicate: .oneOf([.number(2), .number(4), .number(6)]),
            source: "json $.count in [2, 4, 6]")
        let inner = Block(.until(.answer(counted), most: 5), name: "inner", actions: [.request(Self.step("job"))])
        let outer = Block(.until(.answer(try Self.isDone()), most: 3), name: "outer", actions: [.block(inner)])
        let measurement = try Self.run(jobs.server.url, [.block(outer)])
        #expect(jobs.paths.count == 6)
        #expect(measurement.outcomes == ["ok": 5, "until_unmet": 1])
        let (out, within) = (try #require(measurement.total.blocks[0]), try #require(measurement.total.blocks[1]))
        #expect((out.begun, out.completed, out.failed) == (1, 1, 1))
        #expect((within.begun, within.completed, within.failed) == (3, 3, 0))
        #expect(within.rounds.maximum == 2)
    }

    @Test("A login that polls in vain fails", arguments: transports)
    func login(transport: Defaults.Transport) throws {
        let jobs = try JobServer { _ in nil }
        defer { jobs.server.stop() }
        let login = Flow(name: "login", actions: [.block(try Self.poll(most: 2))])
        let measurement = try Self.run(
            jobs.server.url, [.request(Self.step("work"))], load: EngineRun.iterations(2), transport: transport
        ) { $0.login = login }
        #expect(jobs.paths.allSatisfy { $0 == "/job" })
        #expect(measurement.outcomes == ["ok": 2, "until_unmet": 2])
        #expect(measurement.total.iterationCounts[0][.failedLogin] == 2)
        let tally = try #require(measurement.total.blocks[0])
        #expect((tally.begun, tally.completed, tally.givenUp) == (2, 0, 2))
    }

    @Test("Cookies, connections and rows stay those of the iteration in all rounds")
    func rows() throws {
        let server = try ScriptedServer(always: ScriptedServer.response())
        defer { server.stop() }
        let step = Step(name: "s", url: Text(pieces: [.literal("/"), .variable(.column(table: "t", column: "id"))]))
        let measurement = try Self.run(
            server.url, [.block(Block(.repeated(.drawn(3...3)), actions: [.request(step)]))],
            load: EngineRun.iterations(2)
        ) {
            $0.data = [DataTable(name: "t", columns: ["id"], rows: [["1"], ["2"]], order: .once)]
        }
        #expect(measurement.outcomes == ["ok": 6])
        #expect(server.requests.map(\.path).sorted() == ["/1", "/1", "/1", "/2", "/2", "/2"])
    }

    // MARK: Groups

    @Test("A group's time goes from its first exchange to its last one, pauses at its ends left out")
    func groupTime() throws {
        let server = try ScriptedServer(always: ScriptedServer.response())
        defer { server.stop() }
        let pause = Flow.Action.pause(.milliseconds(200) ... .milliseconds(200))
        let between = Flow.Action.pause(.milliseconds(50) ... .milliseconds(50))
        let group = Block(
            .group, name: "g",
            actions: [pause, .request(Self.step("a")), between, .request(Self.step("b")), pause])
        let measurement = try Self.run(server.url, [.block(group)])
        let time = try #require(measurement.total.blocks[0]?.times.minimum)
        #expect(time >= Span(nanoseconds: 50_000_000))
        let iteration = try #require(measurement.total.iterationTimes[0]?.minimum)
        #expect(iteration.nanoseconds - time.nanoseconds >= 400_000_000)
    }

    @Test("A group fails with one of its exchanges, in whichever of its blocks, and still has its time")
    func groupFails() throws {
        let server = try ScriptedServer { request in
            [.send(ScriptedServer.response(request.path == "/bad" ? "500 Oops" : "200 OK"))]
        }
        defer { server.stop() }
        let inner = Block(.group, name: "inner", actions: [.request(Self.step("bad"))])
        let outer = Block(.group, name: "outer", actions: [.request(Self.step("a")), .block(inner)])
        let other = Block(.group, name: "other", actions: [.request(Self.step("b"))])
        let measurement = try Self.run(
            server.url, [.block(outer), .block(other)], load: EngineRun.iterations(4, users: 2))
        let tallies = measurement.total.blocks
        #expect(tallies.map { $0?.completed } == [4, 4, 4])
        #expect(tallies.map { $0?.failed } == [4, 4, 0])
        #expect(tallies.map { $0?.times.count } == [4, 4, 4])
    }

    @Test("A WebSocket that breaks fails the group around it")
    func webSocket() throws {
        let server = try WebSocketServer.echo()
        defer { server.stop() }
        var live = Step(name: "live", url: Text("/ws"), timeout: .seconds(60))
        var conversation = Conversation()
        conversation.message = .text(Text("hello"))
        live.conversation = conversation
        let good = Block(.group, name: "good", actions: [.request(live)])
        live.name = "missing"
        conversation.message = .text(Text(pieces: [.variable(.capture("none"))]))
        live.conversation = conversation
        live.captures = [Capture(name: "none", source: .body, isOptional: true)]
        let bad = Block(.group, name: "bad", actions: [.request(live)])
        let measurement = try Self.run(server.url, [.block(good), .block(bad)], load: EngineRun.iterations(2))
        #expect(measurement.total.blocks.map { $0?.completed } == [2, 2])
        #expect(measurement.total.blocks.map { $0?.failed } == [0, 2])
    }

    @Test("A warm-up's groups aren't measured; those that the end cuts off are begun and no more")
    func leftOut() throws {
        let server = try ScriptedServer { request in
            request.path == "/hang" ? [.hang] : [.send(ScriptedServer.response())]
        }
        defer { server.stop() }
        let group = Block(.group, name: "g", actions: [.request(Self.step("a"))])
        let warm = try Self.run(
            server.url, [.block(group)],
            load: [.iterations(IterationStage(iterations: 4, users: 2, warmup: true))] + EngineRun.iterations(2))
        #expect(warm.total.blocks[0]?.begun == 2)
        let hanging = Block(.group, name: "g", actions: [.request(Self.step("a")), .request(Self.step("hang"))])
        let cut = try Self.run(
            server.url, [.block(hanging)], load: [.users(UserStage(from: 2, to: 2, duration: .milliseconds(100)))]
        ) { $0.limits.gracefulStop = .milliseconds(50) }
        let tally = try #require(cut.total.blocks[0])
        #expect((tally.begun, tally.completed, tally.givenUp, tally.withoutTime) == (2, 0, 0, 2))
    }

    @Test("The end of the run ends a loop that would go on for long")
    func endOfRun() throws {
        let jobs = try JobServer { _ in nil }
        defer { jobs.server.stop() }
        var poll = try Self.poll(most: 1_000_000)
        poll.every = .milliseconds(20)
        let measurement = try Self.run(
            jobs.server.url, [.block(poll)], load: [.users(UserStage(from: 3, to: 3, duration: .milliseconds(300)))]
        ) { $0.limits.gracefulStop = .milliseconds(100) }
        #expect(measurement.total.started == 3)
        #expect(measurement.total.iterations == 0)
        #expect(measurement.outcomes["until_unmet"] == nil)
        #expect(measurement.total.blocks[0]?.begun == 3 && measurement.total.blocks[0]?.completed == 0)
    }

    @Test("All reactors' counts add up, with each flow's blocks its own")
    func severalFlows() throws {
        let jobs = try JobServer { _ in 1 }
        defer { jobs.server.stop() }
        var scenario = EngineRun.scenario(jobs.server.url, load: EngineRun.iterations(40, users: 8))
        scenario.flows = [
            Flow(name: "one", actions: [.block(Block(.group, name: "g", actions: [.request(Self.step("a"))]))]),
            Flow(name: "two", weight: 3, actions: [.block(try Self.poll("b"))]),
        ]
        let measurement = try EngineRun.run(scenario, reactors: 3)
        #expect(measurement.total.blocks.map { $0?.completed } == [10, 30])
        #expect(measurement.total.blocks[1]?.rounds.count == 30)
    }
}

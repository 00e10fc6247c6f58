import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

@Suite("Iterations that are given up", .serialized)
struct GivenUpTests {
    private static let transports = [Defaults.Transport.native, .curl]

    private static let id = Capture(name: "id", source: .header("x-id"), isOptional: true)
    private static let idText = Text(pieces: [.literal("/echo/"), .variable(.capture("id"))])

    @Test("A request without its value is an event that failed, and its iteration is given up", arguments: transports)
    func missingValue(transport: Defaults.Transport) throws {
        let server = try ScriptedServer(always: ScriptedServer.response())
        defer { server.stop() }
        let steps = [
            Step(name: "take", url: Text("/take"), captures: [Self.id]), Step(name: "use", url: Self.idText),
            Step(name: "after", url: Text("/after")),
        ]
        let measurement = try EngineRun.run(
            EngineRun.scenario(server.url, steps: steps, load: EngineRun.iterations(6, users: 2)) {
                $0.defaults.transport = transport
            })
        #expect(measurement.outcomes == ["ok": 6, "not_sent": 6])
        #expect(server.requests.allSatisfy { $0.path == "/take" })
        let total = measurement.total
        // Nothing was sent, so nothing took a time; and what never ran has no event.
        #expect(total.steps[1]?[.responseTime] == nil)
        #expect(total.steps[1]?.outcomes.completed == 0)
        #expect(total.steps[2] == nil)
        #expect(total.iterationCounts[0].begun == 6)
        #expect(total.iterationCounts[0][.missingValue] == 6)
        #expect((total.started, total.iterations, total.givenUp) == (6, 0, 6))
        #expect(measurement.series.slices.reduce(0) { $0 + $1.givenUp } == 6)
    }

    @Test("One iteration of many that lacks its value is counted once", arguments: transports)
    func someMissing(transport: Defaults.Transport) throws {
        let server = try ScriptedServer { request in
            let headers = request.path == "/take" && request.number % 4 == 0 ? [] : ["X-Id: 7"]
            return [.send(ScriptedServer.response("200 OK", "x", headers: headers))]
        }
        defer { server.stop() }
        let steps = [
            Step(name: "take", url: Text("/take"), captures: [Self.id]), Step(name: "use", url: Self.idText),
        ]
        let measurement = try EngineRun.run(
            EngineRun.scenario(server.url, steps: steps, load: EngineRun.iterations(9)) {
                $0.defaults.transport = transport
            }, reactors: 1)
        let counts = measurement.total.iterationCounts[0]
        // Whichever requests of the one connection they are, each lacking one is an event and an iteration.
        #expect(counts.begun == 9)
        #expect(measurement.total.iterations + counts.givenUp == 9)
        #expect(counts[.missingValue] == measurement.outcomes["not_sent"] ?? 0)
        #expect(counts.givenUp > 0 && measurement.total.iterations > 0)
    }

    @Test("An opening handshake without its value is an event that failed")
    func opening() throws {
        let server = try WebSocketServer.echo()
        defer { server.stop() }
        var take = Step(name: "take", url: Text("/"), captures: [Self.id])
        take.conditions = [Condition(subject: Text(""), predicate: .exists, isNegated: false, source: "")]
        var live = Step(name: "live", url: Self.idText)
        live.conversation = Conversation()
        let measurement = try EngineRun.run(
            EngineRun.scenario(server.url, steps: [take, live], load: EngineRun.iterations(3)))
        #expect(measurement.outcomes == ["not_sent": 3])
        #expect(measurement.total.iterationCounts[0][.missingValue] == 3)
        #expect(server.connectionCount == 0)
    }

    @Test("A message without its value is an event that failed, without a latency; the conversation goes on")
    func message() throws {
        let server = try WebSocketServer.echo()
        defer { server.stop() }
        var take = Step(name: "take", url: Text("/"), captures: [Self.id])
        take.conditions = [Condition(subject: Text(""), predicate: .exists, isNegated: false, source: "")]
        var live = Step(name: "live", url: Text("/ws"))
        var conversation = Conversation()
        conversation.message = .text(Self.idText)
        conversation.count = 2
        conversation.interval = .milliseconds(1)
        live.conversation = conversation
        let measurement = try EngineRun.run(
            EngineRun.scenario(server.url, steps: [take, live], load: EngineRun.iterations(3)))
        #expect(measurement.outcomes == ["not_sent": 6])
        #expect(measurement.total.steps[1]?[.responseTime] == nil)
        #expect(measurement.total.iterations == 3)
    }

    @Test("Iterations whose user can't log in are given up for it", arguments: transports)
    func failedLogin(transport: Defaults.Transport) throws {
        let server = try ScriptedServer(always: ScriptedServer.response("403 Forbidden", "no"))
        defer { server.stop() }
        let measurement = try EngineRun.run(
            EngineRun.scenario(server.url, load: EngineRun.iterations(5, users: 2)) {
                $0.defaults.transport = transport
                $0.login = Flow(name: "login", actions: [.request(Step(name: "sign-in", url: Text("/login")))])
            })
        #expect(measurement.outcomes == ["http_4xx": 5])
        #expect(measurement.total.iterationCounts[0].begun == 5)
        #expect(measurement.total.iterationCounts[0][.failedLogin] == 5)
        #expect(measurement.total.givenUp == 5)
    }

    @Test("What is given up in a warm-up isn't measured, and what the end cuts off isn't given up")
    func leftOut() throws {
        let server = try ScriptedServer { request in
            request.path == "/hang" ? [.hang] : [.send(ScriptedServer.response())]
        }
        defer { server.stop() }
        let steps = [Step(name: "take", url: Text("/take"), captures: [Self.id]), Step(name: "use", url: Self.idText)]
        let warm = try EngineRun.run(
            EngineRun.scenario(
                server.url, steps: steps,
                load: [.iterations(IterationStage(iterations: 4, users: 2, warmup: true))] + EngineRun.iterations(2)))
        #expect(warm.total.iterationCounts[0].begun == 2)
        #expect(warm.total.givenUp == 2)
        let cut = try EngineRun.run(
            EngineRun.scenario(
                server.url, steps: [Step(name: "hang", url: Text("/hang"))],
                load: [.users(UserStage(from: 2, to: 2, duration: .milliseconds(100)))]
            ) { $0.limits.gracefulStop = .milliseconds(50) })
        #expect((cut.total.started, cut.total.iterations, cut.total.givenUp) == (2, 0, 0))
    }
}

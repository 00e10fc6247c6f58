import Foundation
import Measures
import NIOConcurrencyHelpers
import Scenarios
import TestSupport
import Testing

@testable import Generator

@Suite("Logins", .serialized)
struct LoginTests {
    private func capture(_ name: String) -> Text { Text(pieces: [.variable(.capture(name))]) }

    /// A login that captures `token` from `/login`, and a flow that sends it to `/use`.
    private func scenario(
        _ server: ScriptedServer, load: [Stage], change: (inout Scenario) -> Void = { _ in }
    ) -> Scenario {
        let use = Step(
            name: "use", url: Text("/use"), headers: [Header(name: "Authorization", value: capture("token"))])
        return EngineRun.scenario(server.url, steps: [use], load: load) { scenario in
            scenario.login = Flow(
                name: Scenario.loginName,
                actions: [
                    .request(
                        Step(
                            name: "sign-in", method: .post, url: Text("/login"),
                            body: .text(Text(pieces: [.literal("user "), .variable(.user)])),
                            captures: [Capture(name: "token", source: .header("x-token"))]))
                ])
            change(&scenario)
        }
    }

    /// Gives each login a token of its own.
    private func server(failing: @escaping @Sendable (Int) -> Bool = { _ in false }) throws -> ScriptedServer {
        let logins = NIOLockedValueBox(0)
        return try ScriptedServer { request in
            guard request.path == "/login" else { return [.send(ScriptedServer.response("200 OK", "x"))] }
            let number = logins.withLockedValue { logins in
                defer { logins += 1 }
                return logins
            }
            if failing(number) { return [.send(ScriptedServer.response("503 Unavailable"))] }
            return [.send(ScriptedServer.response("200 OK", "x", headers: ["X-Token: t\(number)"]))]
        }
    }

    @Test("Each user logs in once, and its token stays with it", arguments: [1, 2])
    func once(reactors: Int) throws {
        let server = try server()
        defer { server.stop() }
        let measurement = try EngineRun.run(
            scenario(server, load: EngineRun.iterations(40, users: 4)), reactors: reactors)
        // The login's step comes last.
        #expect(measurement.total.steps[0]?.outcomes.total == 40)
        #expect(measurement.total.steps[1]?.outcomes.total == 4)
        #expect(measurement.outcomes == ["ok": 44])
        #expect(measurement.total.iterations == 40)
        let uses = server.requests.filter { $0.path == "/use" }
        // A connection is a user's, and so is a token.
        let tokens = Dictionary(grouping: uses) { $0.connection }.mapValues {
            Set($0.map { $0.header("Authorization") })
        }
        #expect(tokens.count == 4)
        #expect(tokens.values.allSatisfy { $0.count == 1 })
        #expect(Set(tokens.values).count == 4)
        #expect(
            Set(server.requests.filter { $0.path == "/login" }.map(\.body)) == ["user 1", "user 2", "user 3", "user 4"])
    }

    @Test("Logins are part of the first iteration's time, from its intended start")
    func iterationTime() throws {
        let server = try ScriptedServer { request in
            request.path == "/login"
                ? [.wait(seconds: 0.2), .send(ScriptedServer.response("200 OK", "x", headers: ["X-Token: t"]))]
                : [.send(ScriptedServer.response("200 OK", "x"))]
        }
        defer { server.stop() }
        let measurement = try EngineRun.run(scenario(server, load: EngineRun.iterations(3)))
        let times = try #require(measurement.total.iterationTimes[0])
        #expect(times.count == 3)
        #expect((times.maximum ?? .zero) >= Span(nanoseconds: 200_000_000))
        #expect((times.minimum ?? .zero) < Span(nanoseconds: 200_000_000))
        // The flow's own step begins when the login is over.
        #expect((measurement.total.steps[0]?[.responseTime]?.maximum ?? .zero) < Span(nanoseconds: 200_000_000))
    }

    @Test("Without its login an iteration ends, and the next one tries again")
    func failing() throws {
        let server = try server { $0 < 3 }
        defer { server.stop() }
        let measurement = try EngineRun.run(scenario(server, load: EngineRun.iterations(10)))
        #expect(
            server.requests.map(\.path) == Array(repeating: "/login", count: 4) + Array(repeating: "/use", count: 7))
        #expect(measurement.total.started == 10)
        #expect(measurement.total.iterations == 7)
        #expect(measurement.total.iterationTimes[0]?.count == 7)
        #expect(measurement.total.steps[1]?.outcomes[.http5xx] == 3)
    }

    @Test("A login that captures nothing, or can't be sent, has failed, and nothing of it stays")
    func nothingCaptured() throws {
        let server = try ScriptedServer { request in
            // Every other answer to the first step has the token; the second step never succeeds before.
            let headers = request.path == "/login" && request.number == 0 ? ["X-Token: old"] : []
            return [
                .send(
                    ScriptedServer.response(
                        request.path == "/second" && request.number == 1 ? "403 No" : "200 OK", "x", headers: headers))
            ]
        }
        defer { server.stop() }
        let scenario = scenario(server, load: EngineRun.iterations(3)) { scenario in
            scenario.login?.actions = [
                .request(
                    Step(
                        name: "first", url: Text("/login"),
                        captures: [Capture(name: "token", source: .header("x-token"), isOptional: true)])),
                .request(
                    Step(name: "second", url: Text("/second"), headers: [Header(name: "A", value: capture("token"))])),
            ]
        }
        let measurement = try EngineRun.run(scenario)
        // The second iteration's first step gets no token, so that its second step can't be sent: the first iteration's
        // token, of a login that failed, is gone.
        #expect(server.requests.map(\.path) == ["/login", "/second", "/login", "/login"])
        #expect(measurement.total.iterations == 0)
        #expect(
            measurement.examples[2] == ["status 403", "not sent: an earlier step of the flow captured nothing for it"])
    }

    @Test("Only what the login captures outlives an iteration; a flow may renew it")
    func renewal() throws {
        let server = try server()
        defer { server.stop() }
        let scenario = scenario(server, load: EngineRun.iterations(3)) { scenario in
            scenario.flows[0].actions.append(
                .request(
                    Step(
                        name: "renew", url: Text("/login"),
                        captures: [
                            Capture(name: "token", source: .header("x-token")),
                            Capture(name: "own", source: .header("x-token")),
                        ])))
            var late = Step(
                name: "late", url: Text("/late"), headers: [Header(name: "Authorization", value: capture("own"))])
            late.conditions = [Condition(subject: capture("own"), predicate: .exists, isNegated: false, source: "own")]
            scenario.flows[0].actions.insert(.request(late), at: 0)
        }
        #expect(try EngineRun.run(scenario).outcomes == ["ok": 7])
        #expect(!server.requests.contains { $0.path == "/late" })
        #expect(
            server.requests.filter { $0.path == "/use" }.map { $0.header("Authorization") } == ["t0", "t1", "t2"])
    }

    @Test("The logins of a warm-up stage are done there, and not measured")
    func warmup() throws {
        let server = try server()
        defer { server.stop() }
        let measurement = try EngineRun.run(
            scenario(
                server,
                load: [
                    .iterations(IterationStage(iterations: 2, users: 2, warmup: true)),
                    .iterations(IterationStage(iterations: 6, users: 2)),
                ]))
        #expect(measurement.total.steps[1] == nil)
        #expect(measurement.total.steps[0]?.outcomes.total == 6)
        #expect(measurement.total.warmup == 4)
        #expect(measurement.total.iterationTimes[0]?.count == 6)
    }

    @Test("With a login a user keeps its identity in open load, too")
    func identities() throws {
        let server = try server()
        defer { server.stop() }
        let load = [Stage.arrivals(ArrivalStage(from: 200, to: 200, duration: .milliseconds(250)))]
        _ = try EngineRun.run(
            scenario(server, load: load) {
                $0.identities = Identities(count: 10, header: "X-Key", value: Text(pieces: [.variable(.user)]))
            })
        let keys = Dictionary(grouping: server.requests) { $0.connection }.mapValues {
            Set($0.map { $0.header("X-Key") })
        }
        #expect(keys.values.allSatisfy { $0.count == 1 })
        #expect(server.requests.filter { $0.path == "/use" }.count == 50)
    }

    @Test("The rows of a login's tables are the user's own, and none goes to two users", arguments: [1, 2])
    func rows(reactors: Int) throws {
        let server = try server()
        defer { server.stop() }
        let name = Text(pieces: [.variable(.column(table: "accounts", column: "name"))])
        let item = Text(pieces: [.variable(.column(table: "items", column: "id"))])
        let scenario = scenario(server, load: EngineRun.iterations(40, users: 4)) { scenario in
            scenario.data = [
                DataTable(name: "accounts", columns: ["name"], rows: (0..<4).map { ["a\($0)"] }, order: .once),
                DataTable(name: "items", columns: ["id"], rows: (0..<40).map { ["i\($0)"] }, order: .once),
            ]
            scenario.flows[0].actions.append(
                .request(
                    Step(
                        name: "mine", url: Text(pieces: [.literal("/mine/")] + item.pieces),
                        headers: [Header(name: "X-Name", value: name)])))
            scenario.login?.actions.insert(
                .request(Step(name: "hello", url: Text("/hello"), headers: [Header(name: "X-Name", value: name)])),
                at: 0)
        }
        let measurement = try EngineRun.run(scenario, reactors: reactors)
        #expect(measurement.total.dropped == 0)
        let named = server.requests.filter { $0.header("X-Name") != nil }
        let names = Dictionary(grouping: named) { $0.connection }.mapValues { Set($0.map { $0.header("X-Name") }) }
        #expect(names.values.allSatisfy { $0.count == 1 })
        #expect(Set(names.values.flatMap { $0 }) == ["a0", "a1", "a2", "a3"])
        #expect(
            Set(server.requests.map(\.path).filter { $0.hasPrefix("/mine") }) == Set((0..<40).map { "/mine/i\($0)" }))
    }

    @Test("A login that the run's end cuts off is no completed iteration")
    func cutOff() throws {
        let server = try ScriptedServer { _ in [.hang] }
        defer { server.stop() }
        let scenario = scenario(server, load: [.users(UserStage(from: 2, to: 2, duration: .milliseconds(100)))]) {
            $0.limits.gracefulStop = .milliseconds(100)
        }
        let measurement = try EngineRun.run(scenario)
        #expect(measurement.total.iterations == 0)
        #expect(measurement.outcomes == ["unfinished": 2])
    }
}

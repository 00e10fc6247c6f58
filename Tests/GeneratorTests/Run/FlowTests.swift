import Foundation
import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

@Suite("Flows against a scripted server", .serialized)
struct FlowTests {
    private func jsonPath(_ name: String) -> JSONPath { JSONPath(elements: [.name(name)], source: "$.\(name)") }

    @Test("Captured values reach later steps, checked and escaped")
    func captures() throws {
        let server = try ScriptedServer { request in
            switch request.path {
            case "/login":
                [
                    .send(
                        ScriptedServer.response(
                            "200 OK", #"{"id": 17, "name": "a b"}"#,
                            headers: ["Set-Cookie: session=s3; Path=/", "X-Token: tok"]))
                ]
            default: [.send(ScriptedServer.response("200 OK", "<b>42</b>"))]
            }
        }
        defer { server.stop() }
        let login = Step(
            name: "login", url: Text("/login"),
            captures: [
                Capture(name: "id", source: .json(jsonPath("id"))),
                Capture(name: "name", source: .json(jsonPath("name"))),
                Capture(name: "session", source: .cookie("session")),
                Capture(name: "token", source: .header("x-token")),
            ])
        let use = Step(
            name: "use", method: .post,
            url: Text(pieces: [
                .literal("/items/"), .variable(.capture("name")), .literal("?id="), .variable(.capture("id")),
            ]),
            headers: [
                Header(name: "Cookie", value: Text(pieces: [.literal("session="), .variable(.capture("session"))])),
                Header(
                    name: "Authorization", value: Text(pieces: [.literal("Bearer "), .variable(.capture("token"))])),
            ],
            body: .json(
                .object([
                    .init(name: "id", value: .variable(.capture("id"))),
                    .init(name: "n", value: .variable(.capture("name"))),
                ])),
            captures: [Capture(name: "number", source: .regex("<b>(\\d+)</b>"))])
        let last = Step(name: "last", url: Text(pieces: [.literal("/"), .variable(.capture("number"))]))
        let scenario = EngineRun.scenario(server.url, steps: [login, use, last], load: EngineRun.iterations(2))
        let measurement = try EngineRun.run(scenario)
        #expect(measurement.outcomes == ["ok": 6])
        let request = try #require(server.requests.first { $0.method == "POST" })
        #expect(request.path == "/items/a%20b?id=17")
        #expect(request.header("Cookie") == "session=s3")
        #expect(request.header("Authorization") == "Bearer tok")
        #expect(request.header("Content-Type") == "application/json")
        #expect(request.body == #"{"id":17,"n":"a b"}"#)
        #expect(server.requests.contains { $0.path == "/42" })
    }

    @Test("Where nothing could be captured, the flow ends and says why")
    func nothingCaptured() throws {
        let server = try ScriptedServer(always: ScriptedServer.response("200 OK", "{}"))
        defer { server.stop() }
        let first = Step(name: "first", url: Text("/"), captures: [Capture(name: "id", source: .json(jsonPath("id")))])
        let second = Step(name: "second", url: Text(pieces: [.literal("/"), .variable(.capture("id"))]))
        let scenario = EngineRun.scenario(server.url, steps: [first, second], load: EngineRun.iterations(3))
        let measurement = try EngineRun.run(scenario)
        #expect(measurement.outcomes == ["check_failed": 3, "not_sent": 3])
        #expect(
            measurement.examples == [
                ["nothing to capture as id"], ["not sent: an earlier step of the flow captured nothing for it"],
            ])
    }

    @Test("Calculated answers are verified within their tolerance, and the server's time is taken")
    func calculations() throws {
        let server = try ScriptedServer { request in
            let total = request.body.contains("\"area\":3") ? "30.01" : "20.004"
            return [
                .send(
                    ScriptedServer.response(
                        "200 OK", #"{"total":\#(total)}"#, headers: ["Server-Timing: db;dur=1, calc;dur=12.5"]))
            ]
        }
        defer { server.stop() }
        let column = { Text(pieces: [.variable(.column(table: "t", column: $0))]) }
        let step = Step(
            name: "sum", method: .post, url: Text("/"),
            body: .json(.object([.init(name: "area", value: .variable(.column(table: "t", column: "area")))])),
            calculation: Calculation(
                answers: [.init(path: jsonPath("total"), expected: column("total"))], tolerance: .absolute(0.005),
                serverTime: .serverTiming(metric: "calc")))
        let scenario = EngineRun.scenario(server.url, steps: [step], load: EngineRun.iterations(4)) {
            $0.data = [DataTable(name: "t", columns: ["area", "total"], rows: [["2", "20"], ["3", "30"]])]
        }
        let measurement = try EngineRun.run(scenario, reactors: 1)
        #expect(measurement.outcomes == ["ok": 2, "check_failed": 2])
        #expect(measurement.examples[0] == ["$.total: expected 30, got 30.01"])
        #expect(measurement.total.steps[0]?[.calculationTime]?.maximum == Span(nanoseconds: 12_500_000))
        #expect(measurement.total.steps[0]?[.calculationTime]?.count == 4)
    }

    @Test("Rows marked once are used once each, and what finds none is dropped", arguments: [1, 2])
    func rowsOnce(reactors: Int) throws {
        let server = try ScriptedServer(always: ScriptedServer.response())
        defer { server.stop() }
        let step = Step(name: "s", url: Text(pieces: [.literal("/"), .variable(.column(table: "t", column: "v"))]))
        let scenario = EngineRun.scenario(
            server.url, steps: [step],
            load: [.arrivals(ArrivalStage(from: 100, to: 100, duration: .milliseconds(200)))]
        ) {
            $0.data = [DataTable(name: "t", columns: ["v"], rows: (0..<15).map { ["\($0)"] }, order: .once)]
        }
        let measurement = try EngineRun.run(scenario, reactors: reactors)
        #expect(Set(server.requests.map(\.path)) == Set((0..<15).map { "/\($0)" }))
        #expect(server.requestCount == 15)
        #expect(measurement.total.dropped == 5)
        #expect(measurement.total.withoutRow == 5)
    }

    @Test("Rows marked once suffice for as many iterations, whoever does them")
    func rowsOnceForIterations() throws {
        let server = try ScriptedServer(always: ScriptedServer.response())
        defer { server.stop() }
        let step = Step(name: "s", url: Text(pieces: [.literal("/"), .variable(.column(table: "t", column: "v"))]))
        for users in [1, 3] {
            let scenario = EngineRun.scenario(server.url, steps: [step], load: EngineRun.iterations(20, users: users)) {
                $0.data = [DataTable(name: "t", columns: ["v"], rows: (0..<20).map { ["\($0)"] }, order: .once)]
            }
            let measurement = try EngineRun.run(scenario, reactors: 2)
            #expect(measurement.outcomes == ["ok": 20])
            #expect(measurement.total.dropped == 0)
        }
    }

    @Test("A server's time that is no time is passed over", arguments: ["nan", "inf", "-1", "1e300", "x", ""])
    func strangeServerTime(duration: String) throws {
        let server = try ScriptedServer(
            always: ScriptedServer.response("200 OK", "{}", headers: ["Server-Timing: calc;dur=\(duration)"]))
        defer { server.stop() }
        let step = Step(
            name: "s", url: Text("/"), calculation: Calculation(answers: [], serverTime: .serverTiming(metric: "calc")))
        let scenario = EngineRun.scenario(server.url, steps: [step], load: EngineRun.iterations(2))
        let measurement = try EngineRun.run(scenario)
        #expect(measurement.outcomes == ["ok": 2])
        #expect(measurement.total.steps[0]?[.calculationTime] == nil)
    }

    @Test("Identities go round with the arrivals, and each flow meets many of them")
    func identities() throws {
        let server = try ScriptedServer(always: ScriptedServer.response())
        defer { server.stop() }
        let scenario = EngineRun.scenario(
            server.url, load: [.arrivals(ArrivalStage(from: 200, to: 200, duration: .milliseconds(250)))]
        ) {
            $0.identities = Identities(
                count: 10, header: "X-API-Key", value: Text(pieces: [.literal("client-"), .variable(.user)]))
        }
        _ = try EngineRun.run(scenario)
        let seen = Dictionary(grouping: server.requests.compactMap { $0.header("X-API-Key") }) { $0 }.mapValues(\.count)
        #expect(seen == Dictionary(uniqueKeysWithValues: (1...10).map { ("client-\($0)", 5) }))
    }

    @Test("A pause delays the next step, whose intended start is the pause's end")
    func pauses() throws {
        let server = try ScriptedServer(always: ScriptedServer.response())
        defer { server.stop() }
        let step = { Step(name: $0, url: Text("/")) }
        let scenario = EngineRun.scenario(server.url, load: EngineRun.iterations(5, users: 5)) {
            $0.flows = [
                Flow(
                    name: "f",
                    actions: [
                        .request(step("a")), .pause(.milliseconds(100)...(.milliseconds(120))), .request(step("b")),
                    ])
            ]
        }
        let measurement = try EngineRun.run(scenario)
        #expect(measurement.outcomes == ["ok": 10])
        #expect(measurement.wall > Span(nanoseconds: 100_000_000))
        // The pause itself is nobody's latency.
        #expect((measurement.total.steps[1]?[.responseTime]?.minimum ?? .zero) < Span(nanoseconds: 90_000_000))
    }

    @Test("Connections: one a user, or a pool, or one a request", arguments: Defaults.Connections.allCases)
    func connections(policy: Defaults.Connections) throws {
        let server = try ScriptedServer(always: ScriptedServer.response("200 OK", "x"))
        defer { server.stop() }
        let scenario = EngineRun.scenario(server.url, load: EngineRun.iterations(40, users: 4)) {
            $0.defaults.connections = policy
        }
        let measurement = try EngineRun.run(scenario, reactors: 1)
        #expect(measurement.outcomes == ["ok": 40])
        switch policy {
        case .perUser: #expect(server.connectionCount == 4)
        case .shared: #expect(1...4 ~= server.connectionCount)
        case .fresh:
            #expect(server.connectionCount == 40)
            #expect(server.requests.allSatisfy { $0.header("Connection") == "close" })
            #expect(measurement.total.steps[0]?[.connect]?.count == 40)
        }
    }

    @Test("A server that closes kept connections in order costs no request")
    func keepAliveLimit() throws {
        let server = try ScriptedServer { _ in
            [.send(ScriptedServer.response("200 OK", "x", headers: ["Connection: close"])), .close]
        }
        defer { server.stop() }
        let scenario = EngineRun.scenario(server.url, load: EngineRun.iterations(20, users: 2))
        #expect(try EngineRun.run(scenario).outcomes == ["ok": 20])
        #expect(server.connectionCount == 20)
    }

    @Test("Requests carry what the scenario says, defaults overridden by name")
    func headers() throws {
        let server = try ScriptedServer(always: ScriptedServer.response())
        defer { server.stop() }
        let step = Step(
            name: "s", method: .put, url: Text("/a?b=c d"), headers: [Header(name: "accept", value: Text("text/css"))],
            body: .form([Header(name: "k", value: Text("a&b"))]))
        let scenario = EngineRun.scenario(server.url + "/base/", steps: [step], load: EngineRun.iterations(1)) {
            $0.defaults.headers = [
                Header(name: "Accept", value: Text("text/html")), Header(name: "X-A", value: Text("1")),
            ]
        }
        _ = try EngineRun.run(scenario)
        let request = try #require(server.requests.first)
        #expect(
            request.head
                == "PUT /base/a?b=c%20d HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\nUser-Agent: loadgate-test\r\n"
                + "accept: text/css\r\nX-A: 1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 7")
        #expect(request.body == "k=a%26b")
    }
}

import Foundation
import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

@Suite("Calculated answers against a scripted server", .serialized)
struct CalculationTests {
    private let total = JSONPath(elements: [.name("total")], source: "$.total")

    private func step(_ answers: [Calculation.Answer], isDeterministic: Bool = true, body: Body? = nil) -> Step {
        Step(
            name: "sum", method: .post, url: Text("/sum"), body: body,
            calculation: Calculation(answers: answers, isDeterministic: isDeterministic))
    }

    /// Answers the numbers in turn.
    private func server(_ totals: [String]) throws -> ScriptedServer {
        try ScriptedServer { request in
            [.send(ScriptedServer.response("200 OK", "{\"total\": \(totals[request.number % totals.count])}"))]
        }
    }

    private var iteration: Text { Text(pieces: [.variable(.iteration)]) }

    @Test("The same request must get the same answer, and the message says what changed")
    func differing() throws {
        let server = try server(["10.0", "10.0", "10.1", "10.0"])
        defer { server.stop() }
        // Within the tolerance, so that no value is wrong by itself.
        var step = step([.init(path: total, expected: Text("10"))], body: .text(Text("2 and 3")))
        step.calculation?.tolerance = .absolute(1)
        let measurement = try EngineRun.run(
            EngineRun.scenario(server.url, steps: [step], load: EngineRun.iterations(4)))
        #expect(measurement.outcomes == ["ok": 3, "check_failed": 1])
        #expect(measurement.examples[0] == ["not deterministic: $.total was 10.0 before, now 10.1"])
        var counts = DeterminismCounts()
        counts.inputs = 1
        counts.repeated = 3
        counts.differing = 1
        #expect(measurement.total.steps[0]?.determinism == counts)
        let wrong = try #require(measurement.wrongAnswers[0].first)
        #expect(measurement.wrongAnswers[0].count == 1)
        #expect(
            wrong
                == WrongAnswer(
                    kind: .notDeterministic, input: "2 and 3", path: "$.total", expected: "10.0", observed: "10.1",
                    time: wrong.time))
        #expect(wrong.time > .zero && wrong.time <= measurement.wall)
    }

    @Test("Different requests may have different answers, by body and by target; without paths the whole body counts")
    func inputs() throws {
        let server = try ScriptedServer { request in
            [.send(ScriptedServer.response("200 OK", request.path + request.body))]
        }
        defer { server.stop() }
        let parity = Text(pieces: [.variable(.column(table: "t", column: "v"))])
        let byBody = Step(
            name: "body", method: .post, url: Text("/"), body: .text(parity), calculation: Calculation(answers: []))
        let byTarget = Step(
            name: "target", url: Text(pieces: [.literal("/?")] + parity.pieces), calculation: Calculation(answers: []))
        let scenario = EngineRun.scenario(server.url, steps: [byBody, byTarget], load: EngineRun.iterations(10)) {
            $0.data = [DataTable(name: "t", columns: ["v"], rows: [["0"], ["1"]])]
        }
        let measurement = try EngineRun.run(scenario, reactors: 1)
        #expect(measurement.outcomes == ["ok": 20])
        for step in 0..<2 {
            #expect(measurement.total.steps[step]?.determinism.inputs == 2)
            #expect(measurement.total.steps[step]?.determinism.repeated == 8)
        }
    }

    @Test("Reactors share what they know, and warm-up counts as knowledge")
    func shared() throws {
        let server = try server((0..<100).map { $0 < 2 ? "1" : "\($0)" })
        defer { server.stop() }
        let step = step([])
        let measurement = try EngineRun.run(
            EngineRun.scenario(
                server.url, steps: [step],
                load: [
                    .iterations(IterationStage(iterations: 2, users: 2, warmup: true)),
                    .iterations(IterationStage(iterations: 8, users: 2)),
                ]), reactors: 2)
        #expect(measurement.outcomes == ["check_failed": 8])
        #expect(measurement.total.steps[0]?.determinism.inputs == 1)
        #expect(measurement.total.steps[0]?.determinism.repeated == 8)
        #expect(measurement.total.steps[0]?.determinism.differing == 8)
        #expect(measurement.examples[0] == ["not deterministic: the answer differs from the one before"])
        #expect(measurement.wrongAnswers[0].map(\.input) == Array(repeating: "/sum", count: 8))
    }

    @Test("A step that need not be deterministic is not held to it")
    func notDeterministic() throws {
        let server = try server(["1", "2"])
        defer { server.stop() }
        let measurement = try EngineRun.run(
            EngineRun.scenario(
                server.url, steps: [step([], isDeterministic: false)], load: EngineRun.iterations(4)))
        #expect(measurement.outcomes == ["ok": 4])
        #expect(measurement.total.steps[0]?.determinism == DeterminismCounts())
    }

    @Test("An answer that failed for another reason is no answer to compare with")
    func failures() throws {
        let server = try ScriptedServer { request in
            [
                .send(
                    request.number % 2 == 0
                        ? ScriptedServer.response("503 Unavailable", "{\"total\": 0}")
                        : ScriptedServer.response("200 OK", "{\"total\": 1}"))
            ]
        }
        defer { server.stop() }
        let measurement = try EngineRun.run(
            EngineRun.scenario(
                server.url, steps: [step([.init(path: total, expected: Text("1"))])], load: EngineRun.iterations(6)))
        #expect(measurement.outcomes == ["ok": 3, "http_5xx": 3])
        #expect(measurement.total.steps[0]?.determinism.repeated == 2)
        #expect(measurement.total.steps[0]?.determinism.differing == 0)
        #expect(measurement.wrongAnswers[0].isEmpty)
    }

    @Test("The first twenty wrong answers are listed in the order of time, whoever got them", arguments: [1, 2])
    func wrongAnswers(reactors: Int) throws {
        let server = try server(["7"])
        defer { server.stop() }
        let right = Step(name: "right", url: Text("/"))
        let wrong = step(
            [.init(path: total, expected: Text("8"))],
            body: .json(.object([.init(name: "n", value: .variable(.iteration))])))
        let measurement = try EngineRun.run(
            EngineRun.scenario(server.url, steps: [right, wrong], load: EngineRun.iterations(60, users: 2)),
            reactors: reactors)
        #expect(measurement.wrongAnswers[0].isEmpty)
        let listed = measurement.wrongAnswers[1]
        #expect(listed.count == 20)
        #expect(listed.map(\.time) == listed.map(\.time).sorted())
        #expect(Set(listed.map(\.input)).count == 20)
        for entry in listed {
            #expect(
                entry
                    == WrongAnswer(
                        kind: .value, input: entry.input, path: "$.total", expected: "8", observed: "7",
                        time: entry.time))
            #expect(entry.input.hasPrefix("{\"n\":"))
        }
        // The run's first one is among them: it was the answer to the first or second request.
        #expect(listed.contains { $0.input == "{\"n\":0}" || $0.input == "{\"n\":1}" })
    }

    @Test("An input is cut at 500 bytes, and shows no secret, not even half of one")
    func longInput() throws {
        let server = try ScriptedServer(always: ScriptedServer.response("200 OK", "{\"total\": \"secret-value-9\"}"))
        defer { server.stop() }
        let secret = Text.Piece.secret(value: "secret-value-9", shown: "${env:S}")
        // The secret reaches across the 500th byte.
        let body = Text(pieces: [.literal(String(repeating: "x", count: 495)), secret, .literal("rest")])
        let scenario = EngineRun.scenario(
            server.url, steps: [step([.init(path: total, expected: Text("1"))], body: .text(body))],
            load: EngineRun.iterations(1)
        ) { $0.secrets.add("secret-value-9", shown: "${env:S}") }
        let measurement = try EngineRun.run(scenario)
        let wrong = try #require(measurement.wrongAnswers[0].first)
        #expect(wrong.input == String(repeating: "x", count: 495) + "${env")
        #expect(wrong.input.utf8.count == 500)
        #expect(wrong.observed == "${env:S}")
        #expect(measurement.examples[0] == ["$.total: expected 1, got ${env:S}"])
    }

    @Test("A character that reaches across the 500th byte is left out whole")
    func cutCharacter() throws {
        let server = try server(["2"])
        defer { server.stop() }
        for (text, shown) in [
            ("x" + String(repeating: "é", count: 300), 499), (String(repeating: "é", count: 300), 500),
        ] {
            let scenario = EngineRun.scenario(
                server.url, steps: [step([.init(path: total, expected: Text("1"))], body: .text(Text(text)))],
                load: EngineRun.iterations(1))
            let wrong = try #require(try EngineRun.run(scenario).wrongAnswers[0].first)
            #expect(wrong.input.utf8.count == shown)
            #expect(text.hasPrefix(wrong.input))
        }
    }

    @Test("A value that isn't there is a wrong answer without one")
    func absent() throws {
        let server = try ScriptedServer(always: ScriptedServer.response("200 OK", "no JSON"))
        defer { server.stop() }
        let measurement = try EngineRun.run(
            EngineRun.scenario(
                server.url, steps: [step([.init(path: total, expected: Text("8"))])], load: EngineRun.iterations(2)))
        #expect(measurement.outcomes == ["check_failed": 2])
        #expect(measurement.wrongAnswers[0].map(\.observed) == [nil, nil])
        #expect(measurement.wrongAnswers[0].map(\.expected) == ["8", "8"])
        #expect(measurement.total.steps[0]?.determinism.repeated == 1)
    }
}

import Measures
import Scenarios
import Testing

@testable import Baselines

@Suite("Records of runs")
struct RunRecordTests {
    @Test("have the steps that took part, in the scenario's order, secrets replaced")
    func measurement() throws {
        var chat = Step(name: "chat", url: Text("/ws"))
        var conversation = Conversation()
        conversation.reply = Check(subject: .body, predicate: .contains(Text("x")), source: "body contains x")
        chat.conversation = conversation
        var scenario = Scenario(
            name: "a", target: Text("http://127.0.0.1"),
            flows: [
                Flow(
                    name: "f",
                    actions: [
                        .request(Step(name: "b hunter2", url: Text("/"))), .request(chat),
                        .request(Step(name: "idle", url: Text("/"))), .request(Step(name: "a", url: Text("/"))),
                    ])
            ], load: [])
        scenario.secrets.add("hunter2", shown: "${env:PASSWORD}")
        var measurement = RunMeasurement(steps: 4, flows: 1, reactors: 1)
        measurement.measured = Span(seconds: 2)
        var tally = StepTally()
        for milliseconds in 1...99 {
            tally.record(Span(nanoseconds: Int64(milliseconds) * 1_000_000), as: .responseTime)
        }
        tally.outcomes[.ok] = 90
        tally.outcomes[.http5xx] = 6
        tally.outcomes[.refused] = 4
        measurement.total.steps[0] = tally
        measurement.total.steps[1] = tally
        measurement.total.steps[1]?.add(LatencyHistogram(), as: .roundTrip)
        measurement.total.steps[3] = tally

        let record = RunRecord(started: "2026-01-31T12:00:00Z", scenario: scenario, measurement: measurement)
        #expect(record.seconds == 2)
        #expect(record.steps.map(\.name) == ["b ${env:PASSWORD}", "chat", "a"])
        let step = try #require(record["a"])
        // Upper edges of places of 16 µs, at three digits.
        #expect(step.samples == 99 && abs((step.p50 ?? 0) - 50) < 0.05 && abs((step.p95 ?? 0) - 95) < 0.1)
        #expect(step.p99 == 99)
        #expect(step.throughput == 48 && step.errorRatio == 0.1)
        #expect(step.measure == .responseTime)
        // A WebSocket whose messages have replies is judged by them, and here none came.
        #expect(record["chat"]?.measure == .roundTrip && record["chat"]?.samples == 0 && record["chat"]?.p95 == nil)
        #expect(record["idle"] == nil)

        let fromResult = StepRecord(
            name: "a", measure: .responseTime, histogram: SparseHistogram(tally[.responseTime]),
            outcomes: ["ok": 90, "http_5xx": 6, "refused": 4], seconds: 2)
        #expect(fromResult == step)
    }
}

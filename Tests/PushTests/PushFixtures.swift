import Foundation
import Measures
import Objectives
import Push
import Reports
import Scenarios

/// A run to be pushed.
enum PushFixtures {
    static let id = "00112233445566778899aabbccddeeff"
    /// 2026-01-31T12:00:00Z
    static let start: Int64 = 1_769_860_800_000_000_000
    static let run = PushedRun(scenario: "sign off", version: "0.1.0", id: id)

    static func scenario(step: String = "list") -> Scenario {
        Scenario(
            name: "sign off", target: Text("http://127.0.0.1:8080"),
            flows: [
                Flow(name: "browse", actions: [.request(Step(name: step, url: Text("/")))]),
                Flow(name: "idle", weight: 0.1, actions: [.request(Step(name: "rare", url: Text("/rare")))]),
            ],
            load: [.arrivals(ArrivalStage(from: 100, to: 100, duration: .seconds(10)))])
    }

    static let info = RunInfo(
        started: Date(timeIntervalSince1970: 1_769_860_800), target: "http://127.0.0.1:8080", version: "0.1.0",
        peakMemoryBytes: 1, cpuSeconds: 1)

    /// 100 exchanges with 0.5, 0.51 … 1.49 ms, five of them failed.
    static var second: Interval {
        var interval = Interval(steps: 2, flows: 2)
        var tally = StepTally()
        for index in 0..<100 {
            tally.record(Span(nanoseconds: Int64(500_000 + 10_000 * index)), as: .responseTime)
            tally.outcomes.count(index < 5 ? .http5xx : .ok)
        }
        tally.bytesReceived = 10_000
        tally.bytesSent = 2_000
        interval.steps[0] = tally
        interval.started = 100
        interval.iterations = 100
        interval.users = 3
        return interval
    }

    static func header(step: String = "list") -> ProgressHeader {
        ProgressHeader(scenario: scenario(step: step), info: info, reactors: 1)
    }

    /// What is known after so many seconds, of which the last one is told.
    static func snapshot(seconds: Int, step: String = "list") -> PushSnapshot {
        let header = header(step: step)
        var (total, alone) = (RunMetrics(header), RunMetrics(header))
        var load = MeasuredLoad()
        for number in 1...seconds {
            load.length = Span(seconds: Double(number))
            total.take(second, load: load, probes: ["queue": 7.5])
        }
        alone.take(second, load: load, probes: ["queue": 7.5])
        return PushSnapshot(
            run: run, start: start, end: start + Int64(seconds) * 1_000_000_000,
            content: .second(total: total, alone: alone))
    }

    /// The result of a run of ten such seconds.
    static var result: RunResult {
        var measurement = RunMeasurement(steps: 2, flows: 2, reactors: 1)
        for _ in 0..<10 {
            measurement.total.add(second)
            measurement.series.append(second)
        }
        measurement.measured = Span(seconds: 10)
        measurement.wall = Span(seconds: 10)
        let scenario = scenario()
        return RunResult(
            scenario: scenario, measurement: measurement,
            judgement: RunJudgement(scenario: scenario, measurement: measurement, watch: ObjectiveWatch(scenario)),
            info: info)
    }
}

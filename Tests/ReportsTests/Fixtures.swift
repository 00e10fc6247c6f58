import FoundationEssentials
import Measures
import Objectives
import Scenarios

@testable import Reports

/// Runs that several tests report on.
enum Fixtures {
    static let secret = "hunter22"

    static var scenario: Scenario {
        var scenario = Scenario(
            name: "signoff", target: Text("http://127.0.0.1:8080"),
            flows: [
                Flow(
                    name: "browse",
                    actions: [
                        .request(Step(name: "list-projects", url: Text("/projects"))),
                        .request(Step(name: "show-project", url: Text("/projects/1"))),
                    ]),
                Flow(name: "idle", weight: 0.1, actions: [.request(Step(name: "rare", url: Text("/rare")))]),
            ],
            load: [.arrivals(ArrivalStage(from: 100, to: 100, duration: .seconds(10)))])
        var p95 = Objective(
            source: "p95 response_time of list-projects < 200ms", statistic: .percentile(95), measure: .responseTime,
            selector: .name("list-projects"), comparison: .less(200))
        p95.section = "Performance"
        p95.criterion = "API response time p95 < 200 ms"
        var rto = Objective(
            source: "rto < 30m", statistic: nil, measure: .rto, selector: nil, comparison: .less(1_800))
        rto.severity = .advisory
        scenario.objectives = [
            p95,
            Objective(
                source: "availability > 99.9%", statistic: nil, measure: .availability, selector: nil,
                comparison: .greater(0.999)),
            rto,
        ]
        scenario.secrets.add(secret, shown: "${env:TOKEN}")
        return scenario
    }

    /// Ten seconds, 100 exchanges of `list-projects` each with 0.5, 0.51 … 1.49 ms, and 10 of `show-project`.
    static func second(bad: Int = 0) -> Interval {
        var interval = Interval(steps: 3, flows: 2)
        var list = StepTally()
        for index in 0..<100 {
            let span = Span(nanoseconds: Int64(500_000 + 10_000 * index))
            list.record(span, as: .responseTime)
            list.record(span, as: .serviceTime)
            list.outcomes.count(index < bad ? .http5xx : .ok)
            interval.startLag.record(Span(nanoseconds: 20_000))
            interval.generatorDelay.record(Span(nanoseconds: 5_000))
        }
        list.bytesReceived = 10_000
        list.bytesSent = 2_000
        var show = StepTally()
        for _ in 0..<10 {
            show.record(Span(nanoseconds: 2_345_678), as: .responseTime)
            show.record(Span(nanoseconds: 1_234_567), as: .connect)
            show.outcomes.count(.ok)
        }
        interval.steps[0] = list
        interval.steps[1] = show
        interval.started = 100
        interval.iterations = 100
        interval.users = 3
        return interval
    }

    static func measurement(bad: Int = 0) -> RunMeasurement {
        var measurement = RunMeasurement(steps: 3, flows: 2, reactors: 2)
        for _ in 0..<10 {
            let second = second(bad: bad)
            measurement.total.add(second)
            measurement.series.append(second)
        }
        measurement.measured = Span(seconds: 10)
        measurement.wall = Span(seconds: 10.0123456)
        measurement.openLoad = Span(seconds: 10)
        measurement.intendedArrivals = 1_000
        measurement.arrivalsInTime = 1_000
        measurement.saturation = [0.1, 0.25]
        if bad > 0 { measurement.examples[0] = ["status 500: token \(secret) is \u{1b}[31mwrong\nreally"] }
        return measurement
    }

    static var info: RunInfo {
        RunInfo(
            started: Date(timeIntervalSince1970: 1_769_860_800), file: "scenarios/signoff.yaml",
            scenarioSHA256: String(repeating: "ab", count: 32), target: "http://127.0.0.1:8080?key=\(secret)",
            version: "0.1.0", peakMemoryBytes: 41_000_000, cpuSeconds: 3.2)
    }

    static func result(
        bad: Int = 0, change: (inout Scenario, inout RunMeasurement) -> Void = { _, _ in }
    ) -> RunResult {
        var scenario = scenario
        var measurement = measurement(bad: bad)
        change(&scenario, &measurement)
        let judgement = RunJudgement(
            scenario: scenario, measurement: measurement, watch: ObjectiveWatch(scenario))
        return RunResult(scenario: scenario, measurement: measurement, judgement: judgement, info: info)
    }

    /// Gives a run iterations, wrong answers of `list-projects`, compared answers, and WebSockets opened again.
    static func enrich(_ measurement: inout RunMeasurement, wrongAnswers: Int = 7) {
        var times = LatencyHistogram()
        for value in 1...100 { times.record(Span(nanoseconds: Int64(value) * 1_000_000)) }
        measurement.total.iterationTimes[0] = times
        // One of the 104 was cut off by the end.
        measurement.total.iterationCounts[0].begun = 104
        measurement.total.iterationCounts[0][.missingValue] = 2
        measurement.total.iterationCounts[0][.failedLogin] = 1
        measurement.total.reconnects = 3
        var counts = DeterminismCounts()
        counts.inputs = 10
        counts.repeated = 90
        counts.differing = 1
        counts.notCompared = 2
        measurement.total.steps[0]?.determinism = counts
        guard wrongAnswers > 0 else { return }
        measurement.wrongAnswers[0] = (1...wrongAnswers).map { number in
            WrongAnswer(
                kind: .value, input: "{\"area\": \(number), \"token\": \"\(secret)\"}", path: "$.total", expected: "10",
                observed: number == 2 ? nil : "1\(number)", time: Span(seconds: Double(number) + 0.12345))
        }
        measurement.wrongAnswers[0][0].kind = .notDeterministic
        measurement.wrongAnswers[0][0].path = nil
        measurement.wrongAnswers[0][0].expected = nil
        measurement.wrongAnswers[0][0].observed = nil
    }

    /// A folder of its own for a test, gone afterwards.
    static func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "loadgate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }
}

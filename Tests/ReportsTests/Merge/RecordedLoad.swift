import Foundation
import Measures
import Objectives
import Scenarios

@testable import Reports

/// Samples of a load, second by second, dealt to any number of workers that write their logs.
struct RecordedLoad {
    /// One exchange or arrival, with where it is counted.
    private struct Sample {
        var second: Int
        var step: Int
        var latency: Span
        var lag: Span
        var outcome: Outcome
    }

    private var samples: [Sample] = []
    private let seconds: Int
    var scenario = Fixtures.scenario

    /// - Parameter bad: One of so many fails; nil: none does.
    init(seed: UInt64, seconds: Int = 12, count: Int = 1_200, bad: UInt64? = nil) {
        var random = SeededRandom(seed: seed)
        self.seconds = seconds
        for _ in 0..<count {
            let latency = Span(nanoseconds: Int64(200_000 + random.below(150_000_000) * random.below(2)))
            samples.append(
                Sample(
                    second: Int(random.below(UInt64(seconds))), step: Int(random.below(3)), latency: latency,
                    lag: Span(nanoseconds: Int64(random.below(200_000))),
                    outcome: bad.map { random.below($0) == 0 } ?? false ? .http5xx : .ok))
        }
        scenario.objectives.append(
            Objective(
                source: "p95 response_time < 200ms in any 3s", statistic: .percentile(95), measure: .responseTime,
                selector: nil, comparison: .less(200), window: .seconds(3)))
    }

    /// A worker's start, ending and losses.
    struct Course {
        /// After the first of all.
        var late = Span.zero
        /// Seconds that it lives; nil: to the end.
        var lives: Int?
        var ending = RunMeasurement.Ending.completed
    }

    /// Deals the samples at random, and has each of the workers write its folder.
    ///
    /// - Returns: The folders, in the order of their segments.
    func deal(
        to count: Int, in folder: String, seed: UInt64 = 1, courses: [Int: Course] = [:]
    ) throws -> [String] {
        var random = SeededRandom(seed: seed)
        let owners = samples.map { _ in Int(random.below(UInt64(count))) }
        return try (0..<count).map { worker in
            let own = zip(samples, owners).filter { $0.1 == worker }.map(\.0)
            let path = "\(folder)/\(count)-\(worker)"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try write(own, worker: worker, of: count, into: path, courses[worker] ?? Course())
            return path
        }
    }

    private func write(
        _ samples: [Sample], worker: Int, of count: Int, into path: String, _ course: Course
    ) throws {
        var info = Fixtures.info
        info.worker = WorkerRecord(
            segment: worker, count: count, host: "node\(worker)",
            began: 1_769_860_800_000_000 + course.late.nanoseconds / 1_000)
        let log = try ProgressLog(
            path: path + "/progress.jsonl", header: ProgressHeader(scenario: scenario, info: info, reactors: 1))
        var measurement = RunMeasurement(steps: 3, flows: 2, reactors: 1)
        var before: ProgressLine.Totals?
        for number in 0..<(course.lives ?? seconds) {
            let interval = interval(of: samples.filter { $0.second == number })
            measurement.total.add(interval)
            var load = MeasuredLoad()
            load.length = Span(seconds: Double(number + 1))
            load.openLength = load.length
            load.intendedArrivals = measurement.total.started
            let line = ProgressLine(second: number, measured: true, interval: interval, before: before, load: load)
            before = line.total
            try log.append(line)
        }
        guard course.lives == nil else { return }
        measurement.ending = course.ending
        measurement.measured = Span(seconds: Double(seconds))
        measurement.openLoad = measurement.measured
        measurement.wall = Span(seconds: Double(seconds) + 0.5)
        measurement.intendedArrivals = UInt64(samples.count)
        measurement.saturation = [0.1]
        measurement.examples[0] = ["status 500"]
        try log.append(ProgressEnd(measurement, redact: scenario.secrets.redact))
    }

    private func interval(of samples: [Sample]) -> Interval {
        var interval = Interval(steps: 3, flows: 2)
        for sample in samples {
            var tally = interval.steps[sample.step] ?? StepTally()
            tally.record(sample.latency, as: .responseTime)
            tally.record(sample.latency, as: .serviceTime)
            tally.record(sample.lag, as: .startLag)
            tally.outcomes.count(sample.outcome)
            tally.bytesReceived += 100
            interval.steps[sample.step] = tally
            interval.startLag.record(sample.lag)
            interval.generatorDelay.record(sample.lag)
        }
        let count = UInt64(samples.count)
        (interval.started, interval.inTime, interval.iterations) = (count, count, count)
        var times = LatencyHistogram()
        for sample in samples { times.record(sample.latency) }
        if count > 0 { interval.iterationTimes[0] = times }
        interval.iterationCounts[0].begun = count
        interval.users = samples.count
        return interval
    }
}

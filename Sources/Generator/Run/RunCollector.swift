import Measures
import Scenarios

/// Puts the reactors' reports together, second by second. Lives on one serial queue.
struct RunCollector {
    private let plan: RunPlan
    private let reactors: Int
    private let segment: LoadRun.Segment
    private let start: Instant
    private var spans: StageSpans
    private(set) var measurement: RunMeasurement
    private var pending: [Int: (interval: Interval, reactors: Int)] = [:]
    private var next = 0
    /// How many reactors made their last report, by the second of it.
    private var ended: [Int: Int] = [:]
    private var stageDone: [Int: (reactors: Int, latest: Instant)] = [:]
    private var lastEnd: Instant
    private var cpu: [Span]

    init(plan: RunPlan, reactors: Int, segment: LoadRun.Segment, start: Instant) {
        self.plan = plan
        self.reactors = reactors
        self.segment = segment
        self.start = start
        spans = StageSpans(plan: plan.loadPlan, start: start)
        measurement = RunMeasurement(
            steps: plan.steps.count, flows: plan.flowCount, reactors: reactors)
        lastEnd = start
        cpu = Array(repeating: .zero, count: reactors)
    }

    var allEnded: Bool { ended.values.reduce(0, +) == reactors }

    /// Takes what a reactor measured in a second; gives the seconds that are now complete.
    mutating func take(second: Int, _ interval: Interval, from reactor: Int) -> [LoadRun.Second] {
        cpu[reactor] = cpu[reactor] + interval.cpu
        pending[second, default: (Interval(steps: plan.steps.count, flows: plan.flowCount), 0)].interval.add(interval)
        pending[second]?.reactors += 1
        return completeSeconds()
    }

    /// Takes a reactor's last report.
    mutating func takeLast(
        second: Int, _ interval: Interval, _ findings: Reactor.Findings, at instant: Instant, from reactor: Int
    ) -> [LoadRun.Second] {
        lastEnd = max(lastEnd, instant)
        for (step, wrong) in findings.wrongAnswers.enumerated() where !wrong.isEmpty {
            // Each reactor has its own first ones, so the first of the run are among them.
            let all = (measurement.wrongAnswers[step] + wrong).sorted { $0.time < $1.time }
            measurement.wrongAnswers[step] = Array(all.prefix(WrongAnswer.kept))
        }
        for (step, messages) in findings.examples.enumerated() {
            for message in messages
            where measurement.examples[step].count < 5 && !measurement.examples[step].contains(message) {
                measurement.examples[step].append(message)
            }
        }
        ended[second, default: 0] += 1
        return take(second: second, interval, from: reactor)
    }

    /// A reactor did its share of a stage of fixed iterations; gives the instant of the last one when all have.
    mutating func takeDone(stage: Int, at instant: Instant) -> Instant? {
        var done = stageDone[stage] ?? (0, instant)
        done.reactors += 1
        done.latest = max(done.latest, instant)
        stageDone[stage] = done
        guard done.reactors == reactors else { return nil }
        spans.end(stage: stage, at: done.latest)
        return done.latest
    }

    mutating func stop(at instant: Instant, _ ending: RunMeasurement.Ending) {
        guard measurement.ending == .completed else { return }
        measurement.ending = ending
        spans.stop(at: instant)
    }

    /// The whole run's measurement, when all reactors have ended.
    mutating func finish() -> RunMeasurement {
        measurement.wall = lastEnd - start
        let wall = measurement.wall.seconds
        measurement.saturation = cpu.map { wall > 0 ? min(1, $0.seconds / wall) : 0 }
        var intended = 0
        var hasOpenLoad = false
        for span in spans.measured(at: lastEnd) {
            measurement.measured = measurement.measured + (span.end - span.start)
            measurement.addStretch((span.start - start)..<(span.end - start))
            guard case .arrivals(let schedule) = span.stage.course else { continue }
            hasOpenLoad = true
            measurement.openLoad = measurement.openLoad + (span.end - span.start)
            // A whole stage's arrivals were counted when the run was planned.
            let isWhole = span.end - span.start == span.stage.duration
            let count = isWhole ? span.stage.arrivals : schedule.count(before: (span.end - span.start).seconds)
            intended += max(0, (count - segment.index + segment.count - 1) / segment.count)
        }
        if hasOpenLoad {
            measurement.intendedArrivals = UInt64(intended)
            measurement.arrivalsInTime = measurement.total.inTime
        }
        return measurement
    }

    private mutating func completeSeconds() -> [LoadRun.Second] {
        var complete: [LoadRun.Second] = []
        while let second = pending[next], second.reactors == reactors - endedBefore(next) {
            pending[next] = nil
            measurement.total.add(second.interval)
            measurement.total.users = second.interval.users
            measurement.series.append(second.interval)
            let begin = start + Span(nanoseconds: Int64(next) * 1_000_000_000)
            let end = begin + Span(nanoseconds: 1_000_000_000)
            complete.append(
                LoadRun.Second(
                    number: next, interval: second.interval, isMeasured: spans.isMeasured(from: begin, to: end),
                    stage: spans.stage(at: begin), planned: spans.planned))
            next += 1
        }
        return complete
    }

    private func endedBefore(_ second: Int) -> Int {
        ended.reduce(0) { $0 + ($1.key < second ? $1.value : 0) }
    }
}

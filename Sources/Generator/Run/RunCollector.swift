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
    /// The second that each reactor reports next; nil once it has ended.
    private var following: [Int?]
    private var stageDone: [Int: (reactors: Int, latest: Instant)] = [:]
    private var lastEnd: Instant
    private var cpu: [Span]
    /// By the instant at which their stage began.
    private var counters: [Instant: ArrivalCounter] = [:]

    init(plan: RunPlan, reactors: Int, segment: LoadRun.Segment, start: Instant) {
        self.plan = plan
        self.reactors = reactors
        self.segment = segment
        self.start = start
        spans = StageSpans(plan: plan.loadPlan, start: start)
        measurement = RunMeasurement(
            steps: plan.steps.count, flows: plan.flowCount, reactors: reactors)
        lastEnd = start
        following = Array(repeating: 0, count: reactors)
        cpu = Array(repeating: .zero, count: reactors)
    }

    var allEnded: Bool { ended.values.reduce(0, +) == reactors }

    /// Takes what a reactor measured in a second; gives the seconds that are now complete.
    mutating func take(second: Int, _ interval: Interval, from reactor: Int) -> [LoadRun.Second] {
        cpu[reactor] = cpu[reactor] + interval.cpu
        pending[second, default: (Interval(steps: plan.steps.count, flows: plan.flowCount), 0)].interval.add(interval)
        pending[second]?.reactors += 1
        if following[reactor] != nil { following[reactor] = second + 1 }
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
            for message in measurement.examples[step] where measurement.excerpts[step][message] == nil {
                measurement.excerpts[step][message] = findings.excerpts[step][message]
            }
        }
        ended[second, default: 0] += 1
        following[reactor] = nil
        return take(second: second, interval, from: reactor)
    }

    /// Some reactors do not come round to their end: what they measured since their last report is lost.
    mutating func abandon(at instant: Instant) {
        lastEnd = max(lastEnd, instant)
        for reactor in following.indices {
            guard let second = following[reactor] else { continue }
            following[reactor] = nil
            ended[second - 1, default: 0] += 1
            measurement.abandoned += 1
        }
        _ = completeSeconds()
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
        for span in spans.measured(at: lastEnd) {
            measurement.addStretch((span.start - start)..<(span.end - start))
        }
        let load = measuredLoad(at: lastEnd)
        measurement.measured = load.length
        measurement.openLoad = load.openLength
        measurement.intendedArrivals = load.intendedArrivals
        measurement.arrivalsInTime = load.intendedArrivals == nil ? nil : measurement.total.inTime
        return measurement
    }

    private mutating func measuredLoad(at instant: Instant) -> MeasuredLoad {
        var load = MeasuredLoad()
        for span in spans.measured(at: instant) {
            let length = span.end - span.start
            load.length = load.length + length
            guard case .arrivals(let schedule) = span.stage.course else { continue }
            load.openLength = load.openLength + length
            // A whole stage's arrivals were counted when the run was planned.
            let count =
                length == span.stage.duration
                ? span.stage.arrivals
                : counters[span.start, default: ArrivalCounter(schedule)].count(before: length.seconds)
            let share = max(0, (count - segment.index + segment.count - 1) / segment.count)
            load.intendedArrivals = (load.intendedArrivals ?? 0) + UInt64(share)
        }
        return load
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
                    stage: spans.stage(at: begin), planned: spans.planned, load: measuredLoad(at: end)))
            next += 1
        }
        return complete
    }

    private func endedBefore(_ second: Int) -> Int {
        ended.reduce(0) { $0 + ($1.key < second ? $1.value : 0) }
    }
}

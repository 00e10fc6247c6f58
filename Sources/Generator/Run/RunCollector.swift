import Measures
import Scenarios

/// Puts the reactors' reports together, second by second. Lives on one serial queue.
struct RunCollector {
    private let plan: RunPlan
    private let reactors: Int
    private let segment: LoadRun.Segment
    private let start: Instant
    /// Of each load.
    private var spans: [StageSpans]
    private(set) var measurement: RunMeasurement
    private var pending: [Int: (interval: Interval, reactors: Int)] = [:]
    private var next = 0
    /// How many reactors made their last report, by the second of it.
    private var ended: [Int: Int] = [:]
    /// The second that each reactor reports next; nil once it has ended.
    private var following: [Int?]
    private var stageDone: [StageKey: (reactors: Int, latest: Instant)] = [:]
    private var lastEnd: Instant
    private var cpu: [Span]
    private var evidence: EvidenceSelection
    private var counters: [SpanKey: ArrivalCounter] = [:]

    private struct StageKey: Hashable {
        var load: Int
        var stage: Int
    }

    /// A load's stage by when it began.
    private struct SpanKey: Hashable {
        var load: Int
        var start: Instant
    }

    init(
        plan: RunPlan, reactors: Int, segment: LoadRun.Segment, start: Instant, scheduling: RunScheduling? = nil
    ) {
        self.plan = plan
        self.reactors = reactors
        self.segment = segment
        self.start = start
        spans = plan.loads.map { StageSpans(plan: $0, start: start) }
        measurement = RunMeasurement(
            steps: plan.steps.count, flows: plan.flowCount, reactors: reactors,
            loads: plan.loadMap, blocks: plan.measuredBlocks)
        measurement.scheduling = scheduling
        lastEnd = start
        evidence = EvidenceSelection(steps: plan.steps.count)
        following = Array(repeating: 0, count: reactors)
        cpu = Array(repeating: .zero, count: reactors)
    }

    var allEnded: Bool { ended.values.reduce(0, +) == reactors }

    /// Takes what a reactor measured in a second; gives the seconds that are now complete.
    mutating func take(second: Int, _ interval: Interval, from reactor: Int) -> [LoadRun.Second] {
        cpu[reactor] = cpu[reactor] + interval.cpu
        pending[second, default: (plan.emptyInterval, 0)].interval.add(interval)
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
        evidence.add(failed: findings.failed, slow: findings.slow)
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

    /// A reactor did its share of a load's stage of fixed iterations; gives the instant of the last one when all have.
    mutating func takeDone(stage: Int, of load: Int, at instant: Instant) -> Instant? {
        let key = StageKey(load: load, stage: stage)
        var done = stageDone[key] ?? (0, instant)
        done.reactors += 1
        done.latest = max(done.latest, instant)
        stageDone[key] = done
        guard done.reactors == reactors else { return nil }
        spans[load].end(stage: stage, at: done.latest)
        return done.latest
    }

    mutating func stop(at instant: Instant, _ ending: RunMeasurement.Ending) {
        guard measurement.ending == .completed else { return }
        measurement.ending = ending
        for load in spans.indices { spans[load].stop(at: instant) }
    }

    /// The whole run's measurement, when all reactors have ended.
    mutating func finish() -> RunMeasurement {
        measurement.wall = lastEnd - start
        measurement.evidence = EvidenceMaker(plan: plan, start: start).evidence(evidence.chosen)
        let wall = measurement.wall.seconds
        measurement.saturation = cpu.map { wall > 0 ? min(1, $0.seconds / wall) : 0 }
        measurement.scheduling?.fellBack = measurement.total.fellBack
        for stretch in measuredStretches(at: lastEnd) {
            measurement.addStretch((stretch.lowerBound - start)..<(stretch.upperBound - start))
        }
        let loads = spans.indices.map { measuredLoad($0, at: lastEnd) }
        let load = whole(loads, at: lastEnd)
        for number in measurement.loads.indices {
            measurement.loads[number].take(loads[number], counts: measurement.total.loads[number])
            for span in spans[number].measured(at: lastEnd) {
                measurement.loads[number].addStretch((span.start - start)..<(span.end - start))
            }
        }
        measurement.measured = load.length
        measurement.openLoad = load.openLength
        measurement.intendedArrivals = load.intendedArrivals
        measurement.arrivalsInTime = load.intendedArrivals == nil ? nil : measurement.total.inTime
        return measurement
    }

    /// The stretches in which some load was measured.
    private func measuredStretches(at instant: Instant) -> [Range<Instant>] {
        StageSpans.union(spans.flatMap { $0.measured(at: instant).map { $0.start..<$0.end } })
    }

    /// How much of a load was measured up to an instant.
    private mutating func measuredLoad(_ number: Int, at instant: Instant) -> MeasuredLoad {
        var load = MeasuredLoad()
        for span in spans[number].measured(at: instant) {
            load.length = load.length + (span.end - span.start)
            if case .arrivals = span.stage.course { load.openLength = load.openLength + (span.end - span.start) }
        }
        for span in spans[number].planned(at: instant) {
            guard case .arrivals(let schedule) = span.stage.course else { continue }
            let length = span.end - span.start
            let key = SpanKey(load: number, start: span.start)
            let count: Int
            if changes.contains(where: { $0.load == number }) {
                count = Int(paced(schedule, key).level(at: length.seconds).rounded(.up))
            } else if length == span.stage.duration {
                // A whole stage's arrivals were counted when the run was planned.
                count = span.stage.arrivals
            } else {
                count = counters[key, default: ArrivalCounter(schedule)].count(before: length.seconds)
            }
            let share = max(0, (count - segment.index + segment.count - 1) / segment.count)
            load.intendedArrivals = (load.intendedArrivals ?? 0) + UInt64(share)
        }
        return load
    }

    /// The level of a stage's arrivals, with all changes of its load.
    private func paced(_ schedule: ArrivalSchedule, _ key: SpanKey) -> PacedLevel {
        var level = PacedLevel(schedule)
        for change in changes where change.load == key.load {
            level.change(to: change.pace, at: (start + change.at - key.start).seconds)
        }
        return level
    }

    /// Somebody changed a load's pace; false where the load had ended.
    mutating func change(_ load: Int, to pace: LoadPace, at instant: Instant) -> Bool {
        guard measurement.ending == .completed, !spans[load].isOver(at: instant) else { return false }
        measurement.changes.append(LoadChange(at: instant - start, load: load, pace: pace))
        spans[load].pause(pace == .paused, at: instant)
        return true
    }

    private var changes: [LoadChange] { measurement.changes }

    /// What the loads come to together: of times in which several were measured the length counts once.
    private func whole(_ loads: [MeasuredLoad], at instant: Instant) -> MeasuredLoad {
        guard loads.count != 1 else { return loads[0] }
        var whole = MeasuredLoad()
        whole.length = Self.length(of: measuredStretches(at: instant))
        let open = spans.flatMap { spans in
            spans.measured(at: instant).filter { if case .arrivals = $0.stage.course { true } else { false } }
                .map { $0.start..<$0.end }
        }
        whole.openLength = Self.length(of: StageSpans.union(open))
        for load in loads {
            guard let arrivals = load.intendedArrivals else { continue }
            whole.intendedArrivals = (whole.intendedArrivals ?? 0) + arrivals
        }
        return whole
    }

    private static func length(of stretches: [Range<Instant>]) -> Span {
        stretches.reduce(.zero) { $0 + ($1.upperBound - $1.lowerBound) }
    }

    /// The run's planned length; nil where that depends on iterations yet to be done.
    private var planned: Span? {
        spans.reduce(.zero) { longest, spans in
            guard let longest, let planned = spans.planned else { return nil }
            return max(longest, planned)
        }
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
            let loads = spans.indices.map { number in
                LoadRun.LoadState(
                    isMeasured: spans[number].isMeasured(from: begin, to: end), stage: spans[number].stage(at: begin),
                    load: measuredLoad(number, at: end),
                    pace: changes.last { $0.load == number && start + $0.at < end }?.pace ?? .planned)
            }
            complete.append(
                LoadRun.Second(
                    number: next, interval: second.interval,
                    isMeasured: measuredStretches(at: end).contains { $0.lowerBound <= begin && $0.upperBound >= end },
                    loads: loads, planned: planned, load: whole(loads.map(\.load), at: end),
                    changes: changes.filter { begin <= start + $0.at && start + $0.at < end }))
            next += 1
        }
        return complete
    }

    private func endedBefore(_ second: Int) -> Int {
        ended.reduce(0) { $0 + ($1.key < second ? $1.value : 0) }
    }
}

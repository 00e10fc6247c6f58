import Measures

/// When each stage of a load began and ended, as far as that is known.
struct StageSpans {
    private let plan: LoadPlan
    private let runStart: Instant
    private var starts: [Instant]
    private var ends: [Int: Instant] = [:]
    private var stopped: Instant?
    /// Times in which somebody had paused the load; the last one may go on.
    private var pauses: [(start: Instant, end: Instant)] = []

    init(plan: LoadPlan, start: Instant) {
        self.plan = plan
        runStart = start
        starts = [start + plan.start]
        followDurations()
    }

    /// A stage of fixed iterations is done everywhere; the next one, if any, begins.
    mutating func end(stage: Int, at instant: Instant) {
        ends[stage] = instant
        if stage + 1 == starts.count, stage + 1 < plan.stages.count {
            starts.append(instant)
            followDurations()
        }
    }

    /// Somebody paused the load, or let it go on.
    mutating func pause(_ isPaused: Bool, at instant: Instant) {
        let goesOn = pauses.last?.end == .distantFuture
        if isPaused, !goesOn { pauses.append((instant, .distantFuture)) }
        if !isPaused, goesOn { pauses[pauses.count - 1].end = max(instant, pauses[pauses.count - 1].start) }
    }

    /// The load was ended early. Only the first time counts.
    mutating func stop(at instant: Instant) { if stopped == nil { stopped = instant } }

    /// From the run's start to the load's end as planned; nil where that depends on iterations yet to be done.
    var planned: Span? {
        guard starts.count == plan.stages.count, let last = starts.last, let duration = plan.stages.last?.duration
        else {
            return nil
        }
        return last + duration - runStart
    }

    /// The stage that was going on at an instant; nil before the load's beginning and after its end.
    func stage(at instant: Instant) -> Int? {
        guard instant < stopped ?? .distantFuture, let stage = starts.lastIndex(where: { $0 <= instant }) else {
            return nil
        }
        let end = ends[stage] ?? plan.stages[stage].duration.map { starts[stage] + $0 } ?? .distantFuture
        return instant < end ? stage : nil
    }

    /// The spans of measured stages that lie before `now` and before a stop, without times in which the load was paused.
    func measured(at now: Instant) -> [(stage: LoadPlan.PlannedStage, start: Instant, end: Instant)] {
        pauses.reduce(planned(at: now)) { spans, pause in
            spans.flatMap { span in
                [(span.start, min(span.end, pause.start)), (max(span.start, pause.end), span.end)]
                    .filter { $0.0 < $0.1 }.map { (stage: span.stage, start: $0.0, end: $0.1) }
            }
        }
    }

    /// The same as if it had never been paused. A stage that sends nothing is not measured.
    func planned(at now: Instant) -> [(stage: LoadPlan.PlannedStage, start: Instant, end: Instant)] {
        let cut = min(now, stopped ?? .distantFuture)
        return starts.enumerated().compactMap { index, start in
            let stage = plan.stages[index]
            let end = min(ends[index] ?? stage.duration.map { start + $0 } ?? .distantFuture, cut)
            return stage.warmup || stage.isIdle || end <= start ? nil : (stage, start, end)
        }
    }

    /// True where all of its stages have ended.
    func isOver(at instant: Instant) -> Bool {
        if let stopped, instant >= stopped { return true }
        let last = plan.stages.count - 1
        guard starts.count == plan.stages.count else { return false }
        return instant >= ends[last] ?? plan.stages[last].duration.map { starts[last] + $0 } ?? .distantFuture
    }

    /// True where the whole of `start ..< end` is measured load.
    func isMeasured(from start: Instant, to end: Instant) -> Bool {
        Self.union(measured(at: end).map { $0.start..<$0.end }).contains {
            $0.lowerBound <= start && $0.upperBound >= end
        }
    }

    /// The stretches that at least one of the spans covers, in the order of time.
    static func union(_ spans: [Range<Instant>]) -> [Range<Instant>] {
        var stretches: [Range<Instant>] = []
        for span in spans.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = stretches.last, span.lowerBound <= last.upperBound {
                stretches[stretches.count - 1] = last.lowerBound..<max(last.upperBound, span.upperBound)
            } else {
                stretches.append(span)
            }
        }
        return stretches
    }

    private mutating func followDurations() {
        while starts.count < plan.stages.count, let last = starts.last,
            let duration = plan.stages[starts.count - 1].duration
        {
            starts.append(last + duration)
        }
    }
}

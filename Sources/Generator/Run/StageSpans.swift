import Measures

/// When each stage of a run began and ended, as far as that is known.
struct StageSpans {
    private let plan: LoadPlan
    private var starts: [Instant]
    private var ends: [Int: Instant] = [:]
    private var stopped: Instant?

    init(plan: LoadPlan, start: Instant) {
        self.plan = plan
        starts = [start]
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

    /// The load was ended early. Only the first time counts.
    mutating func stop(at instant: Instant) { if stopped == nil { stopped = instant } }

    /// From the run's start to the load's end as planned; nil where that depends on iterations yet to be done.
    var planned: Span? {
        guard starts.count == plan.stages.count, let last = starts.last, let duration = plan.stages.last?.duration
        else {
            return nil
        }
        return last + duration - starts[0]
    }

    /// The stage that was going on at an instant; nil after the load's end.
    func stage(at instant: Instant) -> Int? {
        guard instant < stopped ?? .distantFuture, let stage = starts.lastIndex(where: { $0 <= instant }) else {
            return nil
        }
        let end = ends[stage] ?? plan.stages[stage].duration.map { starts[stage] + $0 } ?? .distantFuture
        return instant < end ? stage : nil
    }

    /// The spans of measured stages that lie before `now` and before a stop.
    func measured(at now: Instant) -> [(stage: LoadPlan.PlannedStage, start: Instant, end: Instant)] {
        let cut = min(now, stopped ?? .distantFuture)
        return starts.enumerated().compactMap { index, start in
            let stage = plan.stages[index]
            let end = min(ends[index] ?? stage.duration.map { start + $0 } ?? .distantFuture, cut)
            return stage.warmup || end <= start ? nil : (stage, start, end)
        }
    }

    /// True where the whole of `start ..< end` is measured load.
    func isMeasured(from start: Instant, to end: Instant) -> Bool {
        let covered = measured(at: end).reduce(Int64(0)) { sum, span in
            sum + max(0, (min(span.end, end) - max(span.start, start)).nanoseconds)
        }
        return covered >= (end - start).nanoseconds
    }

    private mutating func followDurations() {
        while starts.count < plan.stages.count, let last = starts.last,
            let duration = plan.stages[starts.count - 1].duration
        {
            starts.append(last + duration)
        }
    }
}

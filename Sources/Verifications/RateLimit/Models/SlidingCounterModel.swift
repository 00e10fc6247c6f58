/// Counts per window, and adds of the window before the share that the last window's length still overlaps:
/// previous × (1 − elapsed fraction) + current.
///
/// Implementations differ by one request at most: they compare the sum before or after counting the request, rounded down
/// or not. HAProxy's `http_req_rate(period)` counts so (freq_ctr: a window begins at a client's first request, and again
/// after two silent ones), rejected requests as well. The phase is given as an arc; what holds for one phase in it holds
/// for the arc.
enum SlidingCounterModel {
    static func excess(
        in history: ClientHistory, _ parameters: LimiterParameters, countsRejected: Bool, _ phase: PhaseArc,
        fromFirstRequest: Bool
    ) -> Excess? {
        let window = parameters.window
        let limit = Double(parameters.limit.upperBound)
        let counted = countsRejected ? history.all : history.admitted
        for (rank, admission) in bounds(of: history, countsRejected).enumerated() {
            var least = Double.infinity
            var begin =
                phase.start + ((admission.earliest - phase.width - phase.start) / window).rounded(.down) * window
            while begin <= admission.latest {
                // Of the windows in which it can be: as late in it as can be, with no more than was certain.
                let elapsed = min(1, (min(admission.latest, begin + window + phase.width) - begin) / window)
                let before = countsRejected ? counted.over(before: admission.earliest) : rank
                // Before the window that begins at the first request there was none.
                func atMostBefore(_ instant: Double) -> Int {
                    let isFirst = fromFirstRequest && instant <= phase.start + window / 2
                    return isFirst ? 0 : counted.begun(before: instant + phase.width)
                }
                let current = max(0, before - atMostBefore(begin))
                // Those that may be in either window count for the lesser share.
                let both = max(current, before - atMostBefore(begin - window))
                least = min(least, Double(current) + Double(both - current) * (1 - elapsed))
                begin += window
            }
            guard least >= limit else { continue }
            return Excess(
                admitted: Int(least.rounded(.down)) + 1, from: admission.latest - window, to: admission.latest,
                allowed: limit)
        }
        return nil
    }

    static func starvation(
        in history: ClientHistory, _ parameters: LimiterParameters, countsRejected: Bool, _ phase: PhaseArc,
        fromFirstRequest: Bool
    ) -> Starvation? {
        let window = parameters.window
        let limit = Double(parameters.limit.lowerBound)
        let counted = countsRejected ? history.all : history.admitted
        for rejection in history.rejections {
            var most = 0.0
            var begin =
                phase.start + ((rejection.earliest - phase.width - phase.start) / window).rounded(.down) * window
            while begin <= rejection.latest {
                let elapsed = min(1, max(0, rejection.earliest - begin - phase.width) / window)
                let until = min(rejection.latest, begin + window + phase.width)
                let itself = countsRejected ? 1 : 0
                let isFirst = fromFirstRequest && begin <= phase.start + window / 2
                let current = max(0, counted.begun(by: until) - counted.over(before: begin) - itself)
                // Those that may be in either window count for the greater share.
                let both = max(current, counted.begun(by: until) - counted.over(before: begin - window) - itself)
                let previous = isFirst ? 0 : both - current
                most = max(most, Double(previous) * (1 - elapsed) + Double(current))
                begin += window
            }
            guard most <= limit - 1 else { continue }
            return Starvation(from: rejection.earliest, to: rejection.latest, counted: most, needed: limit)
        }
        return nil
    }

    /// The admissions by rank; where rejected requests count as well, each by its own bounds.
    private static func bounds(of history: ClientHistory, _ countsRejected: Bool) -> [LimiterDecision] {
        if countsRejected { return history.admissions }
        return zip(history.admitted.earliest, history.admitted.latest).map {
            LimiterDecision(earliest: $0, latest: $1, isAdmitted: true)
        }
    }
}

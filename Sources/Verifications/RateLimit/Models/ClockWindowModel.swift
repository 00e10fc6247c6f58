/// Up to the limit within each of windows that follow one another at a phase of their own, the same for all clients:
/// whole minutes of some clock.
///
/// The phase is given as an arc; what holds for one phase in it holds for the arc.
enum ClockWindowModel {
    static func excess(in history: ClientHistory, _ parameters: LimiterParameters, _ phase: PhaseArc) -> Excess? {
        let bounds = history.admitted
        guard let first = bounds.earliest.first, let last = bounds.latest.last else { return nil }
        let window = parameters.window
        let limit = parameters.limit.upperBound
        var begin = phase.start + ((first - phase.start) / window).rounded(.down) * window
        while begin < last {
            // Certainly in this window; and in several, since a request at a boundary belongs to one of them.
            var length = 1
            while begin + Double(length - 1) * window < last {
                let end = begin + Double(length) * window
                let certain = bounds.over(before: end) - bounds.begun(before: begin + phase.width)
                if certain > limit * length {
                    return Excess(
                        admitted: certain, from: begin + phase.width, to: end, allowed: Double(limit * length))
                }
                length += 1
            }
            begin += window
        }
        return nil
    }

    static func starvation(
        in history: ClientHistory, _ parameters: LimiterParameters, _ phase: PhaseArc
    ) -> Starvation? {
        let bounds = history.admitted
        let window = parameters.window
        let limit = parameters.limit.lowerBound
        for rejection in history.rejections {
            let from = ((rejection.earliest - phase.width - phase.start) / window).rounded(.down)
            let to = ((rejection.latest - phase.start) / window).rounded(.down)
            var most = 0
            var number = from
            while number <= to {
                let begin = phase.start + number * window
                let begun = bounds.begun(by: min(rejection.latest, begin + window + phase.width))
                most = max(most, begun - bounds.over(before: begin))
                number += 1
            }
            guard most < limit else { continue }
            return Starvation(
                from: rejection.earliest, to: rejection.latest, counted: Double(most), needed: Double(limit))
        }
        return nil
    }
}

/// Up to the limit within any window. `countsRejected`: rejected requests count as well, and so prolong a block.
enum SlidingLogModel {
    static func excess(
        in history: ClientHistory, _ parameters: LimiterParameters, countsRejected: Bool
    ) -> Excess? {
        let bounds = history.admitted
        let limit = parameters.limit.upperBound
        if bounds.count > limit {
            for first in 0..<(bounds.count - limit) {
                let last = first + limit
                guard bounds.latest[last] - bounds.earliest[first] < parameters.window - 1e-9 else { continue }
                return Excess(
                    admitted: limit + 1, from: bounds.earliest[first], to: bounds.latest[last], allowed: Double(limit))
            }
        }
        guard countsRejected else { return nil }
        for admission in history.admissions {
            // What was certainly over before it, and certainly not a window before it.
            let counted =
                history.all.over(before: admission.earliest)
                - history.all.begun(by: admission.latest - parameters.window)
            guard counted >= limit else { continue }
            return Excess(
                admitted: counted + 1, from: admission.latest - parameters.window, to: admission.latest,
                allowed: Double(limit))
        }
        return nil
    }

    static func starvation(
        in history: ClientHistory, _ parameters: LimiterParameters, countsRejected: Bool
    ) -> Starvation? {
        let limit = parameters.limit.lowerBound
        let bounds = countsRejected ? history.all : history.admitted
        for rejection in history.rejections {
            let counted =
                bounds.begun(by: rejection.latest) - bounds.over(by: rejection.earliest - parameters.window)
                // The rejected request itself.
                - (countsRejected ? 1 : 0)
            guard counted < limit else { continue }
            return Starvation(
                from: rejection.earliest, to: rejection.latest, counted: Double(counted), needed: Double(limit))
        }
        return nil
    }
}

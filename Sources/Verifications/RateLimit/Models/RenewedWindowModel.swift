/// Up to the limit until a client has been silent for a window: each request, a rejected one too, begins the window again.
///
/// Apache's mod_evasive counts so, and whoever lets a counter expire again with each request.
enum RenewedWindowModel {
    static func excess(in history: ClientHistory, _ parameters: LimiterParameters) -> Excess? {
        let all = history.all
        let limit = parameters.limit.upperBound
        var first = 0
        for index in 0..<all.count {
            let isLast = index + 1 == all.count
            // The k-th request and the one after it can have been a window apart.
            guard isLast || all.latest[index + 1] - all.earliest[index] >= parameters.window - 1e-9 else { continue }
            let (from, to) = (all.earliest[first], all.latest[index])
            let certain =
                history.admitted.over(by: to) - history.admitted.begun(before: from)
            if certain > limit { return Excess(admitted: certain, from: from, to: to, allowed: Double(limit)) }
            first = index + 1
        }
        return nil
    }

    static func starvation(in history: ClientHistory, _ parameters: LimiterParameters) -> Starvation? {
        let all = history.all
        let limit = parameters.limit.lowerBound
        for rejection in history.rejections {
            // Since the last silence that certainly took a window.
            var since = -Double.infinity
            var index = min(all.over(before: rejection.earliest), all.count - 1)
            while index > 0 {
                if all.earliest[index] - all.latest[index - 1] >= parameters.window + 1e-9 {
                    since = all.earliest[index]
                    break
                }
                index -= 1
            }
            let counted = history.admitted.begun(by: rejection.latest) - history.admitted.over(before: since)
            guard counted < limit else { continue }
            return Starvation(
                from: rejection.earliest, to: rejection.latest, counted: Double(counted), needed: Double(limit))
        }
        return nil
    }
}

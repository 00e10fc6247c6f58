/// A bucket of `burst` tokens, full at first, that gains `refill` tokens per second; a request takes one or is rejected.
///
/// GCRA with τ = BT − T is the same, and so is a leaky bucket that rejects what overflows: nginx' `limit_req` with
/// `burst=b nodelay` is a bucket of b + 1.
enum TokenBucketModel {
    static func excess(in history: ClientHistory, _ parameters: LimiterParameters) -> Excess? {
        let bounds = history.admitted
        let burst = Double(parameters.burst.upperBound)
        let rate = parameters.refill.upperBound
        // Admissions i to j lie within [earliest i, latest j]: j − i + 1 ≤ B + ρ (latest j − earliest i). Of all i the
        // one with the largest ρ · earliest i − i decides.
        var best = -Double.infinity
        var first = 0
        for last in 0..<bounds.count {
            let value = rate * bounds.earliest[last] - Double(last)
            if value > best { (best, first) = (value, last) }
            guard Double(last + 1) - rate * bounds.latest[last] + best > burst + 1e-6 else { continue }
            let span = bounds.latest[last] - bounds.earliest[first]
            return Excess(
                admitted: last - first + 1, from: bounds.earliest[first], to: bounds.latest[last],
                allowed: burst + rate * span)
        }
        return nil
    }

    static func starvation(in history: ClientHistory, _ parameters: LimiterParameters) -> Starvation? {
        let bounds = history.admitted
        let needed = Double(parameters.burst.lowerBound) - 1
        let rate = parameters.refill.lowerBound
        // A token is missing at t just if since some u more than B − 1 + ρ (t − u) were admitted. The best u lie where an
        // admission can have been at the latest.
        var prefix: [Double] = []
        for (index, latest) in bounds.latest.enumerated() {
            prefix.append(max(prefix.last ?? -.infinity, rate * latest - Double(index)))
        }
        for rejection in history.rejections {
            let begun = bounds.begun(by: rejection.latest)
            let over = min(begun, bounds.over(by: rejection.earliest))
            // Those that can have come just before it, with no time to gain anything.
            let justBefore = Double(begun - over)
            let longBefore = over > 0 ? Double(begun) + prefix[over - 1] - rate * rejection.earliest : 0
            guard justBefore <= needed, longBefore <= needed - 1e-6 || over == 0 else { continue }
            let taken = max(justBefore, longBefore)
            return Starvation(
                from: rejection.earliest, to: rejection.latest, counted: max(0, taken), needed: needed + 1)
        }
        return nil
    }

    /// The refill rates, in tokens per second, that a bucket of the size explains all with; nil: none.
    static func refill(explaining histories: [ClientHistory], burst: Int) -> ClosedRange<Double>? {
        var low = 0.0
        var high = Double.infinity
        for history in histories {
            let bounds = history.admitted
            // Of very many some are enough: with fewer bounds the range only gets wider.
            let step = max(1, bounds.count / 1_000)
            for first in stride(from: 0, to: bounds.count, by: step) {
                for last in stride(from: first + burst, to: bounds.count, by: step) {
                    let span = bounds.latest[last] - bounds.earliest[first]
                    guard span > 0 else { return nil }
                    low = max(low, Double(last - first + 1 - burst) / span)
                }
            }
            for rejection in history.rejections {
                let begun = bounds.begun(by: rejection.latest)
                var highest = -Double.infinity
                for first in 0..<begun {
                    let taken = Double(begun - first - burst + 1)
                    guard taken > 0 else { break }
                    guard highest < high else { break }
                    let span = rejection.earliest - bounds.latest[first]
                    highest = span > 0 ? max(highest, taken / span) : .infinity
                }
                high = min(high, highest)
            }
        }
        return low <= high ? low...high : nil
    }
}

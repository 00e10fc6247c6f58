/// A bucket of whole tokens: what it has gained is counted again from each request that took one, and rounded down, so that
/// fractions of a token are lost there.
///
/// varnish' vsthrottle counts so (`tokens += (long)(elapsed / period * limit)`), and throttled-py's token and leaking
/// buckets, on a clock of whole seconds. Where rejected requests lose fractions too, the gain between two admissions is
/// the sum of what was gained, rounded down, between each two requests.
enum LossyBucketModel {
    static func account(
        of history: ClientHistory, _ parameters: LimiterParameters, losesWhenRejecting: Bool
    ) -> Account {
        var count = Count(history, parameters, losesWhenRejecting: losesWhenRejecting)
        // In all it gains no more than a bucket that loses nothing.
        let excess = count.excess() ?? TokenBucketModel.excess(in: history, parameters)
        return Account(excess: excess, starvation: count.starvation())
    }

    /// What a bucket can hold after each admission.
    private struct Count {
        private let history: ClientHistory
        private let admitted: OrderedBounds
        private let losesWhenRejecting: Bool
        private let burst: ClosedRange<Int>
        /// Tokens per second.
        private let rates: ClosedRange<Double>
        /// The least that was gained, rounded down at each request, before the request of that number.
        private var gained: [Int] = []
        /// The fewest tokens after so many admissions.
        private var least: [Int] = []

        init(_ history: ClientHistory, _ parameters: LimiterParameters, losesWhenRejecting: Bool) {
            self.history = history
            self.losesWhenRejecting = losesWhenRejecting
            admitted = history.admitted
            burst = parameters.burst
            rates =
                Double(parameters.limit.lowerBound) / parameters.window...Double(parameters.limit.upperBound)
                / parameters.window
            guard losesWhenRejecting else { return }
            let all = history.all
            var sum = 0
            for index in 0..<all.count {
                if index > 0 { sum += fewest(all.earliest[index] - all.latest[index - 1]) }
                gained.append(sum)
            }
        }

        /// Whole tokens of a span, where it may be an exact number of them: a clock that counts in whole seconds makes
        /// such spans, which a rate of a whole number multiplies exactly.
        private func fewest(_ span: Double) -> Int {
            guard span > 0 else { return 0 }
            let isExact = rates.lowerBound.rounded() == rates.lowerBound
            return Int((rates.lowerBound * span + (isExact ? 1e-9 : -1e-9)).rounded(.down))
        }

        private func most(_ span: Double) -> Int {
            guard span > 0 else { return 0 }
            return Int((rates.upperBound * span + 1e-9).rounded(.down))
        }

        /// The least that is gained between an admission and an event not before `earliest`.
        private func fewest(after admission: Int, before earliest: Double) -> Int {
            guard losesWhenRejecting else { return fewest(earliest - admitted.latest[admission]) }
            let from = history.all.begun(by: admitted.latest[admission]) - 1
            let to = min(history.all.over(before: earliest), gained.count - 1)
            return from >= 0 && to > from ? gained[to] - gained[from] : 0
        }

        /// Follows the admissions; the first for which there can't have been a token.
        mutating func excess() -> Excess? {
            var isEmpty = [Bool](repeating: false, count: admitted.count + 1)
            for rank in history.ranks where rank.isEmpty { isEmpty[rank.lowerBound] = true }
            var (low, high) = (burst.lowerBound, burst.upperBound)
            least = [low]
            for index in 0..<admitted.count {
                if index > 0 {
                    low += fewest(after: index - 1, before: admitted.earliest[index])
                    high += most(admitted.latest[index] - admitted.earliest[index - 1])
                }
                low = min(low, burst.lowerBound)
                high = min(high, burst.upperBound)
                guard high >= 1 else {
                    return Excess(
                        admitted: index + 1, from: admitted.earliest[0], to: admitted.latest[index],
                        allowed: Double(index))
                }
                low = max(low, 1) - 1
                high -= 1
                least.append(low)
                // Something was rejected before the next admission: there was no token left.
                if isEmpty[index + 1] { (low, high) = (0, 0) }
            }
            return nil
        }

        /// A rejection at which there was a token in any case.
        func starvation() -> Starvation? {
            for (rejection, rank) in zip(history.rejections, history.ranks) {
                var fewest = Int.max
                for index in rank.lowerBound...rank.upperBound where index < least.count {
                    let gain = index > 0 ? self.fewest(after: index - 1, before: rejection.earliest) : 0
                    fewest = min(fewest, least[index] + gain)
                }
                guard fewest >= 1, fewest < Int.max else { continue }
                let size = burst.lowerBound
                return Starvation(
                    from: rejection.earliest, to: rejection.latest, counted: Double(max(0, size - fewest)),
                    needed: Double(size))
            }
            return nil
        }
    }
}

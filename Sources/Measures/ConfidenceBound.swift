/// One-sided 95 % confidence bounds of percentiles and ratios, and how many samples a bound still lacks.
///
/// All of it is exact, without a normal approximation, and holds for independent samples.
public enum ConfidenceBound {
    /// The confidence of every bound.
    public static let level = 0.95

    /// The number of samples beyond which `samplesNeeded` stops looking: 10⁹.
    public static let searchLimit: UInt64 = 1_000_000_000

    /// The rank (1 the smallest) of the sample that bounds a percentile from above: the smallest k with
    /// P(Bin(count, percent / 100) <= k − 1) >= 0.95; nil where even the largest sample doesn't bound it.
    ///
    /// For p95 it needs 59 samples, for p99 299, for p99.9 2,995. `percent` is 0 < percent < 100; outside of that nil.
    /// Source: H. A. David and H. N. Nagaraja, "Order Statistics", 3rd edition, §7.1.
    public static func upperRank(percent: Double, count: UInt64) -> UInt64? {
        guard percent > 0, percent < 100, count > 0 else { return nil }
        let p = Binomial.Chance(fraction(ofPercent: percent))
        // The tiny shift lets a sum that equals the level, but for its rounding, count as equal.
        let rank = smallest(of: count, p, reaching: level * (1 - 1e-13)) + 1
        return rank <= count ? rank : nil
    }

    /// The rank of the sample that bounds a percentile from below: the largest k with
    /// P(Bin(count, percent / 100) <= k − 1) <= 0.05; nil where even the smallest sample doesn't bound it.
    public static func lowerRank(percent: Double, count: UInt64) -> UInt64? {
        guard percent > 0, percent < 100, count > 0 else { return nil }
        let p = Binomial.Chance(fraction(ofPercent: percent))
        let rank = smallest(of: count, p, reaching: (1 - level) * (1 + 1e-13))
        return rank >= 1 ? rank : nil
    }

    /// The upper bound of the ratio that shows itself as `events` of `total` (Clopper & Pearson 1934), 0...1.
    ///
    /// 1 where nothing was seen. More events than the total count as the total.
    public static func upperRatio(events: UInt64, of total: UInt64) -> Double {
        events >= total ? 1 : Binomial.betaQuantile(level, events + 1, total - events)
    }

    /// The lower bound of the ratio that shows itself as `events` of `total` (Clopper & Pearson 1934), 0...1.
    ///
    /// 0 where nothing was seen. More events than the total count as the total.
    public static func lowerRatio(events: UInt64, of total: UInt64) -> Double {
        let events = min(events, total)
        return events == 0 ? 0 : Binomial.betaQuantile(1 - level, events, total - events + 1)
    }

    /// The sample size at which the upper bound of a ratio comes to lie at or below `limit`, if events go on to occur
    /// at the observed ratio; nil where it would take more than `searchLimit`, or no sample suffices.
    ///
    /// Exact where no event was seen. Else events come whole, and the size found may need one event's worth more than
    /// the smallest. Not below `total`.
    ///
    /// It answers for percentiles too: "p95 below 200 ms" says that less than 5 % are above 200 ms, so `events` are the
    /// samples above and `limit` is 0.05. With no event: 59 for 0.05, 299 for 0.01, 2,995 for 0.001.
    public static func samplesNeeded(events: UInt64, of total: UInt64, below limit: Double) -> UInt64? {
        guard limit > 0, limit < 1 else { return limit >= 1 ? max(total, 1) : nil }
        let ratio = total == 0 ? 0 : min(1, Double(events) / Double(total))
        guard ratio < limit else { return nil }
        // The bound is below the limit just when so few events would be improbable at the limit.
        func suffices(_ count: UInt64) -> Bool {
            let expected = count == total ? Double(events) : (ratio * Double(count) - 1e-6).rounded(.up)
            return Binomial.atMost(UInt64(expected), of: count, Binomial.Chance(limit)) <= 1 - level
        }
        var short = total
        if total > 0, suffices(total) { return total }
        var enough = max(total, 16)
        repeat {
            guard enough < searchLimit else { return nil }
            enough = min(enough * 2, searchLimit)
            if suffices(enough) { break }
            short = enough
        } while true
        while enough - short > 1 {
            let middle = short + (enough - short) / 2
            if suffices(middle) { enough = middle } else { short = middle }
        }
        return enough
    }

    /// Percent / 100 as the double nearest to what was written: 99.9 / 100 alone is 0.9990000000000001.
    static func fraction(ofPercent percent: Double) -> Double { (percent * 1e8).rounded() / 1e10 }

    /// The smallest k for which P(Bin(n, p) <= k) is at least `probability`, here 0.95 or its complement.
    private static func smallest(of n: UInt64, _ p: Binomial.Chance, reaching probability: Double) -> UInt64 {
        // P(Bin(n, p) <= k) costs some thousand operations, P(Bin = k) few: one sum, then steps of one. The normal
        // approximation with its skewness term starts within a few of the answer.
        let deviation = (Double(n) * p.yes * p.no).squareRoot()
        let quantile = probability > 0.5 ? 1.6448536269514722 : -1.6448536269514722
        let skewness = (p.no - p.yes) * (quantile * quantile - 1) / 6
        let start = (Double(n) * p.yes + quantile * deviation + skewness - 0.5).rounded()
        var k = UInt64(min(max(start, 0), Double(n)))
        var sum = Binomial.atMost(k, of: n, p)
        while k < n, sum < probability {
            k += 1
            sum += Binomial.probability(k, of: n, p)
        }
        while k > 0 {
            let before = sum - Binomial.probability(k, of: n, p)
            guard before >= probability else { break }
            sum = before
            k -= 1
        }
        return k
    }
}

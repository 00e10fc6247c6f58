public import Baselines
internal import VerificationKit

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// How a capacity compares with one that was found earlier: by their intervals, since each is one search.
public struct CapacityComparison: Codable, Equatable, Sendable {
    /// What it is compared with, secrets replaced.
    public var reference: String
    /// The earlier estimate; absent where there was none.
    public var rate: Double?
    /// The lower end of its interval.
    public var low: Double?
    /// The upper end.
    public var high: Double?
    /// How much lower a capacity may be that is not a regression, as a ratio.
    public var tolerance: Double
    /// `regression`: all of the interval is lower by more than the tolerance; `pass`: a fall by more than the tolerance is excluded.
    public var verdict: Comparison.Verdict
    /// The verdict in words.
    public var reason: String

    /// Compares.
    ///
    /// The ends of the quotient's interval are those of both intervals put together (MOVER: Zou and Donner, Statistics in Medicine
    /// 27, 2008), on the logarithms.
    ///
    /// - Parameters:
    ///   - now: The capacity that is judged, with what it was found on.
    ///   - before: What it is held against.
    ///   - tolerance: How much lower is no regression, as a ratio.
    public init(
        _ now: CapacityResult, _ environment: Environment?, with before: CapacityReference, tolerance: Double,
        redact: (String) -> String
    ) {
        reference = redact(before.name)
        self.tolerance = tolerance
        rate = before.rate
        low = before.low
        high = before.high
        verdict = .inconclusive
        guard let rate, let low else {
            reason = "\(reference) has no capacity to compare with"
            return
        }
        if let difference = before.difference(from: environment) {
            reason = "\(reference) was found under other conditions: \(difference)"
            return
        }
        let (leastNow, mostNow) = (now.low ?? now.rate ?? 0, now.high ?? .infinity)
        let shownNow = now.rate.map { (now.high == nil ? "at least " : "") + CapacityResult.shown($0) } ?? "none"
        let shownBefore = (high == nil ? "at least " : "") + CapacityResult.shown(rate)
        if mostNow < low * (1 - tolerance) {
            verdict = .regression
            reason = "the capacity fell from \(shownBefore) to \(shownNow)"
            return
        }
        let change = "the capacity was \(shownBefore) and is \(shownNow)"
        guard high != nil || before.isTop else {
            reason = "\(change): what it was then is not known"
            return
        }
        let fall = Self.largestFall(from: rate, high ?? rate, to: now.rate ?? 0, leastNow)
        if fall <= tolerance {
            verdict = .pass
            reason = change
        } else {
            reason = "\(change): lower by up to \(Figure.short(fall * 100, decimals: 1)) % can't be excluded"
        }
    }

    /// By how much a capacity may have fallen at most, as a ratio; not above 0 where it did not fall.
    private static func largestFall(
        from before: Double, _ high: Double, to now: Double, _ low: Double
    ) -> Double {
        guard now > 0, low > 0 else { return 1 }
        let (below, above) = (log(now / low), log(high / before))
        return 1 - exp(log(now / before) - (below * below + above * above).squareRoot())
    }
}

public import Baselines
internal import VerificationKit

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
    /// `regression`: all of the interval is lower by more than the tolerance; `pass`: none of it is.
    public var verdict: Comparison.Verdict
    /// The verdict in words.
    public var reason: String

    /// Compares.
    ///
    /// - Parameters:
    ///   - now: The capacity that is judged, with what it was found on.
    ///   - before: The earlier result.
    public init(
        _ now: CapacityResult, _ environment: EnvironmentResult?, with before: RunResult, reference: String,
        tolerance: Double
    ) {
        self.reference = reference
        self.tolerance = tolerance
        rate = before.capacity?.rate
        low = before.capacity?.low
        high = before.capacity?.high
        verdict = .inconclusive
        guard let rate, let low else {
            reason = "\(reference) has no capacity to compare with"
            return
        }
        if let difference = Self.difference(environment, before.environment) {
            reason = "\(reference) was found on another machine or build: \(difference)"
            return
        }
        let (leastNow, mostNow) = (now.low ?? now.rate ?? 0, now.high ?? .infinity)
        let (shownNow, shownBefore) = (now.rate.map { CapacityResult.shown($0) } ?? "none", CapacityResult.shown(rate))
        if mostNow < low * (1 - tolerance) {
            verdict = .regression
            reason = "the capacity fell from \(shownBefore) to \(shownNow)"
        } else if leastNow >= rate * (1 - tolerance) {
            verdict = .pass
            reason = "the capacity was \(shownBefore) and is \(shownNow)"
        } else {
            let percent = Figure.short((1 - leastNow / rate) * 100, decimals: 1)
            reason = "the capacity was \(shownBefore) and is \(shownNow): lower by up to \(percent) % can't be excluded"
        }
    }

    /// What makes capacities incomparable, in words; nil: nothing that is known.
    private static func difference(_ now: EnvironmentResult?, _ before: EnvironmentResult?) -> String? {
        guard let now, let before else { return nil }
        let pairs = [
            ("CPU", before.cpu, now.cpu), ("cores", "\(before.cores)", "\(now.cores)"),
            ("build", "\(before.build)", "\(now.build)"),
            ("target", "\(before.target)", "\(now.target)"),
        ]
        return pairs.first { $0.1 != $0.2 }.map { "\($0.0) \($0.1), now \($0.2)" }
    }
}

internal import Measures
internal import Scenarios
import VerificationKit

/// A sample in order, as far as it is known: each of its values lies between two numbers.
protocol RankedSample {
    /// How many values there are.
    var count: UInt64 { get }
    /// Between which numbers the value at a rank lies, 1 being the smallest; nil outside of 1...count.
    func range(atRank rank: UInt64) -> ClosedRange<Double>?
    /// How many values may lie above what an upper limit allows.
    func countAbove(_ limit: Limit) -> UInt64
    /// How many values may lie below what a lower limit allows.
    func countBelow(_ limit: Limit) -> UInt64
}

/// Judges a percentile by binomial order statistics: it passes only if its one-sided 95 % confidence bound meets the
/// limit, and `==` by what was observed. Where it can't be told on which side of the limit the percentile lies, it is
/// inconclusive.
struct PercentileJudge {
    var objective: Objective
    /// Above 0 and below 100.
    var percent: Double
    var unit: MeasuredUnit
    /// The unit in notes, with a space before it.
    var unitText = ""

    /// What the objective comes to over a sample that is not empty.
    ///
    /// - Parameter unfinished: Values that belong to the sample and are not known: each may lie below or above all others.
    func finding(of sample: some RankedSample, unfinished: UInt64 = 0) -> ObjectiveFinding {
        let limit = Limit(comparison: objective.comparison)
        let count = sample.count
        let all = count + unfinished
        var finding = ObjectiveFinding(objective: objective, verdict: .inconclusive, samples: count, unit: unit)
        let rank = LatencyHistogram.rank(ofPercentile: percent, count: count)
        guard let location = sample.range(atRank: rank) else { return finding }
        finding.observed = location.upperBound
        let rankOfAll = LatencyHistogram.rank(ofPercentile: percent, count: all)
        finding.isAtLeast = rankOfAll > rank
        // With all unknown values below, and with all of them above the known ones.
        let least = rankOfAll > unfinished ? sample.range(atRank: rankOfAll - unfinished)?.lowerBound ?? 0 : 0
        let most = sample.range(atRank: rankOfAll)?.upperBound ?? .infinity
        let whole = min(least, location.lowerBound)...max(most, location.upperBound)

        let upper = ConfidenceBound.upperRank(percent: percent, count: all)
            .flatMap { sample.range(atRank: $0)?.upperBound }
        let lower = ConfidenceBound.lowerRank(percent: percent, count: all)
            .flatMap { $0 > unfinished ? sample.range(atRank: $0 - unfinished)?.lowerBound : nil }
        let upperHolds = !limit.hasUpper || (upper.map(limit.holdsUpper) ?? false)
        let lowerHolds = !limit.hasLower || (lower.map(limit.holdsLower) ?? false)
        if !limit.isEquality {
            finding.bound = limit.hasUpper && (!upperHolds || lowerHolds) ? upper : lower
        }

        switch limit.standing(of: location) {
        case _ where unfinished > 0 && limit.standing(of: whole) == .unresolved:
            finding.note = Lack.note(ofUnfinished: unfinished, of: objective.measure)
        case .breaks:
            finding.verdict = .fail
        case .unresolved:
            let low = Figure.short(location.lowerBound, decimals: 3)
            let high = Figure.short(location.upperBound, decimals: 3)
            finding.note =
                "the percentile lies in \(low)...\(high)\(unitText), and so does the limit: no finer was measured"
        case .meets where limit.isEquality || (upperHolds && lowerHolds):
            finding.verdict = .pass
        case .meets:
            let share = percent / 100
            var lacking: [Lack] = []
            if !upperHolds { lacking.append(Lack(events: sample.countAbove(limit), of: count, below: 1 - share)) }
            if !lowerHolds { lacking.append(Lack(events: sample.countBelow(limit), of: count, below: share)) }
            finding.note = Lack.note(of: lacking)
        }
        return finding
    }
}

internal import Measures
internal import Scenarios
import VerificationKit

/// Judges how many rounds untils needed: a percentile by its confidence bound, other figures by what was observed.
struct RoundJudge {
    private let objective: Objective
    private let limit: Limit

    init(_ objective: Objective) {
        self.objective = objective
        limit = Limit(comparison: objective.comparison)
    }

    /// What the objective comes to over a sample that is not empty.
    ///
    /// - Parameter unknown: Untils that were begun and whose rounds are not known: they may have needed any number.
    func finding(of sample: RoundCounts, unknown: UInt64) -> ObjectiveFinding {
        guard let least = sample.minimum, let mean = sample.mean, let most = sample.maximum else {
            return ObjectiveFinding(objective: objective, verdict: .noData)
        }
        switch objective.statistic {
        case .percentile(let percent) where percent < 100:
            return PercentileJudge(objective: objective, percent: percent, unit: .number).finding(
                of: RankedRounds(rounds: sample), unfinished: unknown)
        case .minimum: return plain(least, among: 1...least, sample.count, unknown)
        case .mean: return plain(mean, among: 1...(.infinity), sample.count, unknown)
        default: return plain(most, among: most...(.infinity), sample.count, unknown)
        }
    }

    /// Judges by what was observed; with those that are not known it would lie in `range`.
    private func plain(
        _ observed: Double, among range: ClosedRange<Double>, _ samples: UInt64, _ unknown: UInt64
    ) -> ObjectiveFinding {
        var finding = ObjectiveFinding(
            objective: objective, verdict: limit.holds(observed) ? .pass : .fail, observed: observed,
            samples: samples, unit: .number)
        guard unknown > 0 else { return finding }
        finding.isAtLeast = range.upperBound == .infinity
        switch limit.standing(of: range) {
        case .meets: finding.verdict = .pass
        case .breaks: finding.verdict = .fail
        case .unresolved:
            finding.verdict = .inconclusive
            finding.note = Lack.note(ofUnfinished: unknown, of: objective.measure)
        }
        return finding
    }
}

/// Rounds in order.
private struct RankedRounds: RankedSample {
    var rounds: RoundCounts

    var count: UInt64 { rounds.count }

    func range(atRank rank: UInt64) -> ClosedRange<Double>? {
        rounds.histogram.range(atRank: rank).map {
            RoundCounts.rounds($0.lowerBound)...RoundCounts.rounds($0.upperBound)
        }
    }

    func countAbove(_ limit: Limit) -> UInt64 {
        guard let most = limit.upper else { return 0 }
        return count - rounds.histogram.count(atMost: RoundCounts.span(most) - Self.strictness(of: limit))
    }

    func countBelow(_ limit: Limit) -> UInt64 {
        guard let least = limit.lower else { return 0 }
        return count - rounds.histogram.count(atLeast: RoundCounts.span(least) + Self.strictness(of: limit))
    }

    /// What a strict comparison takes off the limit: one round.
    private static func strictness(of limit: Limit) -> Span {
        switch limit.comparison {
        case .less, .greater: RoundCounts.span(1)
        case .lessOrEqual, .greaterOrEqual, .equal, .within: .zero
        }
    }
}

internal import Measures
internal import Scenarios
import VerificationKit

/// Judges an objective on a probe by the samples within the measured load.
///
/// - Without a statistic every sample must hold.
/// - A percentile passes only if its confidence bound meets the limit, as a latency's does. All else is judged by what was
///   observed. `rate` is the increase of a counter per second.
/// - Failed and left-out samples are told. Where more than a tenth is missing, nothing passes: what wasn't seen may well
///   be what breaks the limit.
struct ProbeJudge {
    /// The share of samples that may be missing.
    static let missingAllowed = 0.1

    let objective: Objective
    private let limit: Limit

    init(_ objective: Objective) {
        self.objective = objective
        limit = Limit(comparison: objective.comparison)
    }

    /// What the objective comes to.
    ///
    /// - Parameters:
    ///   - series: What the probe showed; nil: it was not run.
    ///   - stretches: The measured load.
    func finding(of series: ProbeSeries?, within stretches: [Range<Span>]) -> ObjectiveFinding {
        guard let series else { return noData("the probe was not run") }
        let selection = ProbeSelection(series, within: stretches)
        let gaps = Gaps(
            selection, reason: Self.reason(series, within: stretches), stall: series.longestStall)
        guard selection.samples > 0 else {
            return noData(gaps.note ?? "the probe has no sample within the measured load")
        }
        var finding = judged(selection)
        if let note = gaps.note { finding.note = finding.note.map { "\($0); \(note)" } ?? note }
        if finding.verdict == .pass, gaps.share > Self.missingAllowed { finding.verdict = .inconclusive }
        return finding
    }

    /// True where a value breaks no upper limit, so that more load may have kept the lower one.
    static func breaksLowerSideOnly(_ finding: ObjectiveFinding) -> Bool {
        let limit = Limit(comparison: finding.objective.comparison)
        guard limit.hasLower, let observed = finding.observed else { return false }
        return !limit.holdsLower(observed)
    }

    private func judged(_ selection: ProbeSelection) -> ObjectiveFinding {
        guard let least = selection.minimum, let most = selection.maximum, let mean = selection.mean else {
            return noData("the probe has no sample within the measured load")
        }
        switch objective.statistic {
        case .percentile(let percent) where percent < 100:
            return PercentileJudge(objective: objective, percent: percent, unit: .number)
                .finding(of: RankedProbe(selection: selection))
        case .percentile, .maximum: return plain(most, .number, selection)
        case .minimum: return plain(least, .number, selection)
        case .mean: return plain(mean, .number, selection)
        case .count: return plain(Double(selection.samples), .count, selection)
        case .rate:
            guard let rate = selection.rate else {
                return noData("a counter's increase is seen between two samples, and there is one only")
            }
            return plain(rate, .perSecond, selection)
        case .ratio: return noData("a probe has no ratio")
        case nil: return everySample(selection, least: least, most: most)
        }
    }

    private func everySample(_ selection: ProbeSelection, least: Double, most: Double) -> ObjectiveFinding {
        var finding = plain(worse(least, most), .number, selection)
        let broken = selection.slices.first { slice in
            slice.range.map { !limit.holds($0.lowerBound) || !limit.holds($0.upperBound) } ?? false
        }
        if let broken {
            finding.verdict = .fail
            finding.note =
                "every sample must hold; the first that doesn't was taken at "
                + "\(Figure.fixed(broken.start.seconds, decimals: 1)) s"
        }
        return finding
    }

    /// Of the smallest and the largest number the one that is further on the wrong side.
    private func worse(_ least: Double, _ most: Double) -> Double {
        switch objective.comparison {
        case .less, .lessOrEqual: return most
        case .greater, .greaterOrEqual: return least
        case .equal(let target): return abs(least - target) > abs(most - target) ? least : most
        case .within(let range): return range.lowerBound - least > most - range.upperBound ? least : most
        }
    }

    private func plain(
        _ observed: Double, _ unit: MeasuredUnit, _ selection: ProbeSelection
    ) -> ObjectiveFinding {
        ObjectiveFinding(
            objective: objective, verdict: limit.holds(observed) ? .pass : .fail, observed: observed,
            samples: selection.samples, unit: unit)
    }

    private func noData(_ reason: String) -> ObjectiveFinding {
        ObjectiveFinding(objective: objective, verdict: .noData, note: reason)
    }

    /// The most frequent reason why samples within the measured load failed.
    private static func reason(_ series: ProbeSeries, within stretches: [Range<Span>]) -> String? {
        let within = series.failures.filter { failure in
            stretches.contains { $0.lowerBound <= failure.last && failure.first < $0.upperBound }
        }
        return within.max { $0.count < $1.count }?.message
    }
}

/// Samples of a probe that are missing.
private struct Gaps {
    /// The part of all, 0...1.
    var share: Double
    /// The same in words; nil where none is missing.
    var note: String?

    init(_ selection: ProbeSelection, reason: String?, stall: Span) {
        let known = selection.failed + selection.skipped + selection.heldUp
        let all = max(selection.samples + known, selection.expected)
        let missing = all - selection.samples
        share = all == 0 ? 0 : Double(missing) / Double(all)
        guard missing > 0 else { return }
        var parts: [String] = []
        if selection.failed > 0 {
            let cause = reason.map { " (\($0))" } ?? ""
            parts.append("\(Figure.grouped(selection.failed)) failed\(cause)")
        }
        if selection.heldUp > 0 {
            parts.append("\(Figure.grouped(selection.heldUp)) left out (\(HeldUp.text(stall)))")
        }
        let slow = missing - selection.failed - selection.heldUp
        if slow > 0 { parts.append("\(Figure.grouped(slow)) left out: the probe was slower than its interval") }
        note = "of \(Figure.grouped(all)) samples \(parts.joined(separator: ", "))"
    }
}

/// A probe's samples in order.
private struct RankedProbe: RankedSample {
    var selection: ProbeSelection

    var count: UInt64 { selection.samples }
    func range(atRank rank: UInt64) -> ClosedRange<Double>? { selection.range(atRank: rank) }
    func countAbove(_ limit: Limit) -> UInt64 { selection.countOfPossible { !limit.holdsUpper($0) } }
    func countBelow(_ limit: Limit) -> UInt64 { selection.countOfPossible { !limit.holdsLower($0) } }
}

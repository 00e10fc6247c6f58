internal import Measures

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Judges one measure of one step: its figures first, the verdict once the chances of all steps are adjusted.
struct MeasureJudge {
    let sample: MeasureSample
    let design: ComparisonDesign
    /// True for the primary percentile.
    let isPrimary: Bool
    let test: PermutationTest

    private let estimate: ShiftEstimate
    private let reference: Double
    private let candidate: Double

    init(_ sample: MeasureSample, design: ComparisonDesign) {
        self.sample = sample
        self.design = design
        if case .percentile(let percentile, _) = sample.kind {
            isPrimary = percentile == design.settings.primary
        } else {
            isPrimary = false
        }
        let (was, isNow) = (sample.scaled(sample.reference), sample.scaled(sample.candidate))
        if design.isPaired {
            let differences = zip(isNow, was).map { $0 - $1 }
            test = PermutationTest(differences: differences)
            estimate = ShiftEstimate(differences: differences, cut: design.cut)
        } else {
            test = PermutationTest(reference: was, candidate: isNow)
            estimate = ShiftEstimate(reference: was, candidate: isNow, cut: design.cut)
        }
        reference = sample.representative(sample.reference)
        candidate = sample.representative(sample.candidate)
    }

    /// The measure as comparisons show it.
    ///
    /// - Parameter adjustedP: The chance after Holm's adjustment, of the primary percentile; nil for the others.
    func measure(adjustedP: Double?) -> Comparison.Measure {
        let (verdict, reason) = sample.kind == .errorRatio ? errorVerdict : verdict(p: adjustedP ?? test.p)
        var measure = Comparison.Measure(
            name: sample.name, unit: sample.unit, gates: isPrimary || sample.kind == .errorRatio, verdict: verdict,
            reason: reason, reference: rounded(reference), candidate: rounded(candidate),
            referenceValues: sample.reference, candidateValues: sample.candidate, p: decimals(test.p, 1e9),
            adjustedP: adjustedP.map { decimals($0, 1e9) }, smallestDetectable: smallestDetectable)
        if case .percentile(_, let latency) = sample.kind { measure.of = latency.label }
        if sample.kind != .errorRatio {
            measure.ratio = decimals(exp(estimate.shift), 1e6)
            measure.low = estimate.low.map { decimals(exp($0), 1e6) }
            measure.high = estimate.high.map { decimals(exp($0), 1e6) }
        }
        return measure
    }

    /// Runs of now whose primary percentile stands far above the others' and all of the reference's, of pairs above its
    /// partner's and what the other pairs have: estimates and intervals hardly move by a single one, so it doesn't decide,
    /// but it must not go unseen.
    var outliers: [String] {
        guard isPrimary, sample.candidate.count > 2 else { return [] }
        let values =
            design.isPaired ? zip(sample.candidate, sample.reference).map { $0 / max($1, 1e-3) } : sample.candidate
        let median = values.sorted().medianOfSorted
        let usual = max(median, design.isPaired ? 1 : sample.reference.max() ?? 0)
        return values.enumerated().filter { $1 > usual * Self.outlierRatio }.map { index, value in
            let run = "\(sample.name) of new run \(index + 1) is"
            return design.isPaired
                ? "\(run) \(decimals(value, 10)) times its partner's, the median of all pairs \(decimals(median, 10)) times"
                : "\(run) \(decimals(value / max(median, 1e-3), 10)) times their median"
        }
    }

    private static let outlierRatio = 1.5

    // MARK: - Verdicts

    /// The smallest shift on the scale that counts: the tolerance, and of a latency what the floor is of it.
    private var threshold: Double {
        switch sample.kind {
        case .percentile: log1p(max(design.settings.tolerance, design.settings.floor / max(reference, 1e-3)))
        case .throughput: log1p(design.settings.tolerance)
        case .errorRatio: design.settings.errorTolerance
        }
    }

    private func verdict(p: Double) -> (Comparison.Verdict, reason: String?) {
        if let shortage = design.shortage { return (.inconclusive, shortage) }
        if estimate.shift >= threshold {
            let change = change(estimate.shift)
            if p < design.settings.alpha { return (.regression, change) }
            return (.inconclusive, "\(change), which chance alone could give (p = \(decimals(p, 1e3)))")
        }
        guard let high = estimate.high else { return (.inconclusive, "so few runs give no upper bound") }
        if high < threshold { return (.pass, nil) }
        return (.inconclusive, "\(change(high, "up to ")) can't be excluded")
    }

    /// Errors that rose withhold a pass: answers that fail fast must not look like an improvement. Whether they rose too
    /// much is for objectives to say.
    private var errorVerdict: (Comparison.Verdict, reason: String?) {
        if let shortage = design.shortage { return (.inconclusive, shortage) }
        let rise = candidate - reference
        let isBeyondRuns = candidate > sample.reference.max() ?? 0
        guard rise >= threshold, test.p < design.settings.alpha || isBeyondRuns else { return (.pass, nil) }
        return (
            .inconclusive,
            "errors rose from \(percent(reference)) to \(percent(candidate)), so latencies alone can't give a pass"
        )
    }

    /// `slower by 25 %`, from the double on `46 times as slow`; of throughput the part that is lost: `lower by 97 %`.
    private func change(_ shift: Double, _ bound: String = "") -> String {
        if sample.kind == .throughput { return "lower by \(bound)\(percent(-expm1(-shift)))" }
        let ratio = exp(shift)
        if ratio < 2 { return "slower by \(bound)\(percent(ratio - 1))" }
        return "\(bound)\(decimals(ratio, ratio < 10 ? 10 : 1)) times as slow".replacing(".0 times", with: " times")
    }

    private var smallestDetectable: Double? {
        guard let detectability = isPrimary ? design.gating : design.shown,
            let spread = sample.spread(isPaired: design.isPaired)
        else { return nil }
        let shift = detectability.smallest(spread: spread, threshold: threshold)
        return sample.kind == .errorRatio ? decimals(min(1, shift), 1e9) : decimals(exp(shift), 1e6)
    }

    // MARK: - Numbers

    private func rounded(_ value: Double) -> Double { decimals(value, sample.kind == .errorRatio ? 1e9 : 1e3) }

    private func decimals(_ value: Double, _ scale: Double) -> Double {
        let scaled = (value * scale).rounded()
        return scaled.isFinite ? scaled / scale : value
    }

    /// `12.3 %`; of less than 1 % two digits that count, so that a small ratio of errors does not show as zero.
    private func percent(_ ratio: Double) -> String {
        let value = ratio * 100
        let scale = abs(value) >= 1 || value == 0 ? 10 : pow(10, (1 - log10(abs(value))).rounded(.up))
        return "\(decimals(value, scale)) %"
    }
}

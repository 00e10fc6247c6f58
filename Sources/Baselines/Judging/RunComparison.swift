/// Compares runs: pure functions of records.
public enum RunComparison {
    /// Compares runs of now with a baseline that they are comparable with or not: where the environments differ in what
    /// matters, there is a reason instead of measures.
    ///
    /// - Parameter file: The baseline's file, as comparisons name it.
    public static func judge(
        _ candidate: [RunRecord], in environment: Environment, against baseline: Baseline, file: String,
        settings: ComparisonSettings = ComparisonSettings()
    ) -> Comparison {
        judge(baseline: baseline.runs, candidate: candidate, reference: file, settings: settings)
    }

    /// Compares two groups of runs.
    ///
    /// - Parameter reference: What the comparison is with: a file or a target, secrets replaced.
    public static func judge(
        baseline: [RunRecord], candidate: [RunRecord], reference: String,
        settings: ComparisonSettings = ComparisonSettings()
    ) -> Comparison {
        Comparison(
            verdict: .inconclusive, reference: reference, referenceRuns: baseline.count, candidateRuns: candidate.count,
            paired: false, alpha: settings.alpha, tolerance: settings.tolerance, floor: settings.floor, steps: [:])
    }

    /// Compares runs in pairs: those of a pair were made one after the other, in turns (ABBA).
    public static func judge(
        pairs: [(reference: RunRecord, candidate: RunRecord)], reference: String,
        settings: ComparisonSettings = ComparisonSettings()
    ) -> Comparison {
        Comparison(
            verdict: .inconclusive, reference: reference, referenceRuns: pairs.count, candidateRuns: pairs.count,
            paired: true, alpha: settings.alpha, tolerance: settings.tolerance, floor: settings.floor, steps: [:])
    }

    /// How many pairs it takes at least before a regression of one of so many steps can be shown at all: the least chance
    /// that exact sign flips of n pairs can give is 2⁻ⁿ, and Holm's adjustment multiplies it by the number of steps.
    public static func pairsNeeded(steps: Int, settings: ComparisonSettings = ComparisonSettings()) -> Int {
        var pairs = settings.minimumPairs
        while pairs < 60, Double(max(1, steps)) / Double(UInt64(1) << UInt64(pairs)) >= settings.alpha { pairs += 1 }
        return pairs
    }
}

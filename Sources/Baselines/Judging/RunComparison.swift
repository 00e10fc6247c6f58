internal import Measures
internal import Scenarios

/// Compares runs: pure functions of records.
public enum RunComparison {
    /// Compares runs of now with a baseline. Where the environments differ in what matters there are no measures but a
    /// reason.
    ///
    /// - Parameter file: The baseline's file, as comparisons name it.
    public static func judge(
        _ candidate: [RunRecord], in environment: Environment, against baseline: Baseline, file: String,
        settings: ComparisonSettings = ComparisonSettings()
    ) -> Comparison {
        let differences = environment.differences(from: baseline.environment)
        let notes = differences.filter { !$0.blocks }.map(\.description)
        let reasons = differences.filter(\.blocks).map(\.description)
        guard reasons.isEmpty else {
            var comparison = Comparison(
                reference: file, referenceRuns: baseline.runs.count, candidateRuns: candidate.count, paired: false,
                settings: settings)
            comparison.reason = "the baseline was made under other conditions: " + reasons.joined(separator: "; ")
            comparison.notes = notes.isEmpty ? nil : notes
            return comparison
        }
        var comparison = judge(baseline: baseline.runs, candidate: candidate, reference: file, settings: settings)
        let all = notes + (comparison.notes ?? [])
        comparison.notes = all.isEmpty ? nil : all
        return comparison
    }

    /// Compares two groups of runs.
    ///
    /// - Parameter reference: What the comparison is with: a file or a target, secrets replaced.
    public static func judge(
        baseline: [RunRecord], candidate: [RunRecord], reference: String,
        settings: ComparisonSettings = ComparisonSettings()
    ) -> Comparison {
        judge(baseline, candidate, isPaired: false, reference: reference, settings: settings)
    }

    /// Compares runs in pairs: those of a pair were made one after the other, in turns (ABBA).
    public static func judge(
        pairs: [(reference: RunRecord, candidate: RunRecord)], reference: String,
        settings: ComparisonSettings = ComparisonSettings()
    ) -> Comparison {
        judge(
            pairs.map(\.reference), pairs.map(\.candidate), isPaired: true, reference: reference, settings: settings)
    }

    /// How many pairs it takes at least before a regression of one of so many steps can be shown at all: the least chance
    /// that exact sign flips of n pairs can give is 2⁻ⁿ, and Holm's adjustment multiplies it by the number of steps.
    public static func pairsNeeded(steps: Int, settings: ComparisonSettings = ComparisonSettings()) -> Int {
        var pairs = max(1, settings.minimumPairs)
        while pairs < 60, Double(max(1, steps)) / SubsetSums.powerOfTwo(pairs) >= settings.alpha { pairs += 1 }
        return pairs
    }

    /// - Parameter makeDesign: Makes what the number of runs and steps fixes; tests make it once for many comparisons.
    static func judge(
        _ reference: [RunRecord], _ candidate: [RunRecord], isPaired: Bool, reference name: String,
        settings: ComparisonSettings,
        makeDesign: (_ steps: Int) -> ComparisonDesign
    ) -> Comparison {
        var comparison = Comparison(
            reference: name, referenceRuns: reference.count, candidateRuns: candidate.count, paired: isPaired,
            settings: settings)
        guard !reference.isEmpty, !candidate.isEmpty else {
            let side = candidate.isEmpty ? "there is no new run" : "the reference has no run"
            comparison.reason = side
            return comparison
        }
        // Of a version that recorded no groups: what is there is compared, and a note says what is not.
        let lacksGroups = !reference.contains { $0.hasGroups } && candidate.contains { $0.hasGroups }
        let candidate = lacksGroups ? candidate.map(\.withoutGroups) : candidate
        var comparable: [(name: String, samples: [MeasureSample])] = []
        var incomparable: [String] = []
        for step in Set((reference + candidate).flatMap { $0.steps.map(\.name) }).sorted() {
            switch StepSamples(step: step, reference: reference, candidate: candidate, isPaired: isPaired) {
            case .samples(let samples): comparable.append((step, samples))
            case .incomparable(let words): incomparable.append("step \(quoted(step)) \(words)")
            }
        }
        let design = makeDesign(comparable.count)
        let judges = comparable.map { step in
            (name: step.name, measures: step.samples.map { MeasureJudge($0, design: design) })
        }
        let chances = judges.compactMap { step in step.measures.first(where: \.isPrimary)?.test.p }
        for (step, adjusted) in zip(judges, Holm.adjusted(chances)) {
            comparison.steps[step.name] = step.measures.map { $0.measure(adjustedP: $0.isPrimary ? adjusted : nil) }
        }
        comparison.verdict = verdict(of: comparison.steps.values.joined(), isWhole: incomparable.isEmpty)
        comparison.reason = reason(shortage: comparable.isEmpty ? nil : design.shortage, incomparable: incomparable)
        var notes = judges.flatMap { step in
            step.measures.flatMap { $0.outliers.map { "step \(quoted(step.name)): \($0)" } }
        }
        if lacksGroups {
            notes.append("\(name) has no groups, so their times are not compared: record it anew to have them compared")
        }
        if let test = judges.first?.measures.first?.test, !test.isExact {
            notes.append(
                "chances are from a seeded sample of \(PermutationTest.sampled) arrangements of the runs: there are too many "
                    + "to count them all")
        }
        comparison.notes = notes.isEmpty ? nil : notes
        return comparison
    }

    private static func judge(
        _ reference: [RunRecord], _ candidate: [RunRecord], isPaired: Bool, reference name: String,
        settings: ComparisonSettings
    ) -> Comparison {
        var comparison = judge(reference, candidate, isPaired: isPaired, reference: name, settings: settings) { steps in
            ComparisonDesign(
                reference: reference.count, candidate: candidate.count, isPaired: isPaired, steps: steps,
                settings: settings)
        }
        comparison.distributions = pooled(reference, steps: comparison.steps.keys)
        return comparison
    }

    /// The latencies of several runs as those of one, by step; exact. Nil where there is none.
    static func pooled(_ runs: [RunRecord], steps: some Sequence<String>) -> [String: SparseHistogram]? {
        var distributions: [String: SparseHistogram] = [:]
        for step in steps {
            var sum = LatencyHistogram()
            for histogram in runs.compactMap({ $0[step]?.histogram }) { sum.add(histogram.histogram) }
            distributions[step] = SparseHistogram(sum)
        }
        return distributions.isEmpty ? nil : distributions
    }

    /// The worst of what gates. A step that could not be compared withholds a pass; no step at all is never one.
    private static func verdict(of measures: some Sequence<Comparison.Measure>, isWhole: Bool) -> Comparison.Verdict {
        let verdicts = measures.filter(\.gates).map(\.verdict)
        if verdicts.contains(.regression) { return .regression }
        return verdicts.isEmpty || verdicts.contains(.inconclusive) || !isWhole ? .inconclusive : .pass
    }

    private static func reason(shortage: String?, incomparable: [String]) -> String? {
        var reasons = shortage.map { [$0] } ?? []
        reasons += incomparable.prefix(5)
        if incomparable.count > 5 { reasons.append("\(counted(incomparable.count - 5, "more step")) likewise") }
        if reasons.isEmpty { return nil }
        return reasons.joined(separator: "; ")
    }
}

extension Comparison {
    /// A comparison of which nothing is known yet.
    init(
        reference: String, referenceRuns: Int, candidateRuns: Int, paired: Bool, settings: ComparisonSettings
    ) {
        self.init(
            verdict: .inconclusive, reference: reference, referenceRuns: referenceRuns, candidateRuns: candidateRuns,
            paired: paired, alpha: settings.alpha, tolerance: settings.tolerance, floor: settings.floor, steps: [:])
    }
}

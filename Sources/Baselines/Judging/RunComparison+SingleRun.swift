internal import Measures

extension Environment {
    /// In what this environment differs from a baseline's, calibrations aside: what can be said before any load, and of runs
    /// that were made without one.
    public func differences(fromUncalibrated baseline: Environment) -> [EnvironmentDifference] {
        var (now, before) = (self, baseline)
        now.calibration = nil
        before.calibration = nil
        return now.differences(from: before)
    }
}

extension RunComparison {
    /// Where a single run lies among those of a baseline. It decides nothing, so every verdict is inconclusive; the reasons
    /// say what was seen. As with more runs there are no measures where the environments differ in what matters.
    public static func place(
        _ run: RunRecord, in environment: Environment, against baseline: Baseline, file: String,
        settings: ComparisonSettings = ComparisonSettings()
    ) -> Comparison {
        var comparison = Comparison(
            reference: file, referenceRuns: baseline.runs.count, candidateRuns: 1, paired: false, settings: settings)
        let differences = environment.differences(fromUncalibrated: baseline.environment)
        let notes = differences.filter { !$0.blocks }.map(\.description)
        comparison.notes = notes.isEmpty ? nil : notes
        let blocking = differences.filter(\.blocks).map(\.description)
        guard blocking.isEmpty else {
            comparison.reason = "not comparable: \(blocking.joined(separator: "; "))"
            return comparison
        }
        for step in run.steps {
            let measures = StepRecord.Percentile.allCases.compactMap { percentile in
                measure(percentile, of: step, among: baseline.runs, gates: percentile == settings.primary)
            }
            if !measures.isEmpty { comparison.steps[step.name] = measures }
        }
        comparison.distributions = pooled(baseline.runs, steps: comparison.steps.keys)
        let outside = run.steps.compactMap { step in
            comparison.steps[step.name]?.first { $0.gates }.flatMap { measure in
                isAbove(measure) ? "\(step.name) \(measure.name)" : nil
            }
        }
        comparison.reason =
            "one run decides nothing (loadgate gate makes \(settings.minimumCandidateRuns) or more); "
            + (outside.isEmpty
                ? "no step is above the range of the baseline's runs"
                : "above the range of the baseline's runs: \(outside.joined(separator: ", "))")
        return comparison
    }

    /// What a single run comes to while nobody recorded the baseline.
    public static func place(
        withoutBaseline file: String, settings: ComparisonSettings = ComparisonSettings()
    ) -> Comparison {
        var comparison = Comparison(
            reference: file, referenceRuns: 0, candidateRuns: 1, paired: false, settings: settings)
        comparison.reason = "nobody recorded this baseline yet: loadgate baseline record does"
        return comparison
    }

    /// The range that a primary percentile has left upwards.
    private static func isAbove(_ measure: Comparison.Measure) -> Bool {
        measure.candidate > measure.referenceValues?.max() ?? .infinity
    }

    private static func measure(
        _ percentile: StepRecord.Percentile, of step: StepRecord, among runs: [RunRecord], gates: Bool
    ) -> Comparison.Measure? {
        guard let value = step[percentile] else { return nil }
        let values = runs.compactMap { run in
            run[step.name].flatMap { $0.measure == step.measure ? $0[percentile] : nil }
        }.filter { $0 > 0 }
        guard let least = values.min(), let most = values.max() else { return nil }
        let reason = value > most ? "above" : value < least ? "below" : "within"
        // The exact permutation test of one against n: its place among all of them.
        let p = Double(values.count { $0 >= value } + 1) / Double(values.count + 1)
        let sample = MeasureSample(
            kind: .percentile(percentile, of: step.measure), reference: values, candidate: [value])
        return Comparison.Measure(
            name: percentile.rawValue, of: step.measure.label, unit: .milliseconds, gates: gates,
            verdict: .inconclusive,
            reason: "\(reason) the range of the baseline's runs",
            reference: (sample.representative(values) * 1e3).rounded() / 1e3, candidate: value,
            referenceValues: values, candidateValues: [value], p: p)
    }
}

internal import Scenarios

/// What a comparison's number of runs and steps fixes, whatever their values: made once, used for each measure.
struct ComparisonDesign {
    /// Runs of the reference, of a paired comparison its pairs.
    let reference: Int
    /// Runs of now, likewise.
    let candidate: Int
    /// True where runs are compared in pairs.
    let isPaired: Bool
    /// Steps whose primary percentile is tested.
    let steps: Int
    let settings: ComparisonSettings
    /// Ordered differences beyond each end of an interval.
    let cut: Int
    /// What the primary percentile of one step can show beside the others: at α / steps, which is Holm's hardest case.
    let gating: Detectability?
    /// What a measure by itself can show: at α.
    let shown: Detectability?

    init(
        reference: Int, candidate: Int, isPaired: Bool, steps: Int, settings: ComparisonSettings,
        simulations: Int = Detectability.simulations
    ) {
        self.reference = reference
        self.candidate = candidate
        self.isPaired = isPaired
        self.steps = steps
        self.settings = settings
        cut =
            isPaired
            ? RankDistribution.averagesCut(pairs: reference, tail: settings.alpha)
            : RankDistribution.differencesCut(reference: reference, candidate: candidate, tail: settings.alpha)
        func detectability(_ level: Double) -> Detectability? {
            guard reference > 0, candidate > 0 else { return nil }
            return isPaired
                ? Detectability(pairs: reference, level: level, simulations: simulations)
                : Detectability(reference: reference, candidate: candidate, level: level, simulations: simulations)
        }
        shown = detectability(settings.alpha)
        gating = steps > 1 ? detectability(settings.alpha / Double(steps)) : shown
    }

    /// Why this many runs can't decide; nil where they can.
    var shortage: String? {
        if isPaired {
            let needed = RunComparison.pairsNeeded(steps: steps, settings: settings)
            guard reference < needed else { return nil }
            return "\(counted(reference, "pair")) of runs, and at least \(needed) are needed"
        }
        if reference < settings.minimumReferenceRuns {
            return
                "the baseline has \(counted(reference, "run")), and at least \(settings.minimumReferenceRuns) are needed"
        }
        if candidate < settings.minimumCandidateRuns {
            return "\(counted(candidate, "new run")), and at least \(settings.minimumCandidateRuns) are needed"
        }
        // Possible with lowered minimums or hundreds of steps: then no difference, however large, could be shown.
        guard gating == nil else { return nil }
        return
            "\(reference) and \(counted(candidate, "run")) can't show a regression of one of \(counted(steps, "step"))"
    }
}

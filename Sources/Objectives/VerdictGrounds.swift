internal import Measures
public import Scenarios
public import VerificationKit

/// All that a verdict is decided by, and the decision: the only place where one is made of what was found.
///
/// A run's grounds are what its objectives and verifications came to, the audit of the generator, what its load brought,
/// whether its drill says anything, and whether it came to its end. A gate's are the verdicts of its runs and that of the comparison.
public struct VerdictGrounds: Sendable, Equatable {
    /// What an objective or a verification came to, and whether it counts.
    public struct Finding: Sendable, Equatable {
        /// What it came to.
        public var verdict: Verdict
        /// Advisory findings are shown and not counted.
        public var severity: Objective.Severity

        /// Makes a finding.
        public init(_ verdict: Verdict, _ severity: Objective.Severity = .hard) {
            self.verdict = verdict
            self.severity = severity
        }
    }

    /// What the load of a run brought.
    public enum Load: Sendable, Equatable, CaseIterable {
        /// No load was sent: the run only verifies, or watches.
        case notSent
        /// A load was sent, and no exchange of it was measured.
        case nothingMeasured
        /// Exchanges were measured, and none was good.
        case nothingGood
        /// At least one exchange was good.
        case someGood
    }

    /// What the objectives came to.
    public var objectives: [Finding]
    /// What the verifications came to.
    public var verifications: [Finding]
    /// True where the audit says that the generator was the bottleneck.
    public var isInvalid: Bool
    /// What the load brought.
    public var load: Load
    /// Whether a drill says anything; nil where there was none.
    public var drill: Verdict?
    /// What a search for a capacity came to; nil where there was none, and where objectives judge it.
    public var capacity: Verdict?
    /// True where the run ended before its load did: by a signal, by an objective's `abort`, or with the process.
    public var isPartial: Bool
    /// True where somebody changed the load while it ran, so that it was not the planned one.
    public var isChanged: Bool
    /// The verdicts of the runs that are judged together.
    public var runs: [Verdict]
    /// What a comparison that decides came to; nil where there is none, and where it is only shown.
    public var comparison: Verdict?

    /// Makes the grounds of these parts.
    public init(
        objectives: [Finding] = [], verifications: [Finding] = [], isInvalid: Bool = false, load: Load = .notSent,
        drill: Verdict? = nil, capacity: Verdict? = nil, isPartial: Bool = false, isChanged: Bool = false,
        runs: [Verdict] = [],
        comparison: Verdict? = nil
    ) {
        self.objectives = objectives
        self.verifications = verifications
        self.isInvalid = isInvalid
        self.load = load
        self.drill = drill
        self.capacity = capacity
        self.isPartial = isPartial
        self.isChanged = isChanged
        self.runs = runs
        self.comparison = comparison
    }

    /// What the objectives that count came to.
    public var hardObjectives: [Verdict] { Self.hard(objectives) }

    /// What the verifications that count came to.
    public var hardVerifications: [Verdict] { Self.hard(verifications) }

    /// The verdict: the worst of all that counts, in the order fail, invalid, no data, inconclusive, pass.
    ///
    /// A run in which no exchange was good has failed, whatever was asked of it, unless the generator was the bottleneck.
    /// What was not carried out to its end was not shown. Where nothing counts and nothing was sent there is no data.
    public var verdict: Verdict {
        var all = hardObjectives + hardVerifications + runs + [comparison, drill, capacity].compactMap(\.self)
        if isInvalid { all.append(.invalid) }
        switch load {
        case .notSent: break
        case .nothingMeasured: all.append(.noData)
        case .nothingGood: all.append(isInvalid ? .invalid : .fail)
        case .someGood: all.append(.pass)
        }
        guard let worst = Verdict.worst(of: all) else { return .noData }
        return isPartial || isChanged ? Verdict.worst(of: [worst, .inconclusive]) ?? worst : worst
    }

    private static func hard(_ findings: [Finding]) -> [Verdict] {
        findings.filter { $0.severity == .hard }.map(\.verdict)
    }
}

extension VerdictGrounds.Load {
    /// What the load of a run brought, by all its measured exchanges.
    init(_ measurement: RunMeasurement) {
        guard measurement.reactors > 0 else {
            self = .notSent
            return
        }
        var outcomes = OutcomeCounts()
        for tally in measurement.total.wholeSteps { outcomes.add(tally.outcomes) }
        self = outcomes.total == 0 ? .nothingMeasured : outcomes.good == 0 ? .nothingGood : .someGood
    }
}

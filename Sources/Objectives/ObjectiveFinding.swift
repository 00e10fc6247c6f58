public import Scenarios
public import VerificationKit

/// What an objective came to, with the figures it came from.
public struct ObjectiveFinding: Sendable, Equatable {
    /// The objective judged.
    public var objective: Objective
    /// What it came to.
    public var verdict: Verdict
    /// The point estimate; nil where there was no sample.
    public var observed: Double?
    /// The one-sided 95 % confidence bound that decides; nil where the measure has none or the sample is too small.
    public var bound: Double?
    /// The number of samples that the observed value comes from: exchanges, arrivals, iterations.
    public var samples: UInt64
    /// The unit of `observed` and `bound`; nil where nothing could be measured.
    public var unit: MeasuredUnit?
    /// True where exchanges that the end of the run cut off might have raised the observed value.
    public var isAtLeast = false
    /// Why the verdict is not a plain pass or fail, and what would make it one; nil where there is nothing to say.
    public var note: String?

    /// Makes a finding.
    public init(
        objective: Objective, verdict: Verdict, observed: Double? = nil, bound: Double? = nil, samples: UInt64 = 0,
        unit: MeasuredUnit? = nil, note: String? = nil
    ) {
        self.objective = objective
        self.verdict = verdict
        self.observed = observed
        self.bound = bound
        self.samples = samples
        self.unit = unit
        self.note = note
    }
}

public import Scenarios

/// What an objective came to, with the figures it came from.
public struct ObjectiveFinding: Sendable, Equatable {
    /// The unit of the observed value, the bound and the limit.
    public enum Unit: String, Codable, CaseIterable, Sendable {
        /// Milliseconds, of latencies.
        case milliseconds = "ms"
        /// A fraction of 1, of ratios.
        case ratio
        /// Events per second.
        case perSecond = "per_second"
        /// A plain number of events.
        case count
        /// What a probe reads, in whatever unit that is.
        case number
    }

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
    public var unit: Unit?
    /// True where exchanges that the end of the run cut off might have raised the observed value.
    public var isAtLeast = false
    /// Why the verdict is not a plain pass or fail, and what would make it one; nil where there is nothing to say.
    public var note: String?

    /// Makes a finding.
    public init(
        objective: Objective, verdict: Verdict, observed: Double? = nil, bound: Double? = nil, samples: UInt64 = 0,
        unit: Unit? = nil, note: String? = nil
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

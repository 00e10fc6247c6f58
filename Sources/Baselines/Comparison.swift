public import Measures

/// How runs of now compare with those of a baseline, or with those of another target.
///
/// What it holds is what results and reports show, so it is written as it stands.
public struct Comparison: Codable, Equatable, Sendable {
    /// The worst of the measures that gate, in the order regression, inconclusive, pass.
    public var verdict: Verdict
    /// Why no verdict is possible, or none on all steps: another machine, too few runs, a step that only one side has;
    /// absent where there is one.
    public var reason: String?
    /// What should be known of the comparison but doesn't decide it, e.g. another patch level of the kernel.
    public var notes: [String]?
    /// What the comparison is with: a baseline's file or a target, secrets replaced.
    public var reference: String
    /// Runs of the baseline, or of the other target.
    public var referenceRuns: Int
    /// Runs of now.
    public var candidateRuns: Int
    /// True where runs were interleaved and are compared in pairs.
    public var paired: Bool
    /// The chance of a false alarm that is allowed for, over all measures that gate; 0.05 unless told.
    public var alpha: Double
    /// A ratio up to 1 + tolerance is no regression.
    public var tolerance: Double
    /// A shift below this is no regression, in milliseconds.
    public var floor: Double
    /// The section of the sign-off table, secrets replaced; absent where the scenario names none.
    public var section: String?
    /// The criterion in the sign-off table, likewise.
    public var criterion: String?
    /// The measures of each step, by its name; empty where no comparison is possible.
    public var steps: [String: [Measure]]
    /// The response times of all of the reference's runs together, by the step's name, so that curves can be drawn beside
    /// those of now; absent where the reference has none.
    public var distributions: [String: SparseHistogram]?

    /// What a comparison comes to.
    public enum Verdict: String, Codable, CaseIterable, Sendable {
        /// Shown: not slower by more than the tolerance.
        case pass
        /// Neither shown nor refuted; or not comparable.
        case inconclusive
        /// Shown: slower by more than the tolerance.
        case regression
    }

    /// What the values of a measure are counted in.
    public enum Unit: String, Codable, CaseIterable, Sendable {
        /// Milliseconds, of latencies.
        case milliseconds = "ms"
        /// Events per second, of throughput.
        case perSecond = "per_second"
        /// A fraction of 1, of errors.
        case ratio
        /// A plain number: a unit of another version.
        case number

        /// Takes a unit that this version doesn't know for none.
        public init(from decoder: any Decoder) throws {
            self = Self(rawValue: try decoder.singleValueContainer().decode(String.self)) ?? .number
        }
    }

    /// What one measure of a step came to.
    public struct Measure: Codable, Equatable, Sendable {
        /// `p50`, `p95`, `p99`, `throughput` or `error_ratio`.
        public var name: String
        /// The latency that the percentile is of, e.g. `response_time`; absent for throughput and error ratio.
        public var of: String?
        /// What its values are counted in.
        public var unit: Unit
        /// True for what decides: the primary percentile, and the error ratio, which can withhold a pass but never makes
        /// a regression. The others are shown.
        public var gates: Bool
        /// What it came to by itself.
        public var verdict: Verdict
        /// Why it is not a pass; absent where it is one.
        public var reason: String?
        /// The reference's value: the geometric mean over its runs, of error ratios the mean.
        public var reference: Double
        /// The value of now, likewise.
        public var candidate: Double
        /// The values of the reference's runs, in their order.
        public var referenceValues: [Double]?
        /// The values of the runs of now, in their order; of a paired comparison the partners of the reference's.
        public var candidateValues: [Double]?
        /// Hodges–Lehmann estimate of now / reference, of throughput reference / now: above 1 is worse. Absent where no
        /// ratio can be had: of error ratios, and where a side has no runs.
        public var ratio: Double?
        /// The lower end of its two-sided confidence interval of 1 − 2α; absent where so few runs can't give one.
        public var low: Double?
        /// The upper end, likewise; each end alone is a one-sided bound at 1 − α.
        public var high: Double?
        /// One-sided p of the permutation test, as it is.
        public var p: Double
        /// The same after Holm's adjustment over the primary percentiles of all steps; absent for the other measures.
        public var adjustedP: Double?
        /// The smallest ratio that this many runs, spread as they are, would most likely have shown (power 0.8); of error
        /// ratios the smallest difference. Absent where no number of this many runs could show anything.
        public var smallestDetectable: Double?

        /// Makes a measure's comparison.
        public init(
            name: String, of: String? = nil, unit: Unit, gates: Bool, verdict: Verdict, reason: String? = nil,
            reference: Double, candidate: Double, referenceValues: [Double]? = nil, candidateValues: [Double]? = nil,
            ratio: Double? = nil, low: Double? = nil, high: Double? = nil, p: Double, adjustedP: Double? = nil,
            smallestDetectable: Double? = nil
        ) {
            self.name = name
            self.of = of
            self.unit = unit
            self.gates = gates
            self.verdict = verdict
            self.reason = reason
            self.reference = reference
            self.candidate = candidate
            self.referenceValues = referenceValues
            self.candidateValues = candidateValues
            self.ratio = ratio
            self.low = low
            self.high = high
            self.p = p
            self.adjustedP = adjustedP
            self.smallestDetectable = smallestDetectable
        }

        enum CodingKeys: String, CodingKey {
            case name, of, unit, gates, verdict, reason, reference, candidate
            case referenceValues = "reference_values"
            case candidateValues = "candidate_values"
            case ratio, low, high, p
            case adjustedP = "adjusted_p"
            case smallestDetectable = "smallest_detectable"
        }
    }

    /// Makes a comparison.
    public init(
        verdict: Verdict, reason: String? = nil, notes: [String]? = nil, reference: String, referenceRuns: Int,
        candidateRuns: Int, paired: Bool, alpha: Double, tolerance: Double, floor: Double, steps: [String: [Measure]]
    ) {
        self.verdict = verdict
        self.reason = reason
        self.notes = notes
        self.reference = reference
        self.referenceRuns = referenceRuns
        self.candidateRuns = candidateRuns
        self.paired = paired
        self.alpha = alpha
        self.tolerance = tolerance
        self.floor = floor
        self.steps = steps
    }

    enum CodingKeys: String, CodingKey {
        case verdict, reason, notes, reference
        case referenceRuns = "reference_runs"
        case candidateRuns = "candidate_runs"
        case paired, alpha, tolerance
        case floor = "floor_ms"
        case section, criterion, steps, distributions
    }
}

public import Capacity
public import VerificationKit

/// The highest rate at which every objective holds, as it stands in a result.
public struct CapacityResult: Codable, Equatable, Sendable {
    /// What the search came to where no objective is on the capacity: `pass` where it was found, or no higher rate was asked for.
    public var verdict: Verdict
    /// How many hard objectives on the capacity there are: where there is one, they are judged and not the search.
    public var hardObjectives = 0
    /// The best estimate, arrivals per second; at least this where there is no `high`. Absent where no rate held.
    public var rate: Double?
    /// The lower end of its interval.
    public var low: Double?
    /// The upper end; absent where no rate was shown not to hold.
    public var high: Double?
    /// What is broken above it: an objective, or words; absent where there is no `high`.
    public var limitedBy: String?
    /// Why there is no higher rate.
    public var limit: Limit
    /// True where only a lower bound could be had, since the generator did not keep up.
    public var generatorLimited: Bool
    /// What the generator did not manage, in words; absent where it did.
    public var generatorReason: String?
    /// The chance that one rate was decided wrongly.
    public var error: Double
    /// How near a rate that holds and one that does not had to come, as a ratio.
    public var resolution: Double
    /// How arrivals lay in time.
    public var spacing: String
    /// How long the search took, in seconds.
    public var seconds: Double
    /// All that was measured, in its order.
    public var steps: [Step]
    /// The rate from which response times cost more than the throughput gains; absent where none was found.
    public var knee: Double?
    /// The Universal Scalability Law through the steps; absent where there are too few for it.
    public var usl: Scalability?
    /// What an overload did; absent where none was tried.
    public var hysteresis: Hysteresis?
    /// How it compares with an earlier one; absent where none was asked for.
    public var comparison: CapacityComparison?
    /// What should be known of the answer.
    public var notes: [String]?

    /// Why there is no higher rate in an answer.
    public enum Limit: String, Codable, CaseIterable, Sendable {
        /// The target broke.
        case target
        /// The generator did not keep up.
        case generator
        /// No higher one was asked for.
        case top
        /// The time was up.
        case time
        /// It was stopped.
        case stopped
        /// The target did not come back.
        case lost
        /// Nothing could be shown.
        case unknown
    }

    /// A rate that was measured.
    public struct Step: Codable, Equatable, Sendable {
        /// Arrivals per second that were meant.
        public var rate: Double
        /// What it was measured for.
        public var purpose: CapacityTrial.Purpose
        /// `pass`: held; `fail`: broken; `inconclusive`: neither is shown; `invalid`: the generator did not keep up.
        public var verdict: Verdict
        /// What was broken, or lacked samples; absent where all held.
        public var because: String?
        /// False where it says nothing of the capacity: it may have been broken by what was sent before.
        public var counts: Bool
        /// Measured seconds.
        public var seconds: Double
        /// Exchanges per second whose answers arrived.
        public var throughput: Double
        /// Iterations per second that came to their end.
        public var iterations: Double
        /// The share of exchanges that were not `ok`.
        public var errors: Double
        /// Exchanges under way, on average.
        public var concurrency: Double
        /// The mean response time in milliseconds; absent where no exchange had one.
        public var mean: Double?
        /// The median.
        public var p50: Double?
        /// The 95th percentile.
        public var p95: Double?
        /// The 99th percentile.
        public var p99: Double?
        /// The step's own folder, beside this file.
        public var folder: String

        enum CodingKeys: String, CodingKey {
            case rate, purpose, verdict, because, counts, seconds, throughput, iterations, errors, concurrency
            case mean = "mean_ms"
            case p50 = "p50_ms"
            case p95 = "p95_ms"
            case p99 = "p99_ms"
            case folder
        }
    }

    /// The Universal Scalability Law, fitted.
    public struct Scalability: Codable, Equatable, Sendable {
        /// λ: exchanges per second of one at a time.
        public var lambda: Double
        /// σ: contention.
        public var sigma: Double
        /// κ: coherency.
        public var kappa: Double
        /// The concurrency with the highest throughput; absent where more always helps.
        public var peakConcurrency: Double?
        /// That throughput, exchanges per second.
        public var peakThroughput: Double?
        /// By which share the law is off, for each point, in the order of the concurrency.
        public var points: [Point]
        /// False where a point is off by more than 15 %: then the law does not describe the target.
        public var fits: Bool

        /// What it was fitted to.
        public struct Point: Codable, Equatable, Sendable {
            /// Exchanges under way.
            public var concurrency: Double
            /// Exchanges per second.
            public var throughput: Double
            /// The law's throughput over the measured one, less 1.
            public var residual: Double
        }

        enum CodingKeys: String, CodingKey {
            case lambda, sigma, kappa
            case peakConcurrency = "peak_concurrency"
            case peakThroughput = "peak_throughput"
            case points, fits
        }
    }

    /// What an overload did.
    public struct Hysteresis: Codable, Equatable, Sendable {
        /// The rate of the overload.
        public var overload: Double
        /// The rate at which all objectives held right after it; absent where they held at none that was tried.
        public var heldAt: Double?
        /// The lowest rate at which they did not; absent where they held at the first one.
        public var brokenAt: Double?

        enum CodingKeys: String, CodingKey {
            case overload
            case heldAt = "held_at"
            case brokenAt = "broken_at"
        }
    }

    enum CodingKeys: String, CodingKey {
        case verdict
        case hardObjectives = "hard_objectives"
        case rate, low, high
        case limitedBy = "limited_by"
        case limit
        case generatorLimited = "generator_limited"
        case generatorReason = "generator_reason"
        case error, resolution, spacing, seconds, steps, knee, usl, hysteresis, comparison, notes
    }
}

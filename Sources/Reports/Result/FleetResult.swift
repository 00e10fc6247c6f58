/// The processes that shared a load, as they stand in a result.
public struct FleetResult: Codable, Equatable, Sendable {
    /// How many segments the load was dealt to.
    public var segments: Int
    /// Segments of which nothing is known; absent where there is none.
    public var missing: [Int]?
    /// How far apart the first and the last start were by the machines' clocks, in milliseconds.
    public var skew: Double
    /// How far apart they could have been, likewise.
    public var allowedSkew: Double
    /// What was passed over, and what can't be known of several processes; absent where there is nothing to say.
    public var notes: [String]?
    /// The workers, in the order of their segments.
    public var workers: [Worker]

    enum CodingKeys: String, CodingKey {
        case segments, missing
        case skew = "skew_ms"
        case allowedSkew = "allowed_skew_ms"
        case notes, workers
    }

    /// One of the processes.
    public struct Worker: Codable, Equatable, Sendable {
        /// The number of its segment, from 0.
        public var segment: Int
        /// The folder that it left.
        public var folder: String
        /// The name of its machine; absent where that is not known.
        public var host: String?
        /// How long after the first it began by the machines' clocks, in milliseconds.
        public var startedAfter: Double
        /// By how much the shared folder's clock was ahead of its machine's, and how far off that may be, in milliseconds;
        /// absent where they were not compared.
        public var clockOffset: Double?
        /// As above.
        public var clockError: Double?
        /// How its load ended; absent where it did not come to an end.
        public var ending: RunResult.Ending?
        /// The seconds of its log.
        public var seconds: Int
        /// Measured exchanges.
        public var exchanges: UInt64
        /// Those of them that did not end `ok`.
        public var bad: UInt64
        /// Arrivals dropped.
        public var dropped: UInt64
        /// Its own start lag and generator delay at the 99th percentile, in milliseconds; absent where it had none.
        public var startLag: Double?
        /// As above.
        public var generatorDelay: Double?
        /// The largest share of time that one of its reactors was running, 0...1; absent where that is not known.
        public var saturation: Double?

        enum CodingKeys: String, CodingKey {
            case segment, folder, host
            case startedAfter = "started_after_ms"
            case clockOffset = "clock_offset_ms"
            case clockError = "clock_error_ms"
            case ending, seconds, exchanges, bad, dropped
            case startLag = "start_lag_p99_ms"
            case generatorDelay = "generator_delay_p99_ms"
            case saturation
        }
    }
}

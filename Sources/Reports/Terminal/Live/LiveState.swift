public import Measures
public import Objectives

/// All that is shown of a run while it goes on.
public struct LiveState: Sendable, Equatable {
    /// An objective as far as it can be told now.
    public struct Objective: Sendable, Equatable {
        /// What is measured: `p95 response_time of browse`.
        public var measure: String
        /// What must hold: `< 200ms`.
        public var limit: String
        /// How it stands.
        public var standing: RunningJudge.Standing
        /// The figure so far, with its unit; nil where there is none.
        public var observed: String?
    }

    /// One of several loads.
    public struct Load: Sendable, Equatable {
        /// Its name.
        public var name: String
        /// Arrivals and iterations begun in the last second.
        public var begun: UInt64
        /// Arrivals that it meant to begin in it; nil where no stage of it was open.
        public var intended: Double?
        /// Its users busy now.
        public var users: Int
        /// The 95th percentile of its response times in the last second, in milliseconds; nil where there were none.
        public var p95: Double?
        /// Its exchanges in the last second that did not end `ok`.
        public var bad: UInt64
    }

    /// A probe.
    public struct Probe: Sendable, Equatable {
        /// Its name.
        public var name: String
        /// Its last number; nil where it could not be read.
        public var value: Double?
    }

    /// From the start of the load.
    public var elapsed = Span.zero
    /// The length of the whole load; nil where it ends with its last iteration.
    public var total: Span?
    /// What is done, 0...1; nil where that can't be told.
    public var share: Double?
    /// The time that is left; nil likewise.
    public var left: Span?
    /// The stage that is going on, as shown; nil where none is.
    public var stage: String?
    /// True once the run was told to end.
    public var isStopping = false
    /// Arrivals that open load meant to begin in the last second; nil where it was no such load.
    public var intended: Double?
    /// Arrivals and iterations begun in the last second.
    public var begun: UInt64 = 0
    /// Exchanges that ended in each of the last seconds, warm-up included.
    public var rates: [Double] = []
    /// True where only exchanges of a warm-up ended in the last second.
    public var isWarmingUp = false
    /// Response times of the last seconds in milliseconds: their percentiles 50, 95 and 99; empty where there are none.
    public var latencies: [Double] = []
    /// The 95th percentile of each of the last seconds that had one, in milliseconds.
    public var slowest: [Double] = []
    /// Measured exchanges.
    public var exchanges: UInt64 = 0
    /// Those that did not end `ok`, by how they ended.
    public var bad = OutcomeCounts()
    /// Users busy now.
    public var users = 0
    /// Arrivals dropped.
    public var dropped: UInt64 = 0
    /// Iterations given up.
    public var givenUp: UInt64 = 0
    /// The loads in the scenario's order; empty where they have no names.
    public var loads: [Load] = []
    /// The objectives in the scenario's order.
    public var objectives: [Objective] = []
    /// The probes that were read, or could not be, in the scenario's order.
    public var probes: [Probe] = []

    /// The state of a run that has not begun.
    public init() {}
}

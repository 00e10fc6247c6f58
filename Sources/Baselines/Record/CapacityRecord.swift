/// What a search for a capacity found, as a baseline keeps it.
public struct CapacityRecord: Equatable, Sendable {
    /// When the search began, UTC (RFC 3339, whole seconds).
    public var started: String
    /// The estimate, arrivals per second, above 0; where there is no `high`, at least this.
    public var rate: Double
    /// The lower end of its interval, at most `rate`.
    public var low: Double
    /// The upper end, at least `rate`; nil where every rate that was asked for held.
    public var high: Double?
    /// What is broken above it: an objective, or words; nil where there is no `high`.
    public var limitedBy: String?
    /// What it was found on. Its digest is of the load without its rate and length, and of the objectives.
    public var environment: Environment

    /// Makes a record.
    public init(
        started: String, rate: Double, low: Double, high: Double?, limitedBy: String?, environment: Environment
    ) {
        self.started = started
        self.rate = rate
        self.low = low
        self.high = high
        self.limitedBy = limitedBy
        self.environment = environment
    }
}

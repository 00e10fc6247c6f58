public import Scenarios

/// A ratio that objectives may ask a verification for.
public struct VerificationRatio: Sendable, Equatable {
    /// The measure, e.g. `hit_ratio`.
    public var measure: Objective.Measure
    /// Events that count, e.g. hits.
    public var events: UInt64
    /// All events, e.g. eligible requests.
    public var total: UInt64

    /// Makes a ratio.
    public init(_ measure: Objective.Measure, events: UInt64, of total: UInt64) {
        self.measure = measure
        self.events = events
        self.total = total
    }
}

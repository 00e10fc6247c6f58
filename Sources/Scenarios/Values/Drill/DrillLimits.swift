/// How much a drill may cost before it is ended: its blast radius.
public struct DrillLimits: Sendable, Equatable {
    /// The longest time in one piece in which a flow has no success; nil: no limit.
    public var outage: Duration?
    /// The share of failed exchanges since the first fault, 0...1; nil: no limit.
    public var errors: Double?

    /// Makes limits.
    public init(outage: Duration? = nil, errors: Double? = nil) {
        self.outage = outage
        self.errors = errors
    }
}

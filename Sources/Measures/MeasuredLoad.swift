/// How much of the load was measured up to an instant of a run.
public struct MeasuredLoad: Equatable, Sendable {
    /// The length of the measured stages up to there.
    public var length = Span.zero
    /// The length of the open ones among them, over which rates are meant.
    public var openLength = Span.zero
    /// Measured arrivals that open load intended up to there; nil where no stage was open.
    public var intendedArrivals: UInt64?

    /// Nothing yet.
    public init() {}
}

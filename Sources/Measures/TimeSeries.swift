/// A run over time, in a bounded number of slices: when they are used up, pairs of slices become one of double width.
public struct TimeSeries: Sendable {
    /// A series of nothing.
    public init() {}

    /// Adds the next second of the run.
    public mutating func append(_ second: Interval) {}
}

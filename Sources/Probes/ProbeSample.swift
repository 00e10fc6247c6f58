public import Measures

/// One sample of a probe.
public struct ProbeSample: Sendable, Equatable {
    /// When it was asked for, from the beginning of the load; before it: negative.
    public var time: Span
    /// The number read; nil: none could be.
    public var value: Double?

    /// Makes a sample.
    public init(time: Span, value: Double?) {
        self.time = time
        self.value = value
    }
}

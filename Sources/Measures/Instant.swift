/// A point of monotonic time, in nanoseconds since an arbitrary origin (CLOCK_MONOTONIC).
public struct Instant: Comparable, Hashable, Sendable, BitwiseCopyable {
    /// Nanoseconds since the clock's origin.
    public var nanoseconds: Int64

    /// Makes an instant of a clock's nanoseconds.
    @inlinable
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Orders instants in time.
    @inlinable
    public static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The span from `right` to `left`; negative where `left` is earlier.
    @inlinable
    public static func - (left: Instant, right: Instant) -> Span {
        Span(nanoseconds: left.nanoseconds &- right.nanoseconds)
    }

    /// The instant a span later.
    @inlinable
    public static func + (left: Instant, right: Span) -> Instant {
        Instant(nanoseconds: left.nanoseconds &+ right.nanoseconds)
    }

    /// The instant a span earlier.
    @inlinable
    public static func - (left: Instant, right: Span) -> Instant {
        Instant(nanoseconds: left.nanoseconds &- right.nanoseconds)
    }

    /// Later than every instant that occurs: "never".
    public static let distantFuture = Instant(nanoseconds: .max)
}

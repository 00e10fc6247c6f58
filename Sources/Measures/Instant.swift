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

    /// The span from `right` to `left`; negative where `left` is earlier. Cut to ±292 years, as all that is reckoned here.
    @inlinable
    public static func - (left: Instant, right: Instant) -> Span {
        Span(nanoseconds: left.nanoseconds.subtractingSaturated(right.nanoseconds))
    }

    /// The instant a span later.
    @inlinable
    public static func + (left: Instant, right: Span) -> Instant {
        Instant(nanoseconds: left.nanoseconds.addingSaturated(right.nanoseconds))
    }

    /// The instant a span earlier.
    @inlinable
    public static func - (left: Instant, right: Span) -> Instant {
        Instant(nanoseconds: left.nanoseconds.subtractingSaturated(right.nanoseconds))
    }

    /// Later than every instant that occurs: "never". Computed: a stored one is looked up by a call, at which all that the caller
    /// has in hand must be put down.
    @inlinable
    public static var distantFuture: Instant { Instant(nanoseconds: .max) }
}

extension Int64 {
    /// The sum, cut to what can be represented: an instant that is too far stays the furthest, instead of the past.
    @inlinable
    public func addingSaturated(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    /// The difference, cut to what can be represented.
    @inlinable
    public func subtractingSaturated(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other < 0 ? .max : .min) : difference
    }
}

/// A length of time in nanoseconds; may be negative.
public struct Span: Comparable, Hashable, Sendable, BitwiseCopyable {
    /// The length in nanoseconds.
    public var nanoseconds: Int64

    /// Makes a span of nanoseconds.
    @inlinable
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Makes a span of a standard-library duration, cut to whole nanoseconds and to ±292 years.
    public init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carried) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        nanoseconds = overflow || carried ? (seconds < 0 ? .min : .max) : sum
    }

    /// Makes a span of seconds, rounded to the nearest nanosecond and cut to ±292 years; what is no number is zero.
    public init(seconds: Double) {
        let scaled = seconds.isNaN ? 0 : (seconds * 1e9).rounded()
        nanoseconds = scaled >= 9.2e18 ? .max : scaled <= -9.2e18 ? .min : Int64(scaled)
    }

    /// The length in seconds.
    @inlinable
    public var seconds: Double { Double(nanoseconds) / 1e9 }

    /// The length in milliseconds.
    @inlinable
    public var milliseconds: Double { Double(nanoseconds) / 1e6 }

    /// Orders spans by length.
    @inlinable
    public static func < (left: Span, right: Span) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The sum of two spans.
    @inlinable
    public static func + (left: Span, right: Span) -> Span {
        Span(nanoseconds: left.nanoseconds.addingSaturated(right.nanoseconds))
    }

    /// The difference of two spans.
    @inlinable
    public static func - (left: Span, right: Span) -> Span {
        Span(nanoseconds: left.nanoseconds.subtractingSaturated(right.nanoseconds))
    }

    /// No time at all. Computed, as `Instant.distantFuture` is.
    @inlinable
    public static var zero: Span { Span(nanoseconds: 0) }
}

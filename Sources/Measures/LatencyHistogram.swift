public import Histogram

/// Latencies at three significant digits, from 1 µs to one hour; merging two is exact.
///
/// Counts stand in microseconds. The array of counts grows with the largest value seen (8 KiB up to 2 ms, 45 KiB up to
/// 1 s, 93 KiB at an hour), so that a step whose answers are fast costs little. Values above an hour count as an hour.
public struct LatencyHistogram: Sendable {
    @usableFromInline var counts: Histogram<UInt32>
    @usableFromInline var shortest = Int64.max
    @usableFromInline var longest = Int64.min
    @usableFromInline var sum: Int64 = 0

    @usableFromInline static let ceiling: UInt64 = 3_600_000_000

    /// An empty histogram.
    public init() {
        counts = Histogram(highestTrackableValue: 2_047, numberOfSignificantValueDigits: .three)
        counts.autoResize = true
    }

    /// Counts one latency. A negative one, which only a clock's own error can give, counts as zero.
    @inlinable
    public mutating func record(_ span: Span) {
        let nanoseconds = max(0, span.nanoseconds)
        counts.record(min((UInt64(nanoseconds) &+ 500) / 1_000, Self.ceiling))
        shortest = min(shortest, nanoseconds)
        longest = max(longest, nanoseconds)
        sum &+= nanoseconds
    }

    /// Adds another histogram's counts; the result is the histogram of both samples together.
    public mutating func add(_ other: LatencyHistogram) {
        counts.add(other.counts)
        shortest = min(shortest, other.shortest)
        longest = max(longest, other.longest)
        sum &+= other.sum
    }

    /// The number of latencies counted.
    public var count: UInt64 { counts.totalCount }

    /// The shortest latency, exactly; nil when there is none.
    public var minimum: Span? { count == 0 ? nil : Span(nanoseconds: shortest) }

    /// The longest latency, exactly; nil when there is none.
    public var maximum: Span? { count == 0 ? nil : Span(nanoseconds: longest) }

    /// The mean, exactly; nil when there is none.
    public var mean: Span? { count == 0 ? nil : Span(nanoseconds: sum / Int64(count)) }

    /// The latency at `rank` of the sorted sample, 1 being the shortest; nil outside 1...count.
    public func value(atRank rank: UInt64) -> Span? {
        guard rank >= 1, rank <= count else { return nil }
        if rank == count { return maximum }
        // Half a rank below, so that the rounding of the percentile can't reach the next sample.
        let value = counts.valueAtPercentile((Double(rank) - 0.5) / Double(count) * 100)
        return Span(nanoseconds: min(max(Int64(value) * 1_000, shortest), longest))
    }

    /// The smallest latency that at least `percent` of the sample does not exceed (nearest rank); nil when there is
    /// none. `percent` is 0 < percent <= 100.
    public func percentile(_ percent: Double) -> Span? {
        guard count > 0 else { return nil }
        return value(atRank: Self.rank(ofPercentile: percent, count: count))
    }

    /// The nearest rank of a percentile: ⌈percent / 100 × count⌉, at least 1.
    public static func rank(ofPercentile percent: Double, count: UInt64) -> UInt64 {
        // 99.9 / 100 × 1000 is 999.0000000000001 in floating point; the tiny step down keeps it 999.
        let exact = percent / 100 * Double(count)
        return min(max(UInt64((exact - exact * 1e-12).rounded(.up)), 1), count)
    }
}

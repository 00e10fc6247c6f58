/// Latencies at three significant digits, from 1 µs to one hour; merging two is exact.
///
/// Counts stand in microseconds. The array of counts grows with the largest value seen (8 KiB up to 2 ms, 45 KiB up to
/// 1 s, 93 KiB at an hour), so that a step whose answers are fast costs little. Values above an hour count as an hour.
public struct LatencyHistogram: Sendable {
    @usableFromInline var counts = BucketCounts(bits: Self.bits)
    @usableFromInline var shortest = Int64.max
    @usableFromInline var longest = Int64.min
    @usableFromInline var sum: Int64 = 0

    /// Of the counts' buckets. A computed property, since a stored one would be looked up for each record.
    @inlinable static var bits: UInt64 { 10 }
    @usableFromInline static let ceiling: UInt64 = 3_600_000_000

    /// An empty histogram.
    public init() {}

    /// Counts one latency. A negative one, which only a clock's own error can give, counts as zero.
    @inlinable
    public mutating func record(_ span: Span) {
        let nanoseconds = max(0, span.nanoseconds)
        counts.record(Self.microseconds(nanoseconds), bits: Self.bits)
        shortest = min(shortest, nanoseconds)
        longest = max(longest, nanoseconds)
        sum &+= nanoseconds
    }

    /// Nanoseconds as they are counted: rounded, an hour at most.
    @inlinable @inline(__always)
    static func microseconds(_ nanoseconds: Int64) -> UInt64 { min((UInt64(nanoseconds) &+ 500) / 1_000, ceiling) }

    /// Adds another histogram's counts; the result is the histogram of both samples together.
    public mutating func add(_ other: LatencyHistogram) {
        counts.add(other.counts)
        shortest = min(shortest, other.shortest)
        longest = max(longest, other.longest)
        sum &+= other.sum
    }

    /// Adds the counts of a histogram as files carry it, bucket by bucket: it may hold few of the many buckets.
    public mutating func add(_ other: SparseHistogram) {
        let before = count
        for bucket in stride(from: 0, to: other.counts.count - 1, by: 2) where other.counts[bucket + 1] > 0 {
            counts.record(
                min(other.counts[bucket], Self.ceiling), count: UInt32(clamping: other.counts[bucket + 1]),
                bits: Self.bits)
        }
        // Without a count there is nothing that was shortest or longest.
        guard count > before else { return }
        shortest = min(shortest, other.min)
        longest = max(longest, other.max)
        sum &+= other.sum
    }

    /// The number of latencies counted.
    public var count: UInt64 { counts.total }

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
        let value = min(counts.highest(in: counts.bucket(ofRank: rank)), Self.microseconds(longest))
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

    /// Between which latencies the one at `rank` lies: the edges of its bucket in the histogram, in whole microseconds,
    /// cut to the exact shortest and longest latency; nil outside 1...count.
    ///
    /// `value(atRank:)` gives the upper edge. Up to 2 ms a bucket is one microsecond wide, so both edges are equal.
    public func range(atRank rank: UInt64) -> ClosedRange<Span>? {
        guard let upper = value(atRank: rank) else { return nil }
        // Exactly known, whatever the bucket's width.
        if rank == count { return upper...upper }
        if rank == 1 { return Span(nanoseconds: shortest)...Span(nanoseconds: shortest) }
        // The upper edge may have been cut to the longest latency; rounding finds the bucket it came from.
        let lower = Int64(counts.lowest(in: counts.bucket(of: Self.microseconds(upper.nanoseconds)))) * 1_000
        return Span(nanoseconds: min(max(lower, shortest), upper.nanoseconds))...upper
    }

    /// The number of latencies that are certainly at or below a limit: those in buckets whose upper edge is.
    public func count(atMost limit: Span) -> UInt64 {
        guard count > 0, limit.nanoseconds >= shortest else { return 0 }
        if limit.nanoseconds >= longest { return count }
        let microseconds = UInt64(limit.nanoseconds) / 1_000
        let bucket = counts.bucket(of: microseconds)
        // A bucket that reaches beyond the limit may hold latencies on either side of it: it doesn't count.
        return counts.sum(ofFirst: counts.highest(in: bucket) <= microseconds ? bucket + 1 : bucket)
    }

    /// The number of latencies that are certainly at or above a limit: those in buckets whose lower edge is.
    public func count(atLeast limit: Span) -> UInt64 {
        guard count > 0, limit.nanoseconds <= longest else { return 0 }
        if limit.nanoseconds <= shortest { return count }
        let microseconds = (UInt64(limit.nanoseconds) + 999) / 1_000
        // The bucket of what is just below the limit may reach across it, and doesn't count then.
        return count - counts.sum(ofFirst: counts.bucket(of: microseconds - 1) + 1)
    }

    /// One bucket of a histogram: latencies that it can't tell apart.
    public struct Bucket: Equatable, Sendable {
        /// The smallest latency that falls in the bucket, in microseconds.
        public var microseconds: UInt64
        /// How many latencies are in it.
        public var count: UInt64

        /// Makes a bucket.
        public init(microseconds: UInt64, count: UInt64) {
            self.microseconds = microseconds
            self.count = count
        }
    }

    /// The buckets that hold a latency, shortest first.
    public var buckets: [Bucket] {
        var buckets: [Bucket] = []
        counts.forEachUsed { bucket, count in
            buckets.append(Bucket(microseconds: counts.lowest(in: bucket), count: UInt64(count)))
        }
        return buckets
    }

    /// The sum of all latencies, exactly.
    public var totalTime: Span { Span(nanoseconds: sum) }

    /// The histogram that had these buckets, extremes and sum; with no bucket, an empty one.
    public init(buckets: [Bucket], minimum: Span, maximum: Span, totalTime: Span) {
        self.init()
        for bucket in buckets where bucket.count > 0 {
            counts.record(min(bucket.microseconds, Self.ceiling), count: UInt32(clamping: bucket.count))
        }
        guard count > 0 else { return }
        shortest = minimum.nanoseconds
        longest = maximum.nanoseconds
        sum = totalTime.nanoseconds
    }
}

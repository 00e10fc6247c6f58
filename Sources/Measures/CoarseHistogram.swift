/// Latencies at two significant digits: enough for a chart, at a seventh of the memory (13 KiB at an hour).
public struct CoarseHistogram: Sendable {
    private var counts = BucketCounts(bits: 7)
    private var longest = Span.zero

    /// An empty histogram.
    public init() {}

    /// Adds the latencies of a fine histogram.
    public mutating func add(_ fine: LatencyHistogram) {
        guard let maximum = fine.maximum else { return }
        for bucket in fine.buckets {
            counts.record(bucket.microseconds, count: UInt32(clamping: bucket.count))
        }
        longest = max(longest, maximum)
    }

    /// Adds another histogram's counts; exact.
    public mutating func add(_ other: CoarseHistogram) {
        counts.add(other.counts)
        longest = max(longest, other.longest)
    }

    /// The number of latencies counted.
    public var count: UInt64 { counts.total }

    /// The longest latency, exactly; nil when there is none.
    public var maximum: Span? { count == 0 ? nil : longest }

    /// The nearest-rank percentile to within 1 %; nil when there is none. `percent` is 0 < percent <= 100.
    public func percentile(_ percent: Double) -> Span? {
        guard count > 0 else { return nil }
        let rank = LatencyHistogram.rank(ofPercentile: percent, count: count)
        if rank == count { return longest }
        let value = counts.highest(in: counts.bucket(ofRank: rank))
        return min(Span(nanoseconds: Int64(value) * 1_000), longest)
    }

    /// The buckets that hold a latency, shortest first.
    public var buckets: [LatencyHistogram.Bucket] {
        var buckets: [LatencyHistogram.Bucket] = []
        counts.forEachUsed { bucket, count in
            buckets.append(LatencyHistogram.Bucket(microseconds: counts.lowest(in: bucket), count: UInt64(count)))
        }
        return buckets
    }

    /// The bytes that the counts take.
    var footprint: Int { counts.footprint }
}

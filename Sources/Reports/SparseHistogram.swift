public import Measures

/// A histogram as a line of progress carries it: only the places that hold something.
public struct SparseHistogram: Codable, Equatable, Sendable {
    /// Pairs in one list, shortest first: the smallest latency of a place in microseconds, then its count.
    public var counts: [UInt64]
    /// The shortest latency in nanoseconds.
    public var min: Int64
    /// The longest latency in nanoseconds.
    public var max: Int64
    /// The sum of all latencies in nanoseconds.
    public var sum: Int64

    enum CodingKeys: String, CodingKey {
        case counts
        case min = "min_ns"
        case max = "max_ns"
        case sum = "sum_ns"
    }

    /// The histogram without its empty places; nil where it is nil or empty.
    public init?(_ histogram: LatencyHistogram?) {
        guard let histogram, let least = histogram.minimum, let most = histogram.maximum else { return nil }
        counts = histogram.buckets.flatMap { [$0.microseconds, $0.count] }
        min = least.nanoseconds
        max = most.nanoseconds
        sum = histogram.totalTime.nanoseconds
    }

    /// The histogram that this one was made of, exactly.
    public var histogram: LatencyHistogram {
        let buckets = stride(from: 0, to: counts.count - 1, by: 2).map {
            LatencyHistogram.Bucket(microseconds: counts[$0], count: counts[$0 + 1])
        }
        return LatencyHistogram(
            buckets: buckets, minimum: Span(nanoseconds: min), maximum: Span(nanoseconds: max),
            totalTime: Span(nanoseconds: sum))
    }
}

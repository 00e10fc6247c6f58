/// A histogram as files carry it: only the places that hold something. Exact both ways.
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

    /// Reads what `encode` wrote.
    ///
    /// - Throws: `DecodingError` where the counts are no pairs of numbers.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let numbers = try container.decode(String.self, forKey: .counts).split(separator: " ").map { UInt64($0) }
        guard !numbers.contains(nil), numbers.count.isMultiple(of: 2) else {
            throw DecodingError.dataCorruptedError(
                forKey: .counts, in: container, debugDescription: "expected pairs of numbers")
        }
        counts = numbers.compactMap { $0 }
        min = try container.decode(Int64.self, forKey: .min)
        max = try container.decode(Int64.self, forKey: .max)
        sum = try container.decode(Int64.self, forKey: .sum)
    }

    /// Writes the counts as one text, numbers with a blank between them: encoding thousands of numbers one by one, every
    /// second, would cost a measurable share of the generator's processor time.
    public func encode(to encoder: any Encoder) throws {
        var text: [UInt8] = []
        text.reserveCapacity(counts.count * 6)
        for count in counts {
            if !text.isEmpty { text.append(UInt8(ascii: " ")) }
            text.append(contentsOf: String(count).utf8)
        }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(String(decoding: text, as: UTF8.self), forKey: .counts)
        try container.encode(min, forKey: .min)
        try container.encode(max, forKey: .max)
        try container.encode(sum, forKey: .sum)
    }

    /// Makes one of its parts.
    public init(counts: [UInt64], min: Int64, max: Int64, sum: Int64) {
        self.counts = counts
        self.min = min
        self.max = max
        self.sum = sum
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

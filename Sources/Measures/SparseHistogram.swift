/// A histogram as files carry it: only the buckets that hold something. Exact both ways.
public struct SparseHistogram: Codable, Equatable, Sendable {
    /// Pairs in one list, shortest first: the smallest latency of a bucket in microseconds, then its count.
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
        var text = try container.decode(String.self, forKey: .counts)
        guard let numbers = text.withUTF8(Self.numbers), numbers.count.isMultiple(of: 2) else {
            throw DecodingError.dataCorruptedError(
                forKey: .counts, in: container, debugDescription: "expected pairs of numbers")
        }
        counts = numbers
        min = try container.decode(Int64.self, forKey: .min)
        max = try container.decode(Int64.self, forKey: .max)
        sum = try container.decode(Int64.self, forKey: .sum)
    }

    /// The numbers of a text, blanks between them; nil where something else stands there. A thousand workers' logs are made of these.
    private static func numbers(_ text: UnsafeBufferPointer<UInt8>) -> [UInt64]? {
        var numbers: [UInt64] = []
        numbers.reserveCapacity(text.count / 4)
        var number: UInt64?
        for byte in text {
            if byte == UInt8(ascii: " ") {
                if let whole = number { numbers.append(whole) }
                number = nil
                continue
            }
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            let (tenfold, isTooLarge) = (number ?? 0).multipliedReportingOverflow(by: 10)
            let (next, isMuchTooLarge) = tenfold.addingReportingOverflow(UInt64(byte &- UInt8(ascii: "0")))
            if isTooLarge || isMuchTooLarge { return nil }
            number = next
        }
        if let number { numbers.append(number) }
        return numbers
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

    /// The histogram without its empty buckets; nil where it is nil or empty.
    public init?(_ histogram: LatencyHistogram?) {
        guard let histogram, let least = histogram.minimum, let most = histogram.maximum else { return nil }
        counts = histogram.buckets.flatMap { [$0.microseconds, $0.count] }
        min = least.nanoseconds
        max = most.nanoseconds
        sum = histogram.totalTime.nanoseconds
    }

    /// The histogram that this one was made of, exactly.
    public var histogram: LatencyHistogram {
        var histogram = LatencyHistogram()
        histogram.add(self)
        return histogram
    }
}

import Histogram
import Testing

@testable import Measures

@Suite("Counts by bucket")
struct BucketCountsTests {
    /// Around each power of two, and between them, up to an hour in microseconds.
    private static let numbers: [UInt64] = {
        var random = SeededRandom(seed: 11)
        var numbers: Set<UInt64> = [0, 1, 2, 3, 255, 256, 2_047, 2_048, 2_049, 3_600_000_000]
        for power in 1...31 {
            let base = UInt64(1) << UInt64(power)
            numbers.formUnion([base - 1, base, base + 1, base + random.below(base)])
        }
        return numbers.filter { $0 <= 3_600_000_000 }.sorted()
    }()

    @Test("Places and percentiles are those of HdrHistogram", arguments: [(10, 3), (7, 2)] as [(UInt64, Int8)])
    func asHdrHistogram(_ bits: UInt64, _ digits: Int8) throws {
        var counts = BucketCounts(bits: bits)
        let significant = try #require(SignificantDigits(rawValue: digits))
        var library = Histogram<UInt32>(highestTrackableValue: 255, numberOfSignificantValueDigits: significant)
        library.autoResize = true
        for (index, number) in Self.numbers.enumerated() {
            let bucket = counts.bucket(of: number)
            #expect(counts.lowest(in: bucket) == library.lowestEquivalentForValue(number))
            #expect(counts.highest(in: bucket) == library.highestEquivalentForValue(number))
            counts.record(number, count: UInt32(index + 1))
            library.record(number, count: UInt32(index + 1))
        }
        #expect(counts.total == library.totalCount)
        var used: [UInt64: UInt64] = [:]
        counts.forEachUsed { bucket, count in used[counts.lowest(in: bucket)] = UInt64(count) }
        var theirs: [UInt64: UInt64] = [:]
        for recorded in library.recordedValues() {
            theirs[library.lowestEquivalentForValue(recorded.value)] = UInt64(recorded.count)
        }
        #expect(used == theirs)
        for rank in stride(from: 1, through: counts.total, by: 7) {
            let value = library.valueAtPercentile((Double(rank) - 0.5) / Double(counts.total) * 100)
            #expect(min(counts.highest(in: counts.bucket(ofRank: rank)), 3_600_000_000) == value)
        }
    }

    @Test("Added counts are those of one that recorded everything, whichever is longer")
    func added() {
        for (first, second) in [(0..<40, 40..<Self.numbers.count), (40..<Self.numbers.count, 0..<40)] {
            var sum = BucketCounts(bits: 10)
            var other = BucketCounts(bits: 10)
            var whole = BucketCounts(bits: 10)
            for index in first { sum.record(Self.numbers[index]) }
            for index in second { other.record(Self.numbers[index]) }
            for number in Self.numbers { whole.record(number) }
            sum.add(other)
            #expect(sum.buckets == whole.buckets)
            #expect(sum.total == whole.total)
            #expect(sum.sum(ofFirst: sum.buckets.count) == UInt64(Self.numbers.count))
        }
    }

    @Test("Counts grow with the largest number: 8 KiB up to 2 ms, 45 KiB up to 1 s, 93 KiB at an hour")
    func size() {
        // Each power of two has 1,024 buckets of 4 bytes; the first two share 2,048.
        for (number, buckets) in [(2_047, 2_048), (2_048, 3_072), (1_000_000, 11 * 1_024), (3_600_000_000, 23 * 1_024)]
        {
            var counts = BucketCounts(bits: 10)
            counts.record(UInt64(number))
            #expect(counts.buckets.count == buckets)
        }
    }
}

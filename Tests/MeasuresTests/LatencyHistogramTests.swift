import Testing

@testable import Measures

@Suite struct LatencyHistogramTests {
    private static func ms(_ value: Double) -> Span { Span(seconds: value / 1_000) }

    /// Latencies from microseconds to minutes, alike at every order of magnitude.
    private static func sample(_ count: Int, seed: UInt64) -> [Span] {
        var generator = SeededRandom(seed: seed)
        return (0..<count).map { _ in
            var magnitude = Double.random(in: 3..<11, using: &generator)
            var nanoseconds = 1.0
            while magnitude >= 1 {
                nanoseconds *= 10
                magnitude -= 1
            }
            return Span(nanoseconds: Int64(nanoseconds * (1 + 9 * magnitude)))
        }
    }

    private static func histogram(_ sample: some Sequence<Span>) -> LatencyHistogram {
        var histogram = LatencyHistogram()
        for span in sample { histogram.record(span) }
        return histogram
    }

    @Test("every rank's value is the sorted sample's to three significant digits, and never below it by more than 1 µs")
    func ranks() throws {
        let sample = Self.sample(4_000, seed: 3)
        let histogram = Self.histogram(sample)
        let sorted = sample.sorted()
        for rank in stride(from: 1, through: sample.count, by: 17) {
            let exact = Double(sorted[rank - 1].nanoseconds)
            let value = Double(try #require(histogram.value(atRank: UInt64(rank))).nanoseconds)
            // A bucket is at most 1/1,024 of its values wide, and a value is rounded to whole microseconds.
            #expect(value >= exact - 500)
            #expect(value <= exact * (1 + 1.0 / 1_024) + 500)
            let range = try #require(histogram.range(atRank: UInt64(rank)))
            #expect(Double(range.lowerBound.nanoseconds) <= exact + 500)
            #expect(Double(range.upperBound.nanoseconds) == value)
        }
    }

    @Test("percentiles are nearest ranks of the sorted sample", arguments: [1.0, 50, 90, 95, 99, 99.9, 100])
    func percentiles(percent: Double) throws {
        let sample = Self.sample(10_001, seed: 5)
        let sorted = sample.sorted()
        // 50 % of 10,001 is 5,000.5, so the 5,001st.
        let rank = Int((percent * 10_001 / 100).rounded(.up))
        let exact = Double(sorted[rank - 1].nanoseconds)
        let value = Double(try #require(Self.histogram(sample).percentile(percent)).nanoseconds)
        #expect(abs(value - exact) <= exact / 1_000 + 500)
    }

    @Test("the rank of a percentile is not moved by floating point")
    func percentileRank() {
        // 99.9 % of 1,000 is 999.0000000000001 in floating point, and must not become 1,000.
        #expect(LatencyHistogram.rank(ofPercentile: 99.9, count: 1_000) == 999)
        #expect(LatencyHistogram.rank(ofPercentile: 95, count: 100) == 95)
        #expect(LatencyHistogram.rank(ofPercentile: 95, count: 101) == 96)
        #expect(LatencyHistogram.rank(ofPercentile: 0.001, count: 10) == 1)
        #expect(LatencyHistogram.rank(ofPercentile: 100, count: 10) == 10)
    }

    @Test("merged histograms equal one that recorded everything")
    func merge() {
        let sample = Self.sample(9_999, seed: 9)
        var merged = LatencyHistogram()
        // Parts of different ranges, so that their arrays have different lengths.
        let sorted = sample.sorted()
        for part in [sorted[6_000...], sorted[..<2_000], sorted[2_000..<6_000]] {
            merged.add(Self.histogram(part))
        }
        let whole = Self.histogram(sample)
        #expect(merged.buckets == whole.buckets)
        #expect(merged.count == 9_999)
        #expect(merged.minimum == whole.minimum)
        #expect(merged.maximum == whole.maximum)
        #expect(merged.totalTime == whole.totalTime)
        for rank in 1...9_999 as ClosedRange<UInt64> where rank % 997 == 0 {
            #expect(merged.value(atRank: rank) == whole.value(atRank: rank))
        }
    }

    @Test("an empty histogram has no value")
    func empty() {
        var histogram = LatencyHistogram()
        histogram.add(LatencyHistogram())
        #expect(histogram.count == 0)
        #expect(histogram.minimum == nil)
        #expect(histogram.maximum == nil)
        #expect(histogram.mean == nil)
        #expect(histogram.percentile(50) == nil)
        #expect(histogram.range(atRank: 1) == nil)
        #expect(histogram.count(atMost: Self.ms(1)) == 0)
        #expect(histogram.buckets == [])
    }

    @Test("of one sample every figure is exactly that sample")
    func single() {
        let span = Span(nanoseconds: 123_456_789)
        let histogram = Self.histogram([span])
        #expect(histogram.minimum == span)
        #expect(histogram.maximum == span)
        #expect(histogram.mean == span)
        for percent in [0.1, 50, 99.9, 100] { #expect(histogram.percentile(percent) == span) }
        #expect(histogram.range(atRank: 1) == span...span)
        #expect(histogram.value(atRank: 0) == nil)
        #expect(histogram.value(atRank: 2) == nil)
    }

    @Test("latencies above an hour count as an hour in percentiles, exactly in the maximum; negative ones as zero")
    func extremes() {
        let histogram = Self.histogram([Span(nanoseconds: -5), Span(seconds: 7_200), Span(seconds: 9_000)])
        #expect(histogram.minimum == .zero)
        #expect(histogram.maximum == Span(seconds: 9_000))
        #expect(histogram.mean == Span(seconds: 5_400))
        // 3,600 s lies in a bucket that is 2²¹ µs wide: 2.1 s.
        let middle = histogram.value(atRank: 2)?.seconds ?? 0
        #expect(abs(middle - 3_600) <= 2.1)
    }

    @Test("a bucket's edges enclose the value: one microsecond below 2 ms, 128 µs at 200 ms")
    func buckets() {
        // Three values, so that neither the exact shortest nor the exact longest one decides.
        let fine = Self.histogram([Self.ms(0.5), Self.ms(1.234), Self.ms(1.9)])
        #expect(fine.range(atRank: 2) == Self.ms(1.234)...Self.ms(1.234))
        let coarse = Self.histogram([Self.ms(1), Self.ms(200), Self.ms(900)])
        // 200,000 µs = 1,562.5 × 128 µs: the bucket reaches from 199,936 to 200,063 µs.
        #expect(coarse.range(atRank: 2) == Self.ms(199.936)...Self.ms(200.063))
    }

    @Test("only latencies certainly at or below a limit count as such")
    func countAtMost() {
        let histogram = Self.histogram([Self.ms(1), Self.ms(1.5), Self.ms(200), Self.ms(900)])
        #expect(histogram.count(atMost: Self.ms(0.999)) == 0)
        #expect(histogram.count(atMost: Self.ms(1)) == 1)
        #expect(histogram.count(atMost: Self.ms(1.499)) == 1)
        #expect(histogram.count(atMost: Self.ms(1.5)) == 2)
        // The bucket of 200 ms ends at 200.063 ms.
        #expect(histogram.count(atMost: Self.ms(200)) == 2)
        #expect(histogram.count(atMost: Self.ms(200.063)) == 3)
        #expect(histogram.count(atMost: Self.ms(899)) == 3)
        // The longest is known exactly.
        #expect(histogram.count(atMost: Self.ms(900)) == 4)
        #expect(histogram.count(atMost: Self.ms(4e6)) == 4)
    }

    @Test("only latencies certainly at or above a limit count as such")
    func countAtLeast() {
        let histogram = Self.histogram([Self.ms(1), Self.ms(1.5), Self.ms(200), Self.ms(900)])
        #expect(histogram.count(atLeast: Self.ms(-1)) == 4)
        #expect(histogram.count(atLeast: Self.ms(1)) == 4)
        #expect(histogram.count(atLeast: Self.ms(1.001)) == 3)
        #expect(histogram.count(atLeast: Self.ms(1.5)) == 3)
        // The bucket of 200 ms begins at 199.936 ms.
        #expect(histogram.count(atLeast: Self.ms(199.936)) == 2)
        #expect(histogram.count(atLeast: Self.ms(200)) == 1)
        #expect(histogram.count(atLeast: Self.ms(900.001)) == 0)
    }

    @Test("a histogram restored from its buckets has the same value where several share the bucket of the longest")
    func restoredAtTheEnd() {
        var histogram = LatencyHistogram()
        // A bucket from 8,192 µs on is 8 µs wide: 9,032 to 9,039 share one.
        for microseconds in [9_032, 9_035, 9_037] {
            histogram.record(Span(nanoseconds: Int64(microseconds) * 1_000 - 400))
        }
        let restored = LatencyHistogram(
            buckets: histogram.buckets, minimum: histogram.minimum ?? .zero, maximum: histogram.maximum ?? .zero,
            totalTime: histogram.totalTime)
        for rank in 1...UInt64(3) {
            #expect(restored.value(atRank: rank) == histogram.value(atRank: rank))
        }
        #expect(restored.value(atRank: 2) == Span(nanoseconds: 9_036_600))
    }

    @Test("a histogram made of another's buckets is the same histogram")
    func restored() {
        let histogram = Self.histogram(Self.sample(2_000, seed: 13))
        let restored = LatencyHistogram(
            buckets: histogram.buckets, minimum: histogram.minimum ?? .zero, maximum: histogram.maximum ?? .zero,
            totalTime: histogram.totalTime)
        #expect(restored.buckets == histogram.buckets)
        #expect(restored.minimum == histogram.minimum)
        #expect(restored.maximum == histogram.maximum)
        #expect(restored.mean == histogram.mean)
        for rank in 1...histogram.count {
            #expect(restored.value(atRank: rank) == histogram.value(atRank: rank), "rank \(rank)")
        }
        let empty = LatencyHistogram(buckets: [], minimum: .zero, maximum: .zero, totalTime: .zero)
        #expect(empty.minimum == nil)
    }
}

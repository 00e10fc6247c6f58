import Testing

@testable import Measures

@Suite struct TimeSeriesTests {
    /// Second `number` of a run: `number` arrivals, two exchanges of two steps, one of them bad.
    private static func second(_ number: Int) -> Interval {
        var interval = Interval(steps: 3, flows: 1)
        interval.started = UInt64(number)
        interval.iterations = 1
        interval.dropped = UInt64(number % 2)
        interval.users = number % 10
        var first = StepTally()
        first.outcomes.count(.ok)
        first.bytesReceived = 100
        first.bytesSent = 10
        first.record(Span(nanoseconds: Int64(number % 3 + 1) * 1_000_000), as: .responseTime)
        interval.steps[0] = first
        var third = StepTally()
        third.outcomes.count(.refused)
        third.record(Span(nanoseconds: 2_000_000), as: .responseTime)
        interval.steps[2] = third
        return interval
    }

    private static func series(_ seconds: Int) -> TimeSeries {
        var series = TimeSeries()
        for number in 0..<seconds { series.append(second(number)) }
        return series
    }

    @Test("a slice holds what its second held")
    func slice() throws {
        let series = Self.series(3)
        #expect(series.slices.count == 3)
        #expect(series.width == 1)
        let slice = try #require(series.slices.last)
        #expect(slice.start == 2)
        #expect(slice.seconds == 1)
        #expect(slice.started == 2)
        #expect(slice.iterations == 1)
        #expect(slice.dropped == 0)
        #expect(slice.users == 2)
        #expect(slice.outcomes.total == 2)
        #expect(slice.completed == 1)
        #expect(slice.bad == 1)
        #expect(slice.bytesReceived == 100)
        #expect(slice.bytesSent == 10)
        #expect(slice.responseTime.count == 2)
        #expect(slice.responseTime.maximum == Span(nanoseconds: 3_000_000))
        // 2 ms to two digits: the buckets are 16 µs wide there.
        let median = try #require(slice.responseTime.percentile(50))
        #expect(abs(median.milliseconds - 2) <= 0.02)
    }

    @Test("the 513th second doubles the width, the 1,025th doubles it again")
    func doubling() {
        var series = Self.series(512)
        #expect(series.slices.count == 512)
        #expect(series.width == 1)
        series.append(Self.second(512))
        // 256 pairs and the 513th second alone.
        #expect(series.slices.count == 257)
        #expect(series.width == 2)
        #expect(series.slices.last?.start == 512)
        #expect(series.slices.last?.seconds == 1)
        #expect(series.slices[1].start == 2)
        #expect(series.slices[1].seconds == 2)
        #expect(series.slices[1].started == 2 + 3)
        #expect(series.slices[1].users == 3)
        for number in 513..<1_024 { series.append(Self.second(number)) }
        #expect(series.slices.count == 512)
        series.append(Self.second(1_024))
        #expect(series.width == 4)
        #expect(series.slices.count == 257)
    }

    @Test("totals stay exact and slices contiguous over hours", arguments: [1, 511, 514, 1_027])
    func totals(seconds: Int) {
        let series = Self.series(seconds)
        #expect(series.slices.count <= TimeSeries.capacity)
        #expect(series.seconds == seconds)
        // 0 + 1 + … + (seconds − 1)
        #expect(series.slices.reduce(0) { $0 + $1.started } == UInt64(seconds * (seconds - 1) / 2))
        #expect(series.slices.reduce(0) { $0 + $1.iterations } == UInt64(seconds))
        #expect(series.slices.reduce(0) { $0 + $1.dropped } == UInt64(seconds / 2))
        #expect(series.slices.reduce(0) { $0 + $1.outcomes[.refused] } == UInt64(seconds))
        #expect(series.slices.reduce(0) { $0 + $1.responseTime.count } == UInt64(2 * seconds))
        #expect(series.slices.reduce(0) { $0 + $1.bytesReceived } == UInt64(100 * seconds))
        var expected = 0
        for slice in series.slices {
            #expect(slice.start == expected)
            #expect(slice.seconds <= series.width)
            expected += slice.seconds
        }
    }

    @Test("512 slices with latencies up to an hour stay below 10 MB")
    func memory() throws {
        var interval = Interval(steps: 1, flows: 1)
        var tally = StepTally()
        tally.record(Span(seconds: 3_600), as: .responseTime)
        interval.steps[0] = tally
        var series = TimeSeries()
        for _ in 0..<3 { series.append(interval) }
        // 26 half-buckets of 128 counts of 4 bytes are 13 KiB; 512 of them 6.7 MB. Arrays may double as they grow.
        let slice = try #require(series.slices.last)
        #expect(slice.responseTime.footprint * TimeSeries.capacity < 10_000_000)
    }

    @Test("a series of nothing has no slice")
    func empty() {
        #expect(TimeSeries().slices.isEmpty)
        #expect(TimeSeries().seconds == 0)
    }
}

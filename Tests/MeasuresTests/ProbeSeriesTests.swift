import Testing

@testable import Measures

@Suite struct ProbeSeriesTests {
    private static let second = Span(seconds: 1)

    /// A sample asked for at a second and answered 10 ms later.
    private static func sample(_ second: Double, _ value: Double?) -> ProbeSample {
        ProbeSample(
            asked: Span(seconds: second), answered: Span(seconds: second + 0.01),
            reading: value.map { .value($0) } ?? .failed("timed out"))
    }

    /// One value a second from 0 on.
    private static func series(_ values: some Sequence<Double?>) -> ProbeSeries {
        var series = ProbeSeries(name: "pool", every: second)
        for (number, value) in values.enumerated() { series.append(sample(Double(number), value)) }
        return series
    }

    private static func all(_ series: ProbeSeries) -> ProbeSelection {
        ProbeSelection(series, within: [Span(seconds: 0)..<Span(seconds: 1e6)])
    }

    @Test("Up to its capacity a series keeps each sample: order statistics are exact")
    func exact() {
        let values = (0..<ProbeSeries.capacity).map { Double(($0 * 7919) % ProbeSeries.capacity) }
        let series = Self.series(values)
        #expect(series.slices.count == ProbeSeries.capacity)
        let all = Self.all(series)
        for rank in [1, 2, 2048, ProbeSeries.capacity] {
            #expect(all.range(atRank: UInt64(rank)) == Double(rank - 1)...Double(rank - 1))
        }
        #expect(all.range(atRank: 0) == nil)
        #expect(all.range(atRank: UInt64(ProbeSeries.capacity) + 1) == nil)
        #expect((all.minimum, all.maximum) == (0, Double(ProbeSeries.capacity - 1)))
        #expect(all.mean == Double(ProbeSeries.capacity - 1) / 2)
    }

    @Test("Beyond it neighbours merge: extremes, sum and counts stay exact, and each rank's bounds hold its value")
    func merged() {
        for count in [4_097, 8_192, 8_193, 40_000] {
            let values = (0..<count).map { Double(($0 * 7919 + 13) % 1_000) }
            let series = Self.series(values)
            #expect(series.slices.count <= ProbeSeries.capacity)
            #expect(series.slices.count > ProbeSeries.capacity / 2)
            #expect(series.samples == UInt64(count))
            let all = Self.all(series)
            #expect(all.samples == UInt64(count))
            #expect((all.minimum, all.maximum) == (values.min(), values.max()))
            #expect(all.mean == values.reduce(0, +) / Double(count))
            let sorted = values.sorted()
            for rank in stride(from: 1, through: count, by: 97) {
                #expect(all.range(atRank: UInt64(rank))?.contains(sorted[rank - 1]) == true, "\(count) \(rank)")
            }
            // What may lie above a limit is never fewer than what does.
            #expect(all.countOfPossible { $0 > 900 } >= UInt64(values.filter { $0 > 900 }.count))
            #expect(all.countOfPossible { $0 < 100 } >= UInt64(values.filter { $0 < 100 }.count))
        }
    }

    @Test("Two merged samples are still both known")
    func pairs() {
        let count = ProbeSeries.capacity + 1
        let values = (0..<count).map { Double(($0 * 31) % count) }
        let all = Self.all(Self.series(values))
        for rank in stride(from: 1, through: count, by: 101) {
            #expect(all.range(atRank: UInt64(rank)) == Double(rank - 1)...Double(rank - 1))
        }
    }

    @Test("A counter's rate is its increase over the time between the first sample and the last")
    func rate() {
        // 0, 10, 20 … 90 in nine seconds.
        #expect(Self.all(Self.series((0..<10).map { Double($0 * 10) })).rate == 10)
        // Begins again after 20: 10 + 10 + 5 + 10 in four seconds.
        #expect(Self.all(Self.series([0, 10, 20, 5, 15])).rate == 35.0 / 4)
        // A failed sample between hides nothing.
        #expect(Self.all(Self.series([0, nil, 20])).rate == 10)
        #expect(Self.all(Self.series([7])).rate == nil)
        #expect(Self.all(Self.series([])).rate == nil)
        // Merging loses none of it.
        let long = (0..<10_000).map { Double($0 % 3_000) }
        let increase = 9_999.0 - 3  // each of three new beginnings shows 2999 → 0, an increase of 0 instead of 1
        #expect(Self.all(Self.series(long)).rate == increase / 9_999)
    }

    @Test("A sample belongs to a stretch if it was asked for and answered within it")
    func stretches() {
        let series = Self.series((0..<10).map(Double.init))
        func within(_ spans: Range<Double>...) -> ProbeSelection {
            ProbeSelection(
                series, within: spans.map { Span(seconds: $0.lowerBound)..<Span(seconds: $0.upperBound) })
        }
        #expect(within(2..<5.01).slices.map(\.sum) == [2, 3, 4, 5])
        #expect(within(2..<5.005).slices.map(\.sum) == [2, 3, 4])
        #expect(within(2.001..<4).slices.map(\.sum) == [3])
        #expect(within(0..<2, 6..<8).slices.map(\.sum) == [0, 1, 6, 7])
        #expect(within(20..<30).samples == 0)
        // Nothing is said of what the counter did between the stretches: 1/s in each.
        #expect(within(0..<3, 6..<9).rate == 1)
        // Ten seconds hold nine samples at least, whatever the edges do.
        #expect(within(0..<10).expected == 9)
        #expect(within(0..<0.5).expected == 0)
    }

    @Test("A slice of several samples that lies on a stretch's edge is left out")
    func edges() {
        let series = Self.series((0..<(ProbeSeries.capacity * 2)).map(Double.init))
        let selection = ProbeSelection(series, within: [Span(seconds: 1)..<Span(seconds: 7)])
        #expect(selection.slices.map(\.sum) == [5, 9])
        #expect(selection.samples == 4)
        #expect(selection.expected == 5)
    }

    @Test("Failed and skipped samples are counted, their reasons kept up to a bound")
    func failures() {
        var series = ProbeSeries(name: "pool", every: Self.second)
        for number in 0..<20 {
            series.append(
                ProbeSample(
                    asked: Span(seconds: Double(number)), answered: Span(seconds: Double(number) + 0.5),
                    reading: .failed("reason \(number % 10)")), skipped: 2)
        }
        series.append(Self.sample(30, .infinity))
        series.append(Self.sample(31, .nan))
        #expect(series.samples == 0)
        #expect(series.failed == 22)
        #expect(series.skipped == 40)
        #expect(series.failures.map(\.message) == (0..<8).map { "reason \($0)" })
        #expect(series.failures.allSatisfy { $0.count == 2 })
        #expect(series.failures[3].first == Span(seconds: 3))
        #expect(series.failures[3].last == Span(seconds: 13))
        #expect(series.otherFailures == 6)
        let all = Self.all(series)
        #expect((all.samples, all.failed, all.skipped) == (0, 22, 40))
        #expect(all.minimum == nil && all.maximum == nil && all.mean == nil && all.rate == nil)

        var long = ProbeSeries(name: "pool", every: Self.second)
        let endless = String(repeating: "x", count: 100_000)
        long.append(ProbeSample(asked: .zero, answered: .zero, reading: .failed(endless)))
        #expect(long.failures[0].message.count == ProbeSample.longestMessage)
    }

    @Test("Failed samples merge with others: only the numbers make the figures")
    func mergedFailures() {
        let count = ProbeSeries.capacity * 2 + 2
        let series = Self.series((0..<count).map { $0.isMultiple(of: 3) ? nil : 5 })
        let all = Self.all(series)
        #expect(all.samples + all.failed == UInt64(count))
        #expect(all.failed == UInt64((count + 2) / 3))
        #expect(all.range(atRank: all.samples) == 5...5)
        #expect(all.range(atRank: all.samples + 1) == nil)
        #expect(all.mean == 5)
    }

    @Test("Measured stages without a warm-up between them are one stretch")
    func joined() {
        var measurement = RunMeasurement(steps: 1, flows: 1, reactors: 1)
        for (start, end) in [(1.0, 2.0), (2.0, 5.0), (6.0, 7.0)] {
            measurement.addStretch(Span(seconds: start)..<Span(seconds: end))
        }
        #expect(
            measurement.stretches == [
                Span(seconds: 1)..<Span(seconds: 5), Span(seconds: 6)..<Span(seconds: 7),
            ])
    }
}

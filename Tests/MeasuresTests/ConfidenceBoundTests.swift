import Testing

@testable import Measures

/// The expected numbers were computed with SciPy 1.17 (`scipy.stats.binom`, and `scipy.special.betainc` inverted by
/// bisection, since `scipy.stats.beta.ppf` itself is off where one parameter is a million times the other); those of
/// 1 event with mpmath at 40 digits, where SciPy has 8.
@Suite struct ConfidenceBoundTests {
    struct Ranks: Sendable {
        var count: UInt64
        var percent: Double
        var lower: UInt64?
        var upper: UInt64?

        init(_ count: UInt64, _ percent: Double, _ lower: UInt64?, _ upper: UInt64?) {
            (self.count, self.percent, self.lower, self.upper) = (count, percent, lower, upper)
        }
    }

    @Test(
        "the ranks that bound a percentile are those of the binomial distribution",
        arguments: [
            Ranks(1_000, 95, 938, 962),
            Ranks(10_000, 95, 9_464, 9_537),
            Ranks(59, 95, 53, 59),
            Ranks(300, 99, 294, 300),
            Ranks(299, 99, 293, 299),
            Ranks(2_995, 99.9, 2_989, 2_995),
            Ranks(100, 50, 42, 59),
            Ranks(1_000, 50, 474, 527),
            Ranks(10_000, 99, 9_883, 9_917),
            Ranks(1_000_000, 95, 949_641, 950_359),
            Ranks(1_000_000, 99.9, 998_948, 999_053),
            Ranks(123_456_789, 99.9, 123_332_754, 123_333_911),
            Ranks(1_000_000_000, 95, 949_988_663, 950_011_337),
            Ranks(1_000_000_000, 50, 499_973_993, 500_026_008),
        ])
    func ranks(_ expected: Ranks) {
        #expect(ConfidenceBound.upperRank(percent: expected.percent, count: expected.count) == expected.upper)
        #expect(ConfidenceBound.lowerRank(percent: expected.percent, count: expected.count) == expected.lower)
    }

    @Test(
        "a percentile has no upper bound below 59 samples for p95, 299 for p99, 2,995 for p99.9",
        arguments: [(95.0, 59 as UInt64), (99.0, 299), (99.9, 2_995), (50.0, 5)])
    func smallestSample(percent: Double, needed: UInt64) {
        // The largest of n samples bounds p95 just when 0.95ⁿ <= 0.05: n >= ln 0.05 / ln 0.95 = 58.4.
        #expect(ConfidenceBound.upperRank(percent: percent, count: needed) == needed)
        #expect(ConfidenceBound.upperRank(percent: percent, count: needed - 1) == nil)
        #expect(ConfidenceBound.upperRank(percent: percent, count: 1) == nil)
        #expect(ConfidenceBound.upperRank(percent: percent, count: 0) == nil)
    }

    @Test("a lower bound needs few samples at a high percentile and many at a low one")
    func lowerBound() {
        // The smallest of n samples bounds p95 from below just when 0.05ⁿ <= 0.05: one suffices.
        #expect(ConfidenceBound.lowerRank(percent: 95, count: 1) == 1)
        // … and p5 just when 0.95ⁿ <= 0.05: 59, as for the upper bound of p95.
        #expect(ConfidenceBound.lowerRank(percent: 5, count: 58) == nil)
        #expect(ConfidenceBound.lowerRank(percent: 5, count: 59) == 1)
        #expect(ConfidenceBound.lowerRank(percent: 95, count: 0) == nil)
    }

    @Test("a percentile outside of 0 to 100 has no bound", arguments: [-1.0, 0, 100, 101, .nan])
    func outside(percent: Double) {
        #expect(ConfidenceBound.upperRank(percent: percent, count: 1_000) == nil)
        #expect(ConfidenceBound.lowerRank(percent: percent, count: 1_000) == nil)
    }

    @Test("the ranks satisfy their own definition, and the next better ones don't")
    func definition() {
        var generator = SeededRandom(seed: 7)
        for _ in 0..<300 {
            let count = UInt64.random(in: 1...5_000, using: &generator)
            let percent = Double.random(in: 0.5...99.95, using: &generator)
            let p = Binomial.Chance(ConfidenceBound.fraction(ofPercent: percent))
            if let k = ConfidenceBound.upperRank(percent: percent, count: count) {
                #expect(Binomial.atMost(k - 1, of: count, p) >= 0.95)
                if k > 1 { #expect(Binomial.atMost(k - 2, of: count, p) < 0.95) }
            } else {
                #expect(Binomial.atMost(count - 1, of: count, p) < 0.95)
            }
            if let k = ConfidenceBound.lowerRank(percent: percent, count: count) {
                #expect(Binomial.atMost(k - 1, of: count, p) <= 0.05)
                #expect(Binomial.atMost(k, of: count, p) > 0.05)
            } else {
                #expect(Binomial.atMost(0, of: count, p) > 0.05)
            }
        }
    }

    struct Ratio: Sendable {
        var events: UInt64
        var total: UInt64
        var lower: Double
        var upper: Double

        init(_ events: UInt64, _ total: UInt64, _ lower: Double, _ upper: Double) {
            (self.events, self.total, self.lower, self.upper) = (events, total, lower, upper)
        }
    }

    @Test(
        "the bounds of a ratio are those of Clopper and Pearson, to 1e-9 of their size",
        arguments: [
            Ratio(0, 1, 0, 0.95),
            Ratio(0, 59, 0, 0.04950760988822692),
            Ratio(1, 10, 0.0051161968918237, 0.39416330243650466),
            Ratio(5, 10, 0.22244110100812908, 0.7775588989918707),
            Ratio(10, 10, 0.7411344491069478, 1),
            Ratio(0, 3_000, 0, 0.0009980790119965863),
            Ratio(1, 3_000, 1.7097618629902712e-05, 0.0015803018274587313),
            Ratio(7, 1_000, 0.003289787400653804, 0.013107715416593335),
            Ratio(500, 1_000, 0.4735177312356912, 0.5264822687643087),
            Ratio(999, 1_000, 0.9952650064245003, 0.9999487080210909),
            Ratio(123, 1_000_000, 0.00010534451387876818, 0.00014286555075943767),
            Ratio(999_877, 1_000_000, 0.9998571344492406, 0.9998946554861212),
            Ratio(0, 1_000_000_000, 0, 2.9957322690667826e-09),
            Ratio(1, 1_000_000_000, 5.129329438623503e-11, 4.7438645095103854e-09),
            Ratio(1_000, 1_000_000_000, 9.485598733064084e-07, 1.053603093895086e-06),
            Ratio(500_000_000, 1_000_000_000, 0.4999739920806304, 0.5000260079193697),
            Ratio(999_999_999, 1_000_000_000, 0.9999999952561356, 0.9999999999487068),
            Ratio(12_345_678, 100_000_000, 0.12340267381252537, 0.12351090228303258),
        ])
    func ratios(_ expected: Ratio) {
        let lower = ConfidenceBound.lowerRatio(events: expected.events, of: expected.total)
        let upper = ConfidenceBound.upperRatio(events: expected.events, of: expected.total)
        #expect(abs(lower - expected.lower) <= 1e-9 * expected.lower)
        #expect(abs(upper - expected.upper) <= 1e-9 * expected.upper)
    }

    @Test("the bounds of a ratio enclose it, mirror each other and close with more samples")
    func ratioProperties() {
        var generator = SeededRandom(seed: 11)
        for _ in 0..<300 {
            let total = UInt64.random(in: 1...100_000, using: &generator)
            let events = UInt64.random(in: 0...total, using: &generator)
            let lower = ConfidenceBound.lowerRatio(events: events, of: total)
            let upper = ConfidenceBound.upperRatio(events: events, of: total)
            let ratio = Double(events) / Double(total)
            #expect(lower >= 0 && upper <= 1 && lower <= ratio && ratio <= upper)
            let mirrored = 1 - ConfidenceBound.upperRatio(events: total - events, of: total)
            #expect(abs(lower - mirrored) < 1e-12)
            #expect(ConfidenceBound.upperRatio(events: 10 * events, of: 10 * total) <= upper + 1e-15)
            #expect(ConfidenceBound.lowerRatio(events: 10 * events, of: 10 * total) >= lower - 1e-15)
        }
    }

    @Test("of nothing seen, nothing is known; more events than the total count as the total")
    func degenerate() {
        #expect(ConfidenceBound.lowerRatio(events: 0, of: 0) == 0)
        #expect(ConfidenceBound.upperRatio(events: 0, of: 0) == 1)
        #expect(ConfidenceBound.upperRatio(events: 12, of: 10) == 1)
        #expect(
            ConfidenceBound.lowerRatio(events: 12, of: 10) == ConfidenceBound.lowerRatio(events: 10, of: 10))
    }

    @Test(
        "without a bad event, 59 samples show 5 %, 299 show 1 %, 2,995 show 0.1 %",
        arguments: [(0.05, 59 as UInt64), (0.01, 299), (0.001, 2_995)])
    func samplesWithoutEvents(limit: Double, needed: UInt64) {
        #expect(ConfidenceBound.samplesNeeded(events: 0, of: 0, below: limit) == needed)
        #expect(ConfidenceBound.samplesNeeded(events: 0, of: 40, below: limit) == needed)
        #expect(ConfidenceBound.samplesNeeded(events: 0, of: needed, below: limit) == needed)
        #expect(ConfidenceBound.samplesNeeded(events: 0, of: 100_000, below: limit) == 100_000)
    }

    @Test("at 4 % seen, a limit of 5 % takes some 1,348 samples")
    func samplesWithEvents() throws {
        // The smallest size is 1,348 (searched one by one with SciPy); one event's worth is 25 samples.
        let needed = try #require(ConfidenceBound.samplesNeeded(events: 4, of: 100, below: 0.05))
        #expect((1_348...1_373).contains(needed))
        // With that many samples the bound does hold: 4 % of them, rounded up.
        let events = UInt64((0.04 * Double(needed) - 1e-6).rounded(.up))
        #expect(ConfidenceBound.upperRatio(events: events, of: needed) <= 0.05)
    }

    @Test("no sample shows a limit that the observed ratio breaks, nor one too close to it")
    func samplesUnreachable() {
        #expect(ConfidenceBound.samplesNeeded(events: 5, of: 100, below: 0.05) == nil)
        #expect(ConfidenceBound.samplesNeeded(events: 50, of: 100, below: 0.05) == nil)
        #expect(ConfidenceBound.samplesNeeded(events: 0, of: 100, below: 0) == nil)
        // 49,999 of 1,000,000 against 5 %: the distance is 1e-6, so it would take about (1.645 / 1e-6)² · 0.0475 ≈ 1.3e11.
        #expect(ConfidenceBound.samplesNeeded(events: 49_999, of: 1_000_000, below: 0.05) == nil)
    }

    @Test("the point probabilities are those of SciPy to 1e-12 of their size")
    func probabilities() {
        let cases: [(UInt64, UInt64, Double, Double)] = [
            (3, 10, 0.3, 0.2668279319999998), (10, 100, 0.5, 1.3655426387463187e-17),
            (950_000, 1_000_000, 0.95, 0.0018304696617920994),
            (500_000_000, 1_000_000_000, 0.5, 2.523132521389378e-05),
        ]
        for (k, n, p, expected) in cases {
            #expect(abs(Binomial.probability(k, of: n, Binomial.Chance(p)) - expected) <= 1e-12 * expected)
        }
        #expect(Binomial.probability(0, of: 5, Binomial.Chance(0)) == 1)
        #expect(Binomial.probability(5, of: 5, Binomial.Chance(1)) == 1)
        #expect(Binomial.probability(6, of: 5, Binomial.Chance(0.5)) == 0)
    }

    @Test("bounds of a billion samples take milliseconds at most")
    func speed() {
        let clock = ContinuousClock()
        let duration = clock.measure {
            for extra in 0..<10 as Range<UInt64> {
                _ = ConfidenceBound.upperRank(percent: 95, count: 1_000_000_000 + extra)
                _ = ConfidenceBound.upperRatio(events: 400_000_000 + extra, of: 1_000_000_000)
            }
        }
        // An optimised build takes about 2 ms for each pair; the limit allows for a slow build on a busy machine.
        #expect(duration < .seconds(10))
    }
}

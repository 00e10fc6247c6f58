import Baselines
import Testing

@testable import Reports

@Suite("What is told first of a comparison") struct ComparisonDigestTests {
    /// A p95 that decides.
    private static func p95(
        _ verdict: Comparison.Verdict, _ reference: Double, _ candidate: Double, _ ratio: Double,
        _ interval: ClosedRange<Double>, reason: String? = nil
    ) -> Comparison.Measure {
        .init(
            name: "p95", of: "response_time", unit: .milliseconds, gates: true, verdict: verdict, reason: reason,
            reference: reference, candidate: candidate, ratio: ratio, low: interval.lowerBound,
            high: interval.upperBound, p: 0.01)
    }

    private static let errors = Comparison.Measure(
        name: "error_ratio", unit: .ratio, gates: true, verdict: .pass, reference: 0, candidate: 0, p: 1)

    private static func comparison(
        _ verdict: Comparison.Verdict, _ steps: [String: Comparison.Measure]
    ) -> Comparison {
        Comparison(
            verdict: verdict, reference: "http://127.0.0.1:9000", referenceRuns: 6, candidateRuns: 6, paired: true,
            alpha: 0.05, tolerance: 0.05, floor: 0.1, steps: steps.mapValues { [$0, errors] })
    }

    private static let list = p95(.regression, 4.31, 26.05, 6.04, 5.8...6.3)
    private static let calm = p95(.pass, 28, 28.1, 1.003, 0.99...1.02)
    private static let quick = p95(.pass, 0.5, 0.51, 1.02, 0.98...1.06)

    @Test("A regression is told by the step that changed most, in its own unit")
    func regression() {
        #expect(
            ComparisonDigest(Self.comparison(.regression, ["list": Self.list, "show": Self.calm])).sentence
                == "list p95: 4.3 → 26 ms, 6 times")
        let more = Self.comparison(
            .regression,
            ["list": Self.list, "show": Self.p95(.regression, 28, 35, 1.25, 1.2...1.3), "price": Self.calm])
        #expect(
            ComparisonDigest(more, order: ["price", "show", "list"]).sentence
                == "list p95: 4.3 → 26 ms, 6 times; 1 more of 3 steps is slower")
        #expect(ComparisonDigest(more).changed.map(\.step) == ["list", "show"])
        // Less than the double is a share, with digits that tell the two apart.
        let little = Self.comparison(.regression, ["show": Self.p95(.regression, 28.04, 29.72, 1.06, 1.051...1.07)])
        #expect(ComparisonDigest(little).sentence == "show p95: 28 → 29.7 ms, +6 %")
        let least = Self.comparison(.regression, ["show": Self.p95(.regression, 1_234.2, 1_234.4, 1.0002, 1...1.1)])
        #expect(ComparisonDigest(least).sentence == "show p95: 1,234.2 → 1,234.4 ms, 0 %")
    }

    @Test("A pass says how much slower would have passed: the tolerance, or the floor where that is more")
    func pass() {
        // 5 % of 28 ms are 1.4 ms.
        let one = ComparisonDigest(Self.comparison(.pass, ["show": Self.calm]))
        #expect(one.sentence == "show p95: 28 → 28.1 ms; up to 1.4 ms more passes")
        // 5 % of 0.5 ms are 0.025 ms, less than the floor of 0.1 ms.
        #expect(one.passing(Self.quick) == "0.1 ms")
        let two = ComparisonDigest(Self.comparison(.pass, ["list": Self.quick, "show": Self.calm]))
        #expect(two.sentence == "none of 2 steps is slower; up to 1.4 ms more passes (show)")
        // Nothing changed, so the percentiles of all are shown, not their errors.
        #expect(two.changed.isEmpty)
        #expect(two.rows.map(\.step) == ["list", "show"])
    }

    @Test("What can't be shown is told by its reason; what got faster stands last")
    func open() {
        let open = Self.p95(
            .inconclusive, 4.31, 4.6, 1.067, 0.98...1.14, reason: "slower by up to 14 % can't be excluded")
        let faster = Self.p95(.pass, 28, 14, 0.5, 0.45...0.55)
        let digest = ComparisonDigest(
            Self.comparison(.inconclusive, ["a": faster, "list": open, "show": open, "x": Self.calm]))
        #expect(
            digest.sentence
                == "not shown: list p95: 4.31 → 4.6 ms, slower by up to 14 % can't be excluded; nor 1 more of 4 steps")
        #expect(digest.changed.map(\.step) == ["list", "show", "a"])
        var short = Self.comparison(.inconclusive, ["list": open])
        short.reason = "1 new run, and at least 5 are needed"
        #expect(ComparisonDigest(short).sentence == "not shown either way")
        short.steps = [:]
        #expect(ComparisonDigest(short).sentence == "not comparable")
        #expect(ComparisonDigest(short).rows.isEmpty)
    }

    @Test("Changes are shares up to the double and multiples from there on")
    func changes() {
        #expect(
            [0.5, 0.9999, 1, 1.123, 1.999].map { Change.text($0) } == ["-50 %", "0 %", "0 %", "+12.3 %", "+99.9 %"])
        #expect([2, 6.04, 9.96, 46.012, 1_234.5].map { Change.text($0) } == ["2×", "6×", "10×", "46×", "1,235×"])
        #expect(Change.text(1.123, from: 1.081, to: 1.169) == "+12.3 % (+8.1 … +16.9)")
        #expect(Change.text(46.012, from: 41, to: 52.4) == "46× (41 … 52)")
        #expect(Change.text(1.7, from: 1.31, to: 2.2) == "+70 % (+31 % … 2.2×)")
        #expect(Change.text(1.7, from: nil, to: 2.2) == "+70 %")
        // Half of the throughput: its estimate is before over now.
        let halved = Comparison.Measure(
            name: "throughput", unit: .perSecond, gates: false, verdict: .regression, reference: 100, candidate: 50,
            ratio: 2, low: 1.6, high: 2.5, p: 0.01)
        #expect(MeasureLine(halved).change == "-50 % (-60 … -37.5)")
    }
}

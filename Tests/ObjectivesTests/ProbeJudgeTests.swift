import Measures
import Scenarios
import Testing
import VerificationKit

@testable import Objectives

@Suite struct ProbeJudgeTests {
    private static let minute = [Span(seconds: 0)..<Span(seconds: 60)]

    /// One sample a second; nil fails.
    private func series(_ values: [Double?], skipped: UInt64 = 0) -> ProbeSeries {
        var series = ProbeSeries(name: "pool", every: Span(seconds: 1))
        for (second, value) in values.enumerated() {
            series.append(
                ProbeSample(
                    asked: Span(seconds: Double(second)), answered: Span(seconds: Double(second) + 0.01),
                    reading: value.map { .value($0) } ?? .failed("exited with code 2: no connection")),
                skipped: second == 0 ? skipped : 0)
        }
        return series
    }

    private func finding(
        _ statistic: Objective.Statistic?, _ comparison: Objective.Comparison, _ series: ProbeSeries?,
        within stretches: [Range<Span>] = minute
    ) -> ObjectiveFinding {
        ProbeJudge(Fixtures.objective(statistic, .probe("pool"), comparison)).finding(of: series, within: stretches)
    }

    @Test("A percentile passes by its bound only: 59 samples for p95, 58 are too few")
    func percentile() {
        let enough = finding(.percentile(95), .within(5...20), series(Array(repeating: 12, count: 60)))
        #expect(enough.verdict == .pass)
        #expect(enough.observed == 12)
        #expect(enough.bound == 12)
        #expect(enough.samples == 60)
        #expect(enough.unit == .number)
        #expect(enough.note == nil)

        let few = finding(
            .percentile(95), .within(5...20), series(Array(repeating: 12, count: 58)),
            within: [Span(seconds: 0)..<Span(seconds: 58)])
        #expect(few.verdict == .inconclusive)
        #expect(few.note == "1 more sample is needed, if none of them breaks the limit")

        // p95 of 100 is the 95th; its lower bound is the 91st, which is below 5 here.
        let low = finding(
            .percentile(95), .within(5...20), series(Array(repeating: 1, count: 92) + Array(repeating: 6, count: 8)),
            within: [Span(seconds: 0)..<Span(seconds: 101)])
        #expect(low.verdict == .inconclusive)
        #expect(low.bound == 1)

        let broken = finding(.percentile(95), .within(5...20), series(Array(repeating: 2, count: 60)))
        #expect(broken.verdict == .fail)
        #expect(broken.observed == 2)
    }

    @Test("Minimum, maximum, mean and p100 are judged by what was seen")
    func plain() {
        let values = series([5, 7, 12] + Array(repeating: 8, count: 57))
        #expect(finding(.minimum, .greaterOrEqual(5), values).verdict == .pass)
        #expect(finding(.minimum, .greater(5), values).verdict == .fail)
        #expect(finding(.maximum, .equal(12), values).observed == 12)
        #expect(finding(.maximum, .equal(12), values).verdict == .pass)
        #expect(finding(.percentile(100), .less(12), values).verdict == .fail)
        // 5 + 7 + 12 + 57 · 8 = 480
        #expect(finding(.mean, .less(8.1), values).observed == 8)
        let count = finding(.count, .greaterOrEqual(60), values)
        #expect((count.verdict, count.observed, count.unit) == (.pass, 60, .count))
    }

    @Test("Without a statistic every sample must hold, and the worst is shown")
    func every() {
        let values = series([6, 7, 25, 3] + Array(repeating: 8, count: 56))
        #expect(finding(nil, .within(3...25), values).verdict == .pass)
        let broken = finding(nil, .within(5...20), values)
        #expect(broken.verdict == .fail)
        #expect(broken.observed == 25)
        #expect(broken.note == "every sample must hold; the first that doesn't was taken at 2.0 s")
        #expect(finding(nil, .greater(4), values).observed == 3)
        #expect(finding(nil, .equal(8), values).observed == 25)
        #expect(finding(nil, .equal(8), values).verdict == .fail)
        #expect(finding(nil, .less(25), values).verdict == .fail)
        #expect(finding(nil, .lessOrEqual(25), values).verdict == .pass)
    }

    @Test("rate is the increase of a counter per second")
    func rate() {
        let counter = series((0..<60).map { Double($0 * 4) })
        let finding = finding(.rate, .less(5), counter)
        #expect((finding.verdict, finding.observed, finding.unit) == (.pass, 4, .perSecond))
        #expect(self.finding(.rate, .less(4), counter).verdict == .fail)
        let one = self.finding(.rate, .less(5), series([1]), within: [Span(seconds: 0)..<Span(seconds: 1)])
        #expect(one.verdict == .noData)
        #expect(one.note == "a counter's increase is seen between two samples, and there is one only")
    }

    @Test("Only samples within the measured load count")
    func warmUp() {
        // Waiting clients while the pool fills up, and again after the load.
        let values = series([9, 9, 9] + Array(repeating: 0, count: 57) + [9, 9])
        #expect(finding(.maximum, .equal(0), values).verdict == .fail)
        let measured = [Span(seconds: 3)..<Span(seconds: 60)]
        #expect(finding(.maximum, .equal(0), values, within: measured).verdict == .pass)
        #expect(finding(.maximum, .equal(0), values, within: measured).samples == 57)
    }

    @Test("No sample is no data, with the reason")
    func noData() {
        #expect(finding(.maximum, .equal(0), nil).note == "the probe was not run")
        #expect(finding(.maximum, .equal(0), series([])).verdict == .noData)
        #expect(finding(.maximum, .equal(0), series([1]), within: []).verdict == .noData)
        let failed = finding(.maximum, .equal(0), series(Array(repeating: nil, count: 60)))
        #expect(failed.verdict == .noData)
        #expect(failed.note == "of 60 samples 60 failed (exited with code 2: no connection)")
        #expect(finding(.ratio, .equal(0), series([1])).verdict == .noData)
    }

    @Test("Failed samples are told; with more than a tenth missing nothing passes, and what breaks stays broken")
    func gaps() {
        func values(failed: Int, _ value: Double = 0) -> ProbeSeries {
            series(Array(repeating: nil, count: failed) + Array(repeating: value, count: 60 - failed))
        }
        let few = finding(.maximum, .equal(0), values(failed: 6))
        #expect(few.verdict == .pass)
        #expect(few.note == "of 60 samples 6 failed (exited with code 2: no connection)")
        let many = finding(.maximum, .equal(0), values(failed: 7))
        #expect(many.verdict == .inconclusive)
        #expect(many.samples == 53)
        #expect(finding(.maximum, .equal(0), values(failed: 7, 1)).verdict == .fail)

        let slow = finding(
            .maximum, .equal(0), series(Array(repeating: 0, count: 50), skipped: 10),
            within: [Span(seconds: 0)..<Span(seconds: 50.5)])
        #expect(slow.verdict == .inconclusive)
        #expect(slow.note == "of 60 samples 10 left out: the probe was slower than its interval")

        // A probe that hung to the end has neither failed nor skipped samples; what should be there is known all the same.
        let hung = finding(.maximum, .equal(0), series(Array(repeating: 0, count: 30)))
        #expect(hung.verdict == .inconclusive)
        #expect(hung.note == "of 59 samples 29 left out: the probe was slower than its interval")
    }

    @Test("A percentile of a series so long that samples were merged is judged by the bounds of what it may be")
    func merged() {
        // Pairs of pairs of 0 and 30: which of the four are which is not known any more, but half of them are.
        let count = ProbeSeries.capacity * 4
        let long = series((0..<count).map { $0.isMultiple(of: 2) ? 0 : 30 })
        let all = [Span(seconds: 0)..<Span(seconds: Double(count) + 1)]
        let median = finding(.percentile(50), .less(20), long, within: all)
        #expect(median.verdict == .inconclusive)
        #expect(
            median.note == "the percentile lies in 0...30, and so does the limit: no finer was measured")
        #expect(finding(.percentile(95), .lessOrEqual(30), long, within: all).verdict == .pass)
        #expect(finding(.percentile(95), .less(20), long, within: all).verdict != .pass)
        #expect(finding(.percentile(10), .greater(40), long, within: all).verdict == .fail)
    }

    @Test("The watch judges objectives on probes by the series of that name")
    func watch() throws {
        var scenario = Fixtures.scenario
        scenario.objectives = [
            Fixtures.objective(.maximum, .probe("pool"), .less(10)),
            Fixtures.objective(.maximum, .probe("other"), .less(10)),
        ]
        var measurement = Fixtures.measurement(Fixtures.tally([1, 2, 3]))
        measurement.addStretch(Self.minute[0])
        let findings = ObjectiveWatch(scenario).findings(
            of: measurement, probes: [series(Array(repeating: 4, count: 60))])
        #expect(findings.map(\.verdict) == [.pass, .noData])
        let judgement = RunJudgement(
            scenario: scenario, measurement: measurement, watch: ObjectiveWatch(scenario),
            probes: [series(Array(repeating: 4, count: 60))])
        #expect(judgement.findings == findings)
        #expect(judgement.verdict == .noData)
    }

    @Test(
        "Where the generator was the bottleneck, a pool that was too idle is invalid, one that was overwhelmed failed")
    func bottleneck() {
        var scenario = Fixtures.scenario
        scenario.objectives = [
            Fixtures.objective(nil, .probe("pool"), .within(5...20)),
            Fixtures.objective(.maximum, .probe("pool"), .less(2)),
        ]
        var measurement = Fixtures.measurement(Fixtures.tally([1, 2, 3]))
        measurement.addStretch(Self.minute[0])
        measurement.total.dropped = 5
        let judgement = RunJudgement(
            scenario: scenario, measurement: measurement, watch: ObjectiveWatch(scenario),
            probes: [series(Array(repeating: 3, count: 60))])
        #expect(judgement.audit.verdict == .invalid)
        #expect(judgement.findings.map(\.verdict) == [.invalid, .fail])
    }
}

import Measures
import Scenarios
import Testing
import VerificationKit

@testable import Objectives

@Suite struct IterationObjectiveTests {
    /// Flow `browse` had iterations of 1 … 100 ms, flow `estimate` so many of 500 ms.
    private static func measurement(estimates: Int = 0, reconnects: UInt64 = 0) -> RunMeasurement {
        var measurement = Fixtures.measurement(Fixtures.tally([1]))
        measurement.total.reconnects = reconnects
        var browse = LatencyHistogram()
        for value in 1...100 { browse.record(Fixtures.ms(Double(value))) }
        measurement.total.iterationTimes[0] = browse
        guard estimates > 0 else { return measurement }
        var estimate = LatencyHistogram()
        for _ in 0..<estimates { estimate.record(Fixtures.ms(500)) }
        measurement.total.iterationTimes[1] = estimate
        return measurement
    }

    private func finding(_ objective: Objective, _ measurement: RunMeasurement) -> ObjectiveFinding {
        ObjectiveJudge(objective, scenario: Fixtures.scenario).finding(of: measurement)
    }

    @Test("iteration times are judged by the same bounds as latencies, of a flow or of all")
    func percentiles() {
        let of = { (name: String?, limit: Double) in
            Fixtures.objective(
                .percentile(90), .iterationTime, of: name.map { .name($0) }, .less(limit))
        }
        // p90 of 100 is the 90th, its upper bound the 96th.
        let browse = finding(of("browse", 99), Self.measurement(estimates: 20))
        #expect(browse.verdict == .pass)
        #expect(browse.samples == 100)
        #expect((browse.observed ?? 0) >= 90 && (browse.observed ?? 0) < 90.1)
        #expect((browse.bound ?? 0) >= 95 && (browse.bound ?? 0) < 97.1)
        #expect(finding(of("browse", 93), Self.measurement()).verdict == .inconclusive)
        #expect(finding(of("browse", 80), Self.measurement()).verdict == .fail)
        // All flows together: the 108th of 120 is one of 500 ms.
        let all = finding(of(nil, 99), Self.measurement(estimates: 20))
        #expect(all.verdict == .fail)
        #expect(all.samples == 120)
        #expect(all.observed == 500)
    }

    @Test("a flow without an iteration, and what is no flow, are no data")
    func noData() {
        func note(of selector: Objective.Selector) -> String? {
            let objective = Fixtures.objective(.maximum, .iterationTime, of: selector, .less(1))
            let finding = finding(objective, Self.measurement())
            #expect(finding.verdict == .noData)
            return finding.note
        }
        #expect(note(of: .name("estimate")) == "there was no iteration that came to its end")
        let none = "iteration_time is of flows, and the scenario has no flow of that name"
        #expect(note(of: .name("list")) == none)
        #expect(note(of: .name("login")) == none)
        #expect(note(of: .tag(name: "team", value: "shop")) == none)
    }

    @Test("a tag chooses the flows that have it; counts and rates count iterations")
    func others() {
        let tag = Objective.Selector.tag(name: "team", value: "web")
        let measurement = Self.measurement(estimates: 20)
        let count = finding(Fixtures.objective(.count, .iterationTime, of: tag, .equal(100)), measurement)
        #expect(count.verdict == .pass)
        // 120 in 10 s.
        #expect(finding(Fixtures.objective(.rate, .iterationTime, .within(12...12)), measurement).verdict == .pass)
        #expect(finding(Fixtures.objective(.ratio, .iterationTime, .less(1)), measurement).verdict == .noData)
        // The longest is meant where no statistic is.
        #expect(finding(Fixtures.objective(nil, .iterationTime, .less(500.1)), measurement).observed == 500)
    }

    @Test("iterations that came to no end leave open what they could change, and figures are lower bounds")
    func withoutEnd() {
        var measurement = Self.measurement()
        // 100 came to their end; 10 were given up, and 10 cut off.
        measurement.total.iterationCounts[0].begun = 120
        measurement.total.iterationCounts[0][.missingValue] = 10
        let of = { (limit: Double) in
            Fixtures.objective(.percentile(90), .iterationTime, of: .name("browse"), .less(limit))
        }
        // With the 20 the p90 is the 108th of 120: above all that is known.
        let open = finding(of(99), measurement)
        #expect(open.verdict == .inconclusive)
        #expect(open.isAtLeast)
        #expect(
            open.note
                == "20 iterations came to no end, given up or cut off, and might change this: a longer "
                + "limits.graceful_stop lets them end that were cut off")
        // If all 20 lay below, the p90 would be the 88th of those known, 88 ms.
        #expect(finding(of(80), measurement).verdict == .fail)
        measurement.total.iterationCounts[0].begun = 100
        #expect(finding(of(99), measurement).verdict == .pass)
    }

    @Test("iteration times are watched in windows")
    func windows() throws {
        let objective = Fixtures.objective(
            .maximum, .iterationTime, of: .name("browse"), .less(50), in: .seconds(2))
        var watch = try #require(WindowWatch(objective, scenario: Fixtures.scenario))
        for second in 0..<6 {
            var interval = Fixtures.interval(Fixtures.tally([1]))
            var times = LatencyHistogram()
            times.record(Fixtures.ms(second == 3 ? 60 : 10))
            interval.iterationTimes[0] = times
            watch.feed(interval)
        }
        #expect(watch.finding.verdict == .fail)
        #expect(watch.finding.note == "worst window: 2 to 4 s")
        #expect(watch.finding.observed == 60)
    }

    @Test("a long iteration time of an invalid run may be the generator's doing")
    func invalidRun() {
        var scenario = Fixtures.scenario
        scenario.objectives = [Fixtures.objective(.maximum, .iterationTime, .less(1))]
        var measurement = Self.measurement()
        measurement.total.exhausted = 1
        let judgement = RunJudgement(
            scenario: scenario, measurement: measurement, watch: ObjectiveWatch(scenario))
        #expect(judgement.findings.map(\.verdict) == [.invalid])
        #expect(judgement.verdict == .invalid)
    }

    @Test("reconnects are counted over the whole run")
    func reconnects() {
        let none = Fixtures.objective(nil, .reconnects, .equal(0))
        #expect(finding(none, Self.measurement()).verdict == .pass)
        let two = finding(none, Self.measurement(reconnects: 2))
        #expect(two.verdict == .fail)
        #expect(two.observed == 2)
        #expect(two.unit == .count)
        // 2 in 10 s.
        let rate = finding(Fixtures.objective(.rate, .reconnects, .lessOrEqual(0.2)), Self.measurement(reconnects: 2))
        #expect(rate.verdict == .pass)
        #expect(rate.unit == .perSecond)
        #expect(finding(Fixtures.objective(.ratio, .reconnects, .less(1)), Self.measurement()).verdict == .noData)
        let selected = Fixtures.objective(nil, .reconnects, of: .name("browse"), .equal(0))
        #expect(
            finding(selected, Self.measurement()).note == "reconnects are counted for the whole run only")
        #expect(finding(none, Fixtures.measurement(nil)).verdict == .noData)
    }

    @Test("a login's steps are selected like a flow's, behind all others")
    func login() {
        var scenario = Fixtures.scenario
        scenario.login = Flow(
            name: Scenario.loginName,
            actions: [.request(Step(name: "sign-in", url: Text("/"), tags: ["kind": "page"]))])
        #expect(StepSelection(.name("login"), in: scenario).steps == [4])
        #expect(StepSelection(.name("sign-in"), in: scenario).steps == [4])
        #expect(StepSelection(nil, in: scenario).steps == [0, 1, 2, 3, 4])
        #expect(StepSelection(.tag(name: "kind", value: "page"), in: scenario).steps == [1, 4])
    }
}

import Measures
import Scenarios
import Testing
import VerificationKit

@testable import Objectives

@Suite("Objectives on groups and untils") struct BlockObjectiveTests {
    /// Flow `order`: a group `checkout` of two steps, and an until `job`; flow `idle` with a group that a condition may leave out.
    private static var scenario: Scenario {
        func step(_ name: String) -> Flow.Action { .request(Step(name: name, url: Text("/"))) }
        let goal = Check(subject: .status, predicate: .number(.equal, 200), source: "status == 200")
        var optional = Block(.group, name: "optional", actions: [step("rare")])
        optional.conditions = [Condition(subject: Text(""), predicate: .exists, isNegated: false, source: "")]
        return Scenario(
            name: "fixture", target: Text("http://127.0.0.1:8080"),
            flows: [
                Flow(
                    name: "order",
                    actions: [
                        .block(Block(.group, name: "checkout", actions: [step("cart"), step("pay")])),
                        .block(Block(.until(.answer(goal), most: 20), name: "job", actions: [step("poll")])),
                    ]),
                Flow(name: "idle", actions: [step("home"), .block(optional)]),
            ], load: [.arrivals(ArrivalStage(from: 100, to: 100, duration: .seconds(10)))])
    }

    /// 100 checkouts of 1 … 100 ms, of which some failed; 100 jobs of 1 … 100 rounds and ms, and some in vain.
    private static func measurement(
        failed: UInt64 = 0, unmet: Int = 0, givenUp: UInt64 = 0, cutOff: UInt64 = 0
    ) -> RunMeasurement {
        var measurement = RunMeasurement(steps: 5, flows: 2, reactors: 1, blocks: 3)
        measurement.measured = Span(seconds: 10)
        var (checkout, job) = (BlockTally(), BlockTally())
        for value in 1...100 {
            checkout.complete(in: Fixtures.ms(Double(value)), hasFailed: UInt64(value) <= failed)
            job.reach(in: Fixtures.ms(Double(value)), rounds: value)
        }
        for _ in 0..<unmet { job.miss() }
        checkout.givenUp = givenUp
        checkout.begun = 100 + givenUp + cutOff
        job.begun = 100 + UInt64(unmet)
        measurement.total.blocks[0] = checkout
        measurement.total.blocks[1] = job
        var tally = StepTally()
        tally.outcomes[.ok] = 100
        for step in 0..<4 { measurement.total.steps[step] = tally }
        return measurement
    }

    private func finding(
        _ statistic: Objective.Statistic?, _ measure: Objective.Measure, of name: String,
        _ comparison: Objective.Comparison, _ measurement: RunMeasurement = measurement()
    ) -> ObjectiveFinding {
        let objective = Fixtures.objective(statistic, measure, of: .name(name), comparison)
        return ObjectiveJudge(objective, scenario: Self.scenario).finding(of: measurement)
    }

    @Test("group times are judged by the same bounds as latencies")
    func times() {
        // p90 of 100 is the 90th, its upper bound the 96th.
        let pass = finding(.percentile(90), .groupTime, of: "checkout", .less(99))
        #expect(pass.verdict == .pass && pass.samples == 100 && pass.unit == .milliseconds)
        #expect(finding(.percentile(90), .groupTime, of: "checkout", .less(93)).verdict == .inconclusive)
        #expect(finding(.percentile(90), .groupTime, of: "checkout", .less(80)).verdict == .fail)
        #expect(finding(.maximum, .groupTime, of: "checkout", .lessOrEqual(100)).verdict == .pass)
    }

    @Test("what has no time leaves open what it could change: no service whose jobs never end passes")
    func withoutTime() {
        let unmet = finding(.percentile(90), .groupTime, of: "job", .less(99), Self.measurement(unmet: 20))
        #expect(unmet.verdict == .inconclusive && unmet.isAtLeast)
        #expect(
            unmet.note
                == "20 that were begun have no such figure, since they were given up, cut off or not done within their "
                + "rounds, and might change this")
        #expect(
            finding(.maximum, .groupTime, of: "job", .less(200), Self.measurement(unmet: 1)).verdict == .inconclusive)
        #expect(finding(.maximum, .groupTime, of: "job", .less(50), Self.measurement(unmet: 1)).verdict == .fail)
        let cut = finding(.percentile(90), .groupTime, of: "checkout", .less(99), Self.measurement(cutOff: 20))
        #expect(cut.verdict == .inconclusive)
        var none = Self.measurement()
        none.total.blocks[1] = BlockTally()
        none.total.blocks[1]?.begun = 1_000
        let nothing = finding(.percentile(90), .groupTime, of: "job", .less(99), none)
        #expect(nothing.verdict == .noData)
        #expect(nothing.note == "none of 1,000 that were begun came to its end, or to what it waits for")
        #expect(
            finding(.maximum, .groupTime, of: "optional", .less(1)).note == "no group or until of that name was begun")
        #expect(
            finding(.maximum, .groupTime, of: "cart", .less(1)).note
                == "group_time is of groups and untils, and the scenario has none of that name")
    }

    @Test("group_errors counts what failed or was given up, of all that ended")
    func errors() {
        #expect(finding(.count, .groupErrors, of: "checkout", .equal(0)).verdict == .pass)
        let bad = Self.measurement(failed: 3, givenUp: 2, cutOff: 5)
        let count = finding(.count, .groupErrors, of: "checkout", .lessOrEqual(5), bad)
        #expect(count.verdict == .pass && count.observed == 5 && count.samples == 102)
        #expect(finding(nil, .groupErrors, of: "checkout", .less(0.01), bad).verdict == .fail)
        #expect(finding(.rate, .groupErrors, of: "checkout", .less(1), bad).observed == 0.5)
        // 0 of 100 doesn't show less than 1 %.
        #expect(finding(.ratio, .groupErrors, of: "checkout", .less(0.01)).verdict == .inconclusive)
        #expect(finding(.ratio, .groupErrors, of: "checkout", .less(0.04)).verdict == .pass)
        // Of an until those in vain.
        #expect(finding(.count, .groupErrors, of: "job", .equal(0), Self.measurement(unmet: 1)).verdict == .fail)
        #expect(
            finding(.count, .groupErrors, of: "optional", .equal(0)).note == "there was no group that ended")
    }

    @Test("rounds are plain numbers")
    func rounds() {
        let median = finding(.percentile(50), .rounds, of: "job", .lessOrEqual(70))
        #expect(median.verdict == .pass && median.observed == 50 && median.unit == .number)
        #expect(finding(.maximum, .rounds, of: "job", .lessOrEqual(100)).verdict == .pass)
        #expect(finding(.maximum, .rounds, of: "job", .less(100)).verdict == .fail)
        #expect(finding(.mean, .rounds, of: "job", .less(51)).observed == 50.5)
        #expect(finding(.minimum, .rounds, of: "job", .equal(1)).verdict == .pass)
        // p90 of 100: the 90th, with an upper bound of 96: 12 more would show that it is below 93.
        let open = finding(.percentile(90), .rounds, of: "job", .less(93))
        #expect(open.verdict == .inconclusive && open.bound == 96)
        #expect(open.note?.hasSuffix("samples are needed, if as many break the limit as so far") == true)
        #expect(finding(.maximum, .rounds, of: "job", .less(200), Self.measurement(unmet: 1)).verdict == .inconclusive)
        #expect(finding(.maximum, .rounds, of: "checkout", .less(2)).verdict == .noData)
    }

    @Test("a step selector may name a group, and a window watches its time")
    func selectors() throws {
        #expect(StepSelection(.name("checkout"), in: Self.scenario).steps == [0, 1])
        #expect(StepSelection(.name("pay"), in: Self.scenario).steps == [1])
        #expect(StepSelection(.name("nothing"), in: Self.scenario).steps == [])
        #expect(finding(.count, .errors, of: "checkout", .equal(0)).samples == 200)
        let objective = Fixtures.objective(
            .maximum, .groupTime, of: .name("checkout"), .less(50), in: .seconds(2))
        var watch = try #require(WindowWatch(objective, scenario: Self.scenario))
        for second in 0..<6 {
            var interval = Interval(steps: 5, flows: 2, blocks: 3)
            var tally = BlockTally()
            tally.complete(in: Fixtures.ms(second == 3 ? 60 : 10), hasFailed: false)
            interval.blocks[0] = tally
            watch.feed(interval)
        }
        #expect(watch.finding.verdict == .fail)
        #expect(watch.finding.note == "worst window: 2 to 4 s")
    }

    @Test("a long group of an invalid run may be the generator's doing, and what a stall broke is not the target's")
    func invalidRun() {
        var scenario = Self.scenario
        scenario.objectives = [Fixtures.objective(.maximum, .groupTime, of: .name("checkout"), .less(1))]
        var measurement = Self.measurement()
        measurement.total.exhausted = 1
        func verdicts() -> [Verdict] {
            RunJudgement(scenario: scenario, measurement: measurement, watch: ObjectiveWatch(scenario)).findings
                .map(\.verdict)
        }
        #expect(verdicts() == [.invalid])
        scenario.objectives = [Fixtures.objective(.count, .groupErrors, of: .name("checkout"), .equal(0))]
        measurement = Self.measurement(failed: 1)
        measurement.total.heldUp = Span(seconds: 0.3)
        measurement.total.steps[0]?.stalled = 1
        measurement.total.steps[0]?.stalledBad = 1
        #expect(verdicts() == [.invalid])
        measurement.total.steps[0]?.stalledBad = 0
        #expect(verdicts() == [.fail])
    }

    @Test("a step of a block that was always left out never ran for its conditions or the block's")
    func idle() {
        var measurement = Self.measurement()
        var times = LatencyHistogram()
        times.record(Fixtures.ms(1))
        measurement.total.iterationCounts[1].begun = 1
        measurement.total.iterationTimes[1] = times
        #expect(
            IdleStep.all(in: Self.scenario, measurement) == [
                IdleStep(
                    step: 4, reason: "its conditions, or those of the blocks around it, held in none of 1 iteration")
            ])
    }
}

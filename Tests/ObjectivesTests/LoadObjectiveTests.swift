import Measures
import Scenarios
import Testing

@testable import Objectives
@testable import VerificationKit

/// Objectives and the audit where several loads are sent at once.
@Suite("Objectives on loads") struct LoadObjectiveTests {
    /// Load `a` runs `browse` (steps 0 and 1), load `b` runs `browse` (2, 3) and `estimate` (4, 5).
    private static var scenario: Scenario {
        var scenario = Fixtures.scenario
        let stage = Stage.arrivals(ArrivalStage(from: 10, to: 10, duration: .seconds(10)))
        scenario.deal(
            scenario.flows,
            to: [
                Load(name: "a", flows: ["browse"], stages: [stage]),
                Load(name: "b", start: .seconds(10), stages: [stage]),
            ])
        return scenario
    }

    private static func interval(_ tallies: [Int: StepTally]) -> Interval {
        var interval = Interval(steps: 6, flows: 3, loads: 2)
        for (step, tally) in tallies { interval.steps[step] = tally }
        interval.iterationCounts = [UInt64(100), 5, 10].map { begun in
            var counts = IterationCounts()
            counts.begun = begun
            return counts
        }
        interval.loads[1].dropped = 5
        interval.dropped = 5
        return interval
    }

    /// 20 s, in the first ten of which load `a` was measured, in the last four load `b`.
    private static func measurement(_ tallies: [Int: StepTally] = [:]) -> RunMeasurement {
        var measurement = RunMeasurement(
            steps: 6, flows: 3, reactors: 1,
            loads: LoadMap(
                names: ["a", "b"], steps: scenario.loadsOfSteps, flows: scenario.loadsOfFlows))
        measurement.total = interval(tallies)
        measurement.measured = Span(seconds: 14)
        for (load, range) in [(0, 0.0..<10.0), (1, 16.0..<20.0)] {
            measurement.loads[load].measured = Span(seconds: range.upperBound - range.lowerBound)
            measurement.loads[load].addStretch(Span(seconds: range.lowerBound)..<Span(seconds: range.upperBound))
            measurement.loads[load].counts = measurement.total.loads[load]
        }
        return measurement
    }

    private static func finding(
        _ statistic: Objective.Statistic?, _ measure: Objective.Measure, _ selector: Objective.Selector?,
        _ comparison: Objective.Comparison
    ) -> ObjectiveFinding {
        let tallies = [
            0: Fixtures.tally(Array(repeating: 1, count: 100)), 2: Fixtures.tally([50.0, 50]),
            4: Fixtures.tally(Array(repeating: 2, count: 40), bad: 10),
        ]
        return ObjectiveJudge(Fixtures.objective(statistic, measure, of: selector, comparison), scenario: scenario)
            .finding(of: measurement(tallies))
    }

    @Test("A load is what its steps measured, over its own time")
    func ofLoad() {
        #expect(Self.finding(.maximum, .responseTime, .load("a"), .less(10)).observed == 1)
        #expect(Self.finding(.maximum, .responseTime, .load("b"), .less(10)).observed == 50)
        // 100 in 10 s, and 2 + 40 + 10 in 4 s.
        #expect(Self.finding(nil, .throughput, .load("a"), .greater(9)).observed == 10)
        #expect(Self.finding(nil, .throughput, .load("b"), .greater(9)).observed == 13)
        #expect(Self.finding(.count, .errors, .load("a"), .equal(0)).verdict == .pass)
        #expect(Self.finding(.count, .errors, .load("b"), .equal(0)).observed == 10)
    }

    @Test("A step that only one load sends is over that load's time, one that both send over theirs together")
    func ofSteps() {
        // estimate: 40 + 10 in 4 s; list: 100 + 2 in 14 s; the whole run: 152 in 14 s.
        #expect(Self.finding(nil, .throughput, .name("estimate"), .greater(9)).observed == 12.5)
        #expect(Self.finding(.rate, .throughput, .name("list"), .greater(1)).observed == 102.0 / 14)
        #expect(Self.finding(nil, .throughput, nil, .greater(9)).observed == 152.0 / 14)
    }

    @Test("Dropped arrivals are counted by load")
    func dropped() {
        #expect(Self.finding(nil, .dropped, .load("a"), .equal(0)).verdict == .pass)
        // 5 of 5 + 10 begun and 5 dropped.
        let finding = Self.finding(.ratio, .dropped, .load("b"), .less(0.5))
        #expect(finding.observed == 0.25 && finding.samples == 20)
        #expect(Self.finding(nil, .dropped, .name("list"), .equal(0)).verdict == .noData)
    }

    @Test("What is not called so has no data, and the time of no load is no time")
    func unknown() {
        #expect(Self.finding(nil, .throughput, .load("c"), .greater(9)).verdict == .noData)
    }

    @Test("A window, and an abort, are over the seconds in which the load was measured")
    func windows() {
        var objective = Fixtures.objective(nil, .throughput, of: .load("b"), .greaterOrEqual(10), in: .seconds(2))
        objective.abortAfter = .seconds(2)
        var scenario = Self.scenario
        scenario.objectives = [objective]
        var watch = ObjectiveWatch(scenario)
        let good = Self.interval([4: Fixtures.tally(Array(repeating: 1, count: 10))])
        // Ten seconds of load a alone: of b nothing is expected, so nothing is broken.
        for _ in 0..<10 { #expect(watch.feed(Self.interval([:]), loads: [true, false]) == nil) }
        #expect(watch.findings(of: Self.measurement())[0].verdict == .noData)
        for _ in 0..<3 { #expect(watch.feed(good, loads: [true, true]) == nil) }
        #expect(watch.findings(of: Self.measurement())[0].verdict == .pass)
        // One second without an answer: 5/s over two.
        #expect(watch.feed(Self.interval([:]), loads: [false, true]) != nil)
        #expect(watch.findings(of: Self.measurement())[0].observed == 5)
    }

    // MARK: The audit

    private static func audit(
        _ objectives: [Objective] = [], _ change: (inout RunMeasurement) -> Void
    ) -> GeneratorAudit {
        var scenario = scenario
        scenario.objectives = objectives
        var measurement = measurement([0: Fixtures.tally([1])])
        measurement.total.dropped = 0
        measurement.loads[1].counts.dropped = 0
        change(&measurement)
        return GeneratorAudit(
            scenario: scenario, measurement: measurement,
            findings: ObjectiveWatch(scenario).findings(of: measurement))
    }

    private static func arrivals(
        _ measurement: inout RunMeasurement, _ load: Int, _ inTime: UInt64, of intended: UInt64
    ) {
        measurement.loads[load].intendedArrivals = intended
        measurement.loads[load].openLoad = Span(seconds: 10)
        measurement.loads[load].counts.inTime = inTime
        measurement.intendedArrivals = (measurement.intendedArrivals ?? 0) + intended
        measurement.arrivalsInTime = (measurement.arrivalsInTime ?? 0) + inTime
        measurement.openLoad = Span(seconds: 20)
    }

    @Test("A load that lacks arrivals is found beside one that sends a hundred times as many")
    func shortfall() {
        let audit = Self.audit {
            Self.arrivals(&$0, 0, 50, of: 100)
            Self.arrivals(&$0, 1, 10_000, of: 10_000)
        }
        // 10,050 of 10,100 are 99.5 %: as a whole nothing lacks.
        #expect(audit.reasons.map(\.kind) == [.achievedRate])
        #expect(
            audit.reasons[0].cause
                == "of the load a only 5 of the intended 10 arrivals a second were begun in time (50.0 %)")
        let whole = Self.audit {
            Self.arrivals(&$0, 0, 99, of: 100)
            Self.arrivals(&$0, 1, 10_000, of: 10_000)
        }
        #expect(whole.reasons == [])
    }

    @Test("What a load dropped is told by its name, and allowed for by an objective on that load only")
    func droppedAudit() {
        func dropping(_ measurement: inout RunMeasurement) {
            measurement.loads[1].counts.dropped = 5
            measurement.total.loads[1].dropped = 5
            measurement.total.dropped = 5
        }
        let plain = Self.audit { dropping(&$0) }
        #expect(plain.reasons.map(\.kind) == [.dropped])
        #expect(plain.reasons[0].cause == "5 arrivals were dropped (b 5): all 10,000 users were busy")
        let allowed = Fixtures.objective(nil, .dropped, of: .load("b"), .lessOrEqual(5))
        #expect(Self.audit([allowed]) { dropping(&$0) }.reasons == [])
        let other = Fixtures.objective(nil, .dropped, of: .load("a"), .lessOrEqual(5))
        #expect(Self.audit([other]) { dropping(&$0) }.reasons.map(\.kind) == [.dropped])
    }

    // MARK: Changes by hand

    @Test("A run that was changed by hand is inconclusive, whatever was observed")
    func changed() {
        for (limit, was) in [(10.0, "it held"), (0.5, "it was broken")] {
            var scenario = Self.scenario
            scenario.objectives = [Fixtures.objective(.maximum, .responseTime, of: .load("a"), .less(limit))]
            var measurement = Self.measurement([0: Fixtures.tally([1])])
            measurement.total.dropped = 0
            measurement.loads[1].counts.dropped = 0
            measurement.changes = [LoadChange(at: Span(seconds: 3), load: 0, pace: .paused)]
            let judgement = RunJudgement(
                scenario: scenario, measurement: measurement, watch: ObjectiveWatch(scenario))
            #expect(judgement.verdict == .inconclusive)
            #expect(judgement.findings[0].verdict == .inconclusive && judgement.findings[0].observed == 1)
            #expect(
                judgement.findings[0].note?.contains("the load was changed by hand: of what was sent \(was)") == true)
            scenario.objectives = []
            #expect(
                RunJudgement(scenario: scenario, measurement: measurement, watch: ObjectiveWatch(scenario)).verdict
                    == .inconclusive)
        }
    }
}

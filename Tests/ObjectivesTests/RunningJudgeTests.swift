import Measures
import Scenarios
import Testing

@testable import Objectives
@testable import VerificationKit

@Suite struct RunningJudgeTests {
    private static func scenario(_ objectives: Objective...) -> Scenario {
        var scenario = Fixtures.scenario
        scenario.objectives = objectives
        return scenario
    }

    private static func judged(_ scenario: Scenario, _ seconds: [Interval]) -> [ObjectiveFinding?] {
        var judge = RunningJudge(scenario)
        var watch = ObjectiveWatch(scenario)
        for (number, second) in seconds.enumerated() {
            _ = watch.feed(second)
            judge.feed(second, number: number)
        }
        judge.judge(windows: watch) { true }
        return judge.findings
    }

    @Test("what was measured so far is judged as the whole run would be")
    func soFar() {
        let p95 = Fixtures.objective(.percentile(95), .responseTime, of: .name("list"), .less(2))
        let rate = Fixtures.objective(nil, .throughput, .greater(150))
        let seconds = [[1.0, 1.5, 3], [1, 1, 1]].map { values in
            Fixtures.interval(Fixtures.tally((0..<100).map { values[$0 % 3] }))
        }
        var measurement = RunMeasurement(steps: 4, flows: 2, reactors: 1)
        for second in seconds { measurement.total.add(second) }
        measurement.measured = Span(seconds: 2)
        let scenario = Self.scenario(p95, rate)
        #expect(Self.judged(scenario, seconds) == ObjectiveWatch(scenario).findings(of: measurement))
        // A third of one second's 100 took 3 ms: 16.5 % of all, so the p95 is broken. 100 a second are too few.
        #expect(Self.judged(scenario, seconds).map { $0?.verdict } == [.fail, .fail])
        #expect(Self.judged(scenario, [seconds[1]])[0]?.verdict == .pass)
    }

    @Test("the worst window so far stands for an objective with a window")
    func windows() {
        let objective = Fixtures.objective(.maximum, .responseTime, .less(5), in: .seconds(2))
        let seconds = [1.0, 9, 1, 1, 1].map { Fixtures.interval(Fixtures.tally([$0])) }
        let finding = Self.judged(Self.scenario(objective), seconds)[0]
        #expect(finding?.verdict == .fail)
        #expect(finding?.note == "worst window: 0 to 2 s")
    }

    @Test("a probe is judged by the samples of the measured seconds")
    func probes() {
        var scenario = Self.scenario(Fixtures.objective(nil, .probe("pool"), .lessOrEqual(5)))
        scenario.probes = [Probe(name: "pool", source: .command([Text("x")], environment: []), format: .number)]
        func finding(warmup: Int) -> ObjectiveFinding? {
            var judge = RunningJudge(scenario)
            for second in 0..<10 {
                let asked = Span(seconds: Double(second) + 0.2)
                let value = Double(second < 3 ? 9 : 5)
                judge.feed(ProbeSample(asked: asked, answered: asked, reading: .value(value)), of: "pool")
                if second >= warmup { judge.feed(Fixtures.interval(nil), number: second) }
            }
            judge.judge(windows: ObjectiveWatch(scenario)) { true }
            return judge.findings[0]
        }
        #expect(finding(warmup: 3)?.verdict == .pass)
        #expect(finding(warmup: 3)?.samples == 7)
        #expect(finding(warmup: 2)?.verdict == .fail)
    }

    @Test("where time is short objectives are judged in turn, one at least each time")
    func turns() {
        let scenario = Self.scenario(
            Fixtures.objective(nil, .errors, .equal(0)), Fixtures.objective(nil, .availability, .greater(0.5)),
            Fixtures.objective(.maximum, .responseTime, .less(5)))
        var judge = RunningJudge(scenario)
        judge.feed(Fixtures.interval(Fixtures.tally([1])), number: 0)
        for known in 1...3 {
            judge.judge(windows: ObjectiveWatch(scenario)) { false }
            #expect(judge.findings.map { $0 != nil } == [true, known >= 2, known >= 3])
        }
        // Without objectives there is nothing to do.
        var none = RunningJudge(Self.scenario())
        none.judge(windows: ObjectiveWatch(Self.scenario())) { true }
        #expect(none.findings.isEmpty)
    }

    @Test("an objective stands broken only if what is still to come can't put it right by its mere number")
    func standings() {
        func standing(_ verdict: Verdict, _ comparison: Objective.Comparison, _ unit: MeasuredUnit)
            -> RunningJudge.Standing
        {
            RunningJudge.standing(
                of: ObjectiveFinding(
                    objective: Fixtures.objective(.count, .errors, comparison), verdict: verdict, observed: 3,
                    unit: unit))
        }
        #expect(standing(.pass, .less(5), .count) == .ok)
        #expect(standing(.inconclusive, .less(5), .ratio) == .open)
        #expect(standing(.noData, .less(5), .ratio) == .noData)
        #expect(standing(.fail, .less(2), .count) == .broken)
        #expect(standing(.fail, .greater(5), .count) == .open)
        #expect(standing(.fail, .greater(5), .perSecond) == .broken)
        #expect(standing(.fail, .equal(5), .count) == .open)
        #expect(standing(.fail, .equal(0), .count) == .broken)
        #expect(standing(.fail, .within(5...9), .count) == .open)
        #expect(standing(.fail, .within(1...2), .count) == .broken)
    }
}

import Measures
import Scenarios
import Testing
import VerificationKit

@testable import Objectives

@Suite("Objectives on streams of events") struct StreamObjectiveTests {
    private func tally(first: [Double] = [], gaps: [Double] = [], events: [UInt64] = [], silent: UInt64 = 0)
        -> StepTally
    {
        var tally = StepTally()
        for time in first { tally.record(Fixtures.ms(time), as: .firstEvent) }
        for time in gaps { tally.record(Fixtures.ms(time), as: .eventGap) }
        for count in events { tally.events.count(count) }
        for _ in 0..<max(first.count, events.count) { tally.outcomes.count(.ok) }
        tally.events.silent = silent
        return tally
    }

    @Test("A first event and gaps are judged as other latencies are") func latencies() {
        let first = Fixtures.objective(.percentile(95), .firstEvent, .less(10))
        let thousand = tally(first: Array(repeating: 1, count: 1_000), gaps: Array(repeating: 4, count: 1_000))
        #expect(Fixtures.finding(first, thousand).verdict == .pass)
        #expect(Fixtures.finding(Fixtures.objective(.percentile(95), .eventGap, .less(3)), thousand).verdict == .fail)
        #expect(Fixtures.finding(Fixtures.objective(.maximum, .eventGap, .less(5)), thousand).verdict == .pass)
        #expect(Fixtures.finding(first, StepTally()).note == "there was no exchange")
    }

    @Test("Exchanges without an event leave open what they might have broken: their first event never came")
    func silent() {
        let p95 = Fixtures.objective(.percentile(95), .firstEvent, .less(10))
        // The 114th of 120 may be one of the 20 that had none.
        let open = Fixtures.finding(p95, tally(first: Array(repeating: 1, count: 100), silent: 20))
        #expect(open.verdict == .inconclusive && open.isAtLeast)
        #expect(open.note == "20 exchanges had no event, and might change this: errors says what became of them")
        #expect(Fixtures.finding(p95, tally(first: Array(repeating: 1, count: 1_000), silent: 5)).verdict == .pass)
        let most = Fixtures.objective(.maximum, .firstEvent, .less(10))
        #expect(Fixtures.finding(most, tally(first: [1], silent: 1)).verdict == .inconclusive)
        #expect(Fixtures.finding(most, tally(first: [20], silent: 1)).verdict == .fail)
        // Gaps are of those that had events.
        let gaps = Fixtures.objective(.maximum, .eventGap, .less(10))
        #expect(Fixtures.finding(gaps, tally(gaps: [1], silent: 1)).verdict == .pass)
    }

    @Test("Events have a fewest, a mean and a most of a stream, and a count and a rate of all") func events() {
        let counts: [UInt64] = [3, 5, 10]
        func finding(_ statistic: Objective.Statistic, _ comparison: Objective.Comparison) -> ObjectiveFinding {
            Fixtures.finding(Fixtures.objective(statistic, .events, comparison), tally(events: counts))
        }
        #expect(finding(.minimum, .greaterOrEqual(3)).verdict == .pass)
        #expect(finding(.minimum, .greater(3)).verdict == .fail)
        #expect(finding(.mean, .within(6...6)).verdict == .pass)
        #expect(finding(.maximum, .equal(10)).observed == 10)
        #expect(finding(.count, .equal(18)).samples == 3)
        // 18 in ten seconds.
        let rate = finding(.rate, .greater(1.8))
        #expect(rate.observed == 1.8 && rate.unit == .perSecond && rate.verdict == .fail)
        let none = Fixtures.finding(Fixtures.objective(.minimum, .events, .greater(0)), tally(silent: 5))
        #expect(none.verdict == .noData && none.note == "no stream came to an end")
    }

    @Test("Streams that were cut off leave open what they might have changed") func cutOff() {
        func verdict(_ statistic: Objective.Statistic, _ comparison: Objective.Comparison) -> Verdict {
            var tally = tally(events: [3, 5])
            tally.events.cutOff = 1
            return Fixtures.finding(Fixtures.objective(statistic, .events, comparison), tally).verdict
        }
        #expect(verdict(.minimum, .greaterOrEqual(3)) == .inconclusive)
        #expect(verdict(.minimum, .greaterOrEqual(4)) == .fail)
        #expect(verdict(.minimum, .less(4)) == .pass)
        #expect(verdict(.maximum, .greaterOrEqual(5)) == .pass)
        #expect(verdict(.maximum, .less(6)) == .inconclusive)
        #expect(verdict(.count, .greaterOrEqual(8)) == .pass)
        #expect(verdict(.mean, .greater(1)) == .inconclusive)
    }

    @Test(
        "A first event that a stall of this process held up is not held against the target, though its stream was cut off"
    )
    func stalledFirst() {
        var tally = tally(first: [1, 1, 400], gaps: [1], events: [2, 2])
        tally.events.cutOff = 1
        tally.events.stalledFirsts = 1
        var measurement = Fixtures.measurement(tally)
        measurement.total.heldUp = Fixtures.ms(400)
        let objective = Fixtures.objective(.maximum, .firstEvent, .less(100))
        let finding = ObjectiveJudge(objective, scenario: Fixtures.scenario).finding(of: measurement)
        #expect(finding.verdict == .fail)
        let audit = GeneratorAudit(scenario: Fixtures.scenario, measurement: measurement, findings: [finding])
        let effect = AuditEffect(audit, scenario: Fixtures.scenario, measurement: measurement)
        #expect(effect.finding(finding).verdict == .invalid)
    }

    @Test("A gap that a stall of this process made is not held against the target") func stalled() {
        var tally = tally(first: [1, 1, 1], gaps: [1, 1, 400], events: [2, 2, 2])
        tally.events.stalledGaps = 1
        var measurement = Fixtures.measurement(tally)
        measurement.total.heldUp = Fixtures.ms(400)
        let objective = Fixtures.objective(.maximum, .eventGap, .less(100))
        let finding = ObjectiveJudge(objective, scenario: Fixtures.scenario).finding(of: measurement)
        #expect(finding.verdict == .fail)
        let audit = GeneratorAudit(scenario: Fixtures.scenario, measurement: measurement, findings: [finding])
        let effect = AuditEffect(audit, scenario: Fixtures.scenario, measurement: measurement)
        #expect(effect.finding(finding).verdict == .invalid)
        // A gap that would be too long without what was lost is the target's own.
        tally.record(Fixtures.ms(900), as: .eventGap)
        measurement.total.steps[0] = tally
        let worse = ObjectiveJudge(objective, scenario: Fixtures.scenario).finding(of: measurement)
        let effectOfWorse = AuditEffect(audit, scenario: Fixtures.scenario, measurement: measurement)
        #expect(worse.observed == 900 && effectOfWorse.finding(worse).verdict == .fail)
    }
}

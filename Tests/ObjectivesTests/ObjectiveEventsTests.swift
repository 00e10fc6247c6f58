import Capacity
import Measures
import Scenarios
import Testing

@testable import Objectives

@Suite("What seconds tell of an objective") struct ObjectiveEventsTests {
    private func criterion(
        _ statistic: Objective.Statistic?, _ measure: Objective.Measure, _ comparison: Objective.Comparison,
        in window: Duration? = nil
    ) -> TrialWatch.Criterion {
        ObjectiveEvents(
            Fixtures.objective(statistic, measure, comparison, in: window), scenario: Fixtures.scenario
        ).criterion
    }

    @Test("percentiles, availability and ratios of errors are shares of events, counts are counts, all else waits")
    func criteria() {
        guard case .share(let p95) = criterion(.percentile(95), .responseTime, .less(200)),
            case .share(let available) = criterion(nil, .availability, .greaterOrEqual(0.999)),
            case .share(let errors) = criterion(.ratio, .errors, .less(0.01))
        else {
            Issue.record("not a share")
            return
        }
        #expect(abs(p95 - 0.05) < 1e-12)
        #expect(abs(available - 0.001) < 1e-12)
        #expect(errors == 0.01)
        #expect(criterion(.count, .errors, .equal(0)) == .count(atMost: 0))
        #expect(criterion(.count, .errors, .less(3)) == .count(atMost: 2))
        #expect(criterion(.count, .errors, .lessOrEqual(3)) == .count(atMost: 3))
        #expect(criterion(.maximum, .responseTime, .less(200)) == .count(atMost: 0))
        // 100 % leaves no room.
        #expect(criterion(nil, .availability, .greaterOrEqual(1)) == .count(atMost: 0))
        for late in [
            criterion(.mean, .responseTime, .less(200)), criterion(.percentile(95), .responseTime, .greater(1)),
            criterion(.percentile(95), .responseTime, .less(200), in: .seconds(5)),
            criterion(nil, .throughput, .greater(10)), criterion(.percentile(50), .probe("pool"), .less(20)),
            criterion(nil, .dropped, .lessOrEqual(10)), criterion(.rate, .errors, .less(1)),
        ] { #expect(late == .end) }
    }

    @Test("events beyond the limit are those that may be: a latency at the limit of a strict one is")
    func events() {
        let events = ObjectiveEvents(
            Fixtures.objective(.percentile(95), .responseTime, .less(2)), scenario: Fixtures.scenario)
        // 1 and 1.5 ms are below 2 ms, 2 and 3 ms are not.
        let second = Fixtures.interval(Fixtures.tally([1, 1.5, 2, 3], bad: 1))
        #expect(events.events(of: second) == TrialSecond.Events(bad: 2, total: 4))
        #expect(events.events(of: Fixtures.interval(nil)) == TrialSecond.Events(bad: 0, total: 0))
        let errors = ObjectiveEvents(
            Fixtures.objective(.count, .errors, .equal(0)), scenario: Fixtures.scenario)
        #expect(errors.events(of: second) == TrialSecond.Events(bad: 1, total: 5))
    }
}

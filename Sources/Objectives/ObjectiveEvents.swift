public import Capacity
public import Measures
public import Scenarios
public import VerificationKit

/// What of a load's seconds tells, before its end, whether an objective holds: the events that are beyond its limit.
public struct ObjectiveEvents: Sendable {
    /// How the objective is judged while the load goes on.
    public let criterion: TrialWatch.Criterion

    private enum Source {
        /// Latencies beyond the limit, of all.
        case latencies
        /// Exchanges that are not `ok`, of all.
        case exchanges
        /// Nothing that a second tells.
        case none
    }

    private let judge: ObjectiveJudge
    private let source: Source

    /// Makes it of an objective of a scenario.
    public init(_ objective: Objective, scenario: Scenario) {
        judge = ObjectiveJudge(objective, scenario: scenario)
        (source, criterion) = Self.plan(objective, judge.limit)
    }

    private static func plan(_ objective: Objective, _ limit: Limit) -> (Source, TrialWatch.Criterion) {
        // A window is judged whole, two-sided limits and equalities at the end.
        guard objective.window == nil else { return (.none, .end) }
        let isLatency = LatencyMeasure(objective.measure) != nil || objective.measure == .iterationTime
        switch (objective.measure, objective.statistic, objective.comparison) {
        case (_, .percentile(let percent)?, .less), (_, .percentile(let percent)?, .lessOrEqual):
            guard isLatency else { return (.none, .end) }
            return (.latencies, percent < 100 ? .share(allowed: 1 - percent / 100) : .count(atMost: 0))
        case (_, .maximum?, .less), (_, .maximum?, .lessOrEqual):
            return isLatency ? (.latencies, .count(atMost: 0)) : (.none, .end)
        case (.availability, _, .greater(let least)), (.availability, _, .greaterOrEqual(let least)):
            return (.exchanges, share(1 - least))
        case (.errors, .count?, .equal(let most)), (.errors, .count?, .lessOrEqual(let most)):
            return (.exchanges, .count(atMost: most))
        case (.errors, .count?, .less(let most)):
            return (.exchanges, .count(atMost: most.rounded(.up) - 1))
        case (.errors, nil, .less(let most)), (.errors, .ratio?, .less(let most)),
            (.errors, nil, .lessOrEqual(let most)), (.errors, .ratio?, .lessOrEqual(let most)):
            return (.exchanges, share(most))
        case (.errors, nil, .equal(0)), (.errors, .ratio?, .equal(0)): return (.exchanges, .count(atMost: 0))
        default: return (.none, .end)
        }
    }

    /// 1 − 99.9 % is 0.1 % with an error of rounding, and 1 − 100 % leaves no room.
    private static func share(_ allowed: Double) -> TrialWatch.Criterion {
        allowed > 1e-12 ? .share(allowed: allowed) : .count(atMost: 0)
    }

    /// The events of a second, or of any interval.
    public func events(of interval: Interval) -> TrialSecond.Events {
        switch source {
        case .none: return TrialSecond.Events(bad: 0, total: 0)
        case .exchanges:
            let outcomes = judge.sample(of: interval, seconds: 1).outcomes
            return TrialSecond.Events(bad: outcomes.bad, total: outcomes.total)
        case .latencies:
            guard let latencies = judge.sample(of: interval, seconds: 1).latencies else {
                return TrialSecond.Events(bad: 0, total: 0)
            }
            let sample = RankedLatencies(latencies: latencies)
            return TrialSecond.Events(bad: sample.countAbove(judge.limit), total: sample.count)
        }
    }
}

extension TrialWatch.Finding {
    /// What an objective's verdict at the end of a trial says.
    public init(_ verdict: Verdict) {
        self =
            switch verdict {
            case .pass: .held
            case .fail: .broken
            case .inconclusive, .noData, .invalid: .open
            }
    }
}

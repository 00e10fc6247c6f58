import Measures
import Objectives
public import Scenarios
import VerificationKit

/// The steady state that a drill must leave and come back to: the scenario's objectives on its load, judged over seconds of
/// intended sends.
///
/// Judged are availability, errors, throughput, response_time and service_time: what attempts tell. A window meets them where
/// none fails by what was observed; where no objective is about failures, none may fail.
public struct SteadyState: Sendable {
    private let judges: [(index: Int, judge: ObjectiveJudge)]
    private let judgesFailures: Bool
    private let steps: Int
    private let flows: Int

    /// The hypothesis of a scenario.
    public init(_ scenario: Scenario) {
        let judged = scenario.objectives.enumerated().filter { $0.element.isJudgedInDrills }
        judges = judged.map { ($0.offset, ObjectiveJudge($0.element, scenario: scenario)) }
        judgesFailures = judged.contains {
            $0.element.severity == .hard && [.availability, .errors].contains($0.element.measure)
        }
        steps = scenario.steps.count
        flows = scenario.flows.count
    }

    /// What an interval of so many seconds comes to, by the index of each objective.
    func findings(of interval: Interval, seconds: Int) -> [Int: ObjectiveFinding] {
        var measurement = RunMeasurement(steps: steps, flows: flows, reactors: 1)
        measurement.total = interval
        measurement.measured = Span(nanoseconds: Int64(seconds) * 1_000_000_000)
        return Dictionary(uniqueKeysWithValues: judges.map { ($0.index, $0.judge.finding(of: measurement)) })
    }

    /// How a window met the objectives.
    struct Assessment: Sendable {
        /// Why it does not meet them; nil: it does.
        var obstacle: String?
        /// What each of those that are judged came to.
        var objectives: [DrillReport.Phase.Judged] = []
    }

    /// How a window meets the objectives.
    func assessment(of interval: Interval, seconds: Int) -> Assessment {
        let findings = findings(of: interval, seconds: seconds)
        let judged = judges.compactMap { index, _ in
            findings[index].map {
                DrillReport.Phase.Judged(objective: index, verdict: $0.verdict, observed: $0.observed, unit: $0.unit)
            }
        }
        return Assessment(obstacle: obstacle(to: interval, findings), objectives: judged)
    }

    private func obstacle(to interval: Interval, _ findings: [Int: ObjectiveFinding]) -> String? {
        var outcomes = OutcomeCounts()
        for tally in interval.wholeSteps { outcomes.add(tally.outcomes) }
        guard outcomes.good > 0 else { return outcomes.total == 0 ? "nothing was sent" : "no exchange was good" }
        if !judgesFailures, outcomes.bad > 0 {
            return "\(counted(Int(outcomes.bad), "exchange")) of \(outcomes.total) failed"
        }
        for (index, judge) in judges where judge.objective.severity == .hard {
            guard findings[index]?.verdict == .fail else { continue }
            return "\(judge.objective.source) did not hold"
        }
        return nil
    }
}

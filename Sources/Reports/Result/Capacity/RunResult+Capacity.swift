internal import Baselines
internal import Capacity
internal import Objectives
public import Scenarios
internal import VerificationKit

extension RunResult {
    /// The result of a search for a capacity: of the trial that shows it best, with the answer and the objectives on it.
    ///
    /// Shown is the last trial that confirmed a rate, else the one at the highest rate that held, else the one at the lowest that
    /// did not.
    ///
    /// - Parameters:
    ///   - capacity: The answer.
    ///   - results: Each trial's own result, in the order of the steps; at least one.
    ///   - objectives: The scenario's objectives on the capacity.
    ///   - before: What to compare with, and how much lower is no regression.
    ///   - digest: Of what the capacity is of: the load without its rate and length, and the objectives.
    ///   - isOver: False where the search was interrupted, or goes on.
    /// - Returns: nil where there is no trial.
    public static func capacity(
        _ capacity: CapacityResult, of results: [RunResult], objectives: [Objective],
        before: (reference: CapacityReference, tolerance: Double)? = nil, isOver: Bool,
        digest: String? = nil, redact: (String) -> String
    ) -> RunResult? {
        let steps = Array(zip(capacity.steps, results))
        let held = steps.filter { $0.0.verdict == .pass && $0.0.counts }
        guard
            let (step, shown) = held.last(where: { $0.0.purpose == .confirm })
                ?? held.max(by: { $0.0.rate < $1.0.rate })
                ?? steps.filter({ $0.0.verdict != .invalid }).min(by: { $0.0.rate < $1.0.rate }) ?? steps.first
        else { return nil }
        var result = shown
        result.capacity = capacity
        if let digest { result.environment?.scenarioSHA256 = digest }
        result.capacity?.hardObjectives = objectives.count { $0.severity == .hard }
        if let before, isOver {
            result.capacity?.comparison = CapacityComparison(
                capacity, result.environment, with: before.reference, tolerance: before.tolerance, redact: redact)
        }
        // The step's own end is a fixed sample; the search decided by its sequential test.
        for index in result.objectives.indices where result.objectives[index].severity == .hard {
            if step.verdict == .pass {
                result.objectives[index].verdict = .pass
                result.objectives[index].note = "shown at \(CapacityResult.shown(step.rate))"
            } else if step.verdict == .inconclusive, result.objectives[index].verdict == .fail {
                result.objectives[index].verdict = .inconclusive
                result.objectives[index].note = "not shown at \(CapacityResult.shown(step.rate))"
            }
        }
        let findings = objectives.map { CapacityJudge.finding(of: $0, capacity) }
        result.objectives += findings.map { ObjectiveResult($0, redact: redact) }
        result.ending = isOver ? .completed : .interrupted
        result.partial = !isOver
        result.verdict = result.grounds.verdict
        return result
    }
}

/// Judges objectives on the capacity by its interval, never by the estimate within: the lower end shows that it is above a limit,
/// the upper one that it is below, and a limit between them leaves it open.
enum CapacityJudge {
    static func finding(of objective: Objective, _ capacity: CapacityResult) -> ObjectiveFinding {
        var finding = ObjectiveFinding(objective: objective, verdict: .noData, unit: .perSecond)
        finding.samples = UInt64(capacity.steps.filter(\.counts).count)
        guard let rate = capacity.rate ?? (capacity.high == nil ? nil : 0) else {
            finding.note = capacity.sentence
            return finding
        }
        finding.observed = rate
        finding.isAtLeast = capacity.rate != nil && capacity.high == nil
        let (low, high) = (capacity.low ?? 0, capacity.high ?? .infinity)
        func verdict(holds: Bool, breaks: Bool) -> Verdict { holds ? .pass : breaks ? .fail : .inconclusive }
        switch objective.comparison {
        case .greater(let least):
            finding.bound = low
            finding.verdict = verdict(holds: low > least, breaks: high <= least)
        case .greaterOrEqual(let least):
            finding.bound = low
            finding.verdict = verdict(holds: low >= least, breaks: high < least)
        case .less(let most):
            finding.bound = high.isFinite ? high : nil
            finding.verdict = verdict(holds: high < most, breaks: low >= most)
        case .lessOrEqual(let most):
            finding.bound = high.isFinite ? high : nil
            finding.verdict = verdict(holds: high <= most, breaks: low > most)
        case .within(let range):
            finding.bound = rate - low > high - rate ? low : high.isFinite ? high : low
            finding.verdict = verdict(
                holds: range.contains(low) && range.contains(high),
                breaks: high < range.lowerBound || low > range.upperBound)
        case .equal: finding.verdict = .inconclusive
        }
        if finding.verdict != .pass { finding.note = capacity.sentence }
        return finding
    }
}

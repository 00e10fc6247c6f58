public import Measures
public import Scenarios
import VerificationKit

/// A step that the measured load never came to, and why: what wasn't done must not look as if it had gone well.
public struct IdleStep: Sendable, Equatable {
    /// The step's number; its place in `Scenario.steps`.
    public var step: Int
    /// Why it never ran.
    public var reason: String

    /// The idle steps of a run, in their order; none where no load was sent.
    ///
    /// Those of a login are left out where there was a warm-up: users may have logged in there.
    public static func all(in scenario: Scenario, _ measurement: RunMeasurement) -> [IdleStep] {
        guard measurement.reactors > 0 else { return [] }
        var idle: [IdleStep] = []
        var number = 0
        let optional = scenario.stepsOfOptionalBlocks
        for (index, flow) in scenario.flowsAndLogin.enumerated() {
            let isLogin = index >= scenario.flows.count
            var hasWholeRun = false
            for step in flow.steps {
                defer { number += 1 }
                if !step.isPart, number < measurement.total.steps.count {
                    hasWholeRun = hasRun(measurement.total.steps[number])
                }
                guard number < measurement.total.steps.count, !hasRun(measurement.total.steps[number]),
                    !(isLogin && measurement.total.warmup > 0)
                else { continue }
                let reason =
                    step.isPart && hasWholeRun
                    ? "no conversation came to it"
                    : isLogin
                        ? "no user that logged in came to it"
                        : reason(ofFlow: index, scenario, measurement.total, isOptional: optional.contains(number))
                idle.append(IdleStep(step: number, reason: reason))
            }
        }
        return idle
    }

    private static func hasRun(_ tally: StepTally?) -> Bool {
        guard let tally else { return false }
        // An exchange, or a conversation before its first reply, that the end cut off was begun.
        return tally.outcomes.total > 0 || tally.outcomes.unfinished > 0 || tally[.startLag] != nil
            || tally[.firstByte] != nil
    }

    /// `isOptional`: a block around the step may be left out.
    private static func reason(
        ofFlow flow: Int, _ scenario: Scenario, _ total: Interval, isOptional: Bool
    ) -> String {
        guard flow < total.iterationCounts.count else { return "nothing was measured of it" }
        let counts = total.iterationCounts[flow]
        if let completed = total.iterationTimes[flow]?.count, completed > 0 {
            guard isOptional else { return "its condition held in none of \(iterations(completed))" }
            return "its conditions, or those of the blocks around it, held in none of \(iterations(completed))"
        }
        let load = scenario.loads.first { $0.name == scenario.flows[flow].load }
        if counts.begun == 0, let load, !load.stages.isEmpty, !load.isMeasured {
            return "its load sends nothing that is measured: all of its stages are warm-ups or idle"
        }
        if counts.begun == 0 { return "no iteration of its flow was begun" }
        if counts.givenUp == counts.begun { return "\(iterations(counts.begun)) of its flow were given up before it" }
        return
            "\(iterations(counts.begun)) of its flow did not come to it, \(Figure.grouped(counts.givenUp)) were given up"
    }

    private static func iterations(_ count: UInt64) -> String {
        count == 1 ? "1 iteration" : "\(Figure.grouped(count)) iterations"
    }

    /// The findings with a note where an objective is about steps that never ran.
    static func noted(
        _ findings: [ObjectiveFinding], _ scenario: Scenario, _ measurement: RunMeasurement
    ) -> [ObjectiveFinding] {
        let idle = all(in: scenario, measurement)
        guard !idle.isEmpty else { return findings }
        let labels = scenario.stepLabels
        return findings.map { finding in
            guard finding.objective.measure.isOfSteps else { return finding }
            let steps = StepSelection(finding.objective.selector, in: scenario).steps
            let meant = idle.filter { steps.contains($0.step) }
            guard let first = meant.first else { return finding }
            let names = meant.prefix(3).map { JSONString.quoted(labels[$0.step]) }.joined(separator: ", ")
            let more = meant.count > 3 ? " and \(meant.count - 3) more" : ""
            let note = "never ran: \(names)\(more) (\(first.reason))"
            var finding = finding
            finding.note = finding.note.map { "\($0); \(note)" } ?? note
            return finding
        }
    }
}

extension Objective.Measure {
    /// True for what is measured of exchanges, and so of steps.
    fileprivate var isOfSteps: Bool {
        switch self {
        case .availability, .errors, .throughput, .events: true
        default: LatencyMeasure(self) != nil
        }
    }
}

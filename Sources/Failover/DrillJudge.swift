import Measures
public import Objectives
public import Scenarios
import VerificationKit

/// Judges a scenario's objectives by what its drill showed.
///
/// A figure is known within its resolution: it passes only where it does at both ends of that, and fails only where it does at
/// both ends.
public enum DrillJudge {
    /// What all objectives came to, and whether the drill says anything.
    public static func findings(_ report: DrillReport, _ scenario: Scenario) -> DrillFindings {
        let findings = scenario.objectives.enumerated().map { index, objective in
            finding(objective, index, report)
        }
        return DrillFindings(findings: findings, verdict: report.inconclusive.isEmpty ? .pass : .inconclusive)
    }

    private static func finding(_ objective: Objective, _ index: Int, _ report: DrillReport) -> ObjectiveFinding {
        if let reason = report.inconclusive.first {
            return ObjectiveFinding(objective: objective, verdict: .inconclusive, note: reason)
        }
        guard objective.measure.isOfDrills else {
            guard let finding = report.after[index] else {
                return ObjectiveFinding(
                    objective: objective, verdict: .inconclusive,
                    note: "not judged in a drill: run the scenario's load with loadgate run --only load")
            }
            return noted(finding, "over the last seconds of the load")
        }
        switch objective.measure {
        case .outage:
            if case .name(let flow) = objective.selector {
                guard let figure = report.flowOutages[flow] else { return noData(objective, "the flow sent nothing") }
                return time(
                    objective, figure, atLeast: report.openOutage, never: "the outage had not ended with the load")
            }
            return time(
                objective, report.outage, atLeast: report.openOutage, never: "the outage had not ended with the load")
        case .detection:
            guard report.detection != nil else {
                return noData(objective, "nothing failed, and no role changed: there was nothing to detect")
            }
            return time(objective, report.detection, atLeast: nil, never: "")
        case .rtoFirst:
            return time(
                objective, report.rtoFirst, atLeast: report.observed, never: "no success came after the first failure")
        case .rto:
            return time(
                objective, report.rto, atLeast: report.observed,
                never: "the system had not recovered when the load ended")
        case .failback:
            guard report.faults.contains(where: \.isUndone) else { return noData(objective, "nothing was restored") }
            return time(
                objective, report.failback, atLeast: report.observedAfterRestore,
                never: "it was not steady again when the load ended")
        case .budget:
            guard let budget = report.budget else { return noData(objective, "no objective says how much may fail") }
            return ObjectiveFinding(
                objective: objective, verdict: holds(objective, budget) ? .pass : .fail, observed: budget, samples: 1)
        default: return writes(objective, report.writes)
        }
    }

    // MARK: Times

    /// - Parameter atLeast: What it comes to at least where there is no figure, since the load ended before.
    private static func time(
        _ objective: Objective, _ figure: DrillReport.Figure?, atLeast: Span?, never: String
    ) -> ObjectiveFinding {
        guard let figure else {
            // It may have ended a moment later, or never.
            let least = atLeast?.seconds ?? 0
            let held = [holds(objective, least), holds(objective, .infinity)]
            var finding = ObjectiveFinding(
                objective: objective, verdict: .inconclusive, observed: least, samples: 1, unit: .seconds, note: never)
            finding.isAtLeast = true
            if held == [true, true] { finding.verdict = .pass }
            if held == [false, false] { finding.verdict = .fail }
            return finding
        }
        let value = figure.value.seconds
        let (low, high) = (max(0, value - figure.resolution.seconds), value + figure.resolution.seconds)
        let held = [low, value, high].map { holds(objective, $0) }
        var finding = ObjectiveFinding(
            objective: objective, verdict: .inconclusive, observed: value, samples: 1, unit: .seconds)
        if held.allSatisfy(\.self) {
            finding.verdict = .pass
        } else if !held.contains(true) {
            finding.verdict = .fail
        } else {
            finding.note =
                "known to ± \(Figure.short(figure.resolution.seconds, decimals: 2)) s: send more often, with a shorter timeout"
        }
        return finding
    }

    // MARK: Writes

    private static func writes(_ objective: Objective, _ writes: WriteReport?) -> ObjectiveFinding {
        guard let writes else { return noData(objective, "the writes were not audited") }
        let count: UInt64?
        switch objective.measure {
        case .lostWrites: count = writes.lost
        case .splitBrainLoss: count = writes.splitBrainLoss
        case .recovered: count = writes.recovered
        case .duplicates:
            guard let duplicates = writes.duplicates else {
                return noData(objective, "the audit's answers do not tell how often a write was applied: see applied")
            }
            if writes.untold > 0, holds(objective, Double(duplicates)) {
                return ObjectiveFinding(
                    objective: objective, verdict: .inconclusive, observed: Double(duplicates),
                    samples: writes.attempted, unit: .count,
                    note: "of \(counted(Int(writes.untold), "write")) the answer does not tell how often it was applied"
                )
            }
            count = duplicates
        case .indeterminate: count = writes.indeterminate
        case .staleReads: count = writes.staleReads
        case .unexpected: return unexpected(objective, writes)
        default:
            guard writes.acknowledged > 0 else { return noData(objective, "no write was acknowledged") }
            let rpo = writes.rpo.map { DrillReport.Figure($0, resolution: .zero) }
            var finding = time(objective, rpo, atLeast: nil, never: "")
            if writes.undecided > 0, finding.verdict != .fail {
                finding.verdict = .inconclusive
                finding.note = "\(counted(Int(writes.undecided), "write")) could not be read again"
            }
            return finding
        }
        guard writes.attempted > 0 else { return noData(objective, "no write was sent") }
        if writes.acknowledged == 0, [.lostWrites, .splitBrainLoss, .staleReads].contains(objective.measure) {
            return noData(objective, "no write was acknowledged: there was nothing to lose")
        }
        let value = Double(count ?? 0)
        if writes.undecided > 0, objective.measure != .indeterminate { return undecided(objective, writes, value) }
        return ObjectiveFinding(
            objective: objective, verdict: holds(objective, value) ? .pass : .fail, observed: value,
            samples: writes.attempted, unit: .count)
    }

    /// What is there and should not be: the list tells, whatever became of the writes that it should have.
    private static func unexpected(_ objective: Objective, _ writes: WriteReport) -> ObjectiveFinding {
        guard let count = writes.unexpected else { return noData(objective, "the audit has no list: see list") }
        let (value, isMet) = (Double(count), holds(objective, Double(count)))
        var finding = ObjectiveFinding(
            objective: objective, verdict: isMet ? .pass : .fail, observed: value, samples: writes.attempted,
            unit: .count)
        if let problem = writes.listProblem {
            // There may be more of them, which a limit that is broken already does not mend.
            if isMet || holds(objective, .infinity) { finding.verdict = .inconclusive }
            finding.note = "the list could not be read whole: \(problem)"
        }
        return finding
    }

    /// What could not be read again may be lost or not: more of it only fails a limit that is broken already.
    private static func undecided(
        _ objective: Objective, _ writes: WriteReport, _ value: Double?
    ) -> ObjectiveFinding {
        let most = (value ?? 0) + Double(writes.undecided)
        let isBroken = !holds(objective, value ?? 0) && !holds(objective, most)
        return ObjectiveFinding(
            objective: objective, verdict: isBroken ? .fail : .inconclusive, observed: value,
            samples: writes.attempted, unit: .count,
            note: "\(counted(Int(writes.undecided), "write")) could not be read again")
    }

    private static func noData(_ objective: Objective, _ reason: String) -> ObjectiveFinding {
        ObjectiveFinding(objective: objective, verdict: .noData, note: reason)
    }

    private static func noted(_ finding: ObjectiveFinding, _ text: String) -> ObjectiveFinding {
        var finding = finding
        finding.note = finding.note.map { "\(text); \($0)" } ?? text
        return finding
    }

    private static func holds(_ objective: Objective, _ value: Double) -> Bool {
        switch objective.comparison {
        case .less(let limit): value < limit
        case .lessOrEqual(let limit): value <= limit
        case .greater(let limit): value > limit
        case .greaterOrEqual(let limit): value >= limit
        case .equal(let limit): value == limit
        case .within(let range): range.contains(value)
        }
    }
}

extension FaultRecord {
    /// True where it was undone.
    var isUndone: Bool { if case .done = undo { true } else { false } }
}

import CLinux
import Dispatch
import Drills
import Failover
import Foundation
import Generator
import Measures
import NIOConcurrencyHelpers
import Objectives
import Probes
import Scenarios
import VerificationKit

/// A drill beside a load: conducts its faults, follows what users suffer, and audits the writes.
///
/// `@unchecked Sendable`: all that changes lies behind the lock.
final class DrillSession: @unchecked Sendable {
    private struct State {
        var log: AttemptLog
        var radius: BlastRadius
        var roles: [RoleChange] = []
        var values: [String: Double] = [:]
        var healed: (at: Instant, because: String)?
    }

    private let scenario: Scenario
    private let drill: Drill
    private let conductor: DrillConductor
    private let auditor: WriteAuditor?
    private let plan: RunPlan
    private let listener: any RunListener
    private let start: Instant
    private let state: NIOLockedValueBox<State>
    private let healing = DispatchQueue(label: "loadgate.heal", attributes: .concurrent)

    /// Prepares a drill; its services run, and its load is about to begin.
    ///
    /// - Parameter start: The beginning of the load.
    init(
        _ drill: Drill, scenario: Scenario, plan: RunPlan, site: DrillSite, output: OutputDirectory,
        request: DrillRequest, authorised: [String], userAgent: String, start: Instant, environment: [String: String],
        listener: any RunListener, names: NameTable? = nil
    ) throws {
        self.scenario = scenario
        self.drill = drill
        self.plan = plan
        self.listener = listener
        self.start = start
        auditor = try drill.audit.map {
            try WriteAuditor(
                $0, scenario: scenario, run: plan.run, authorised: authorised, userAgent: userAgent, file: output.file,
                listener: listener, names: names)
        }
        let redact = scenario.secrets
        conductor = try DrillConductor(
            drill, at: site, journal: FaultJournal(folder: output.path), only: request.onlyFaults,
            environment: environment,
            onEvent: { occurrence in
                if let text = occurrence.text(start: start) { listener.note(redact.redact(text)) }
            })
        state = NIOLockedValueBox(
            State(
                log: AttemptLog(scenario, start: start), radius: BlastRadius(drill.limits, flows: scenario.flowOfSteps))
        )
    }

    /// The load is about to begin.
    func begin() {
        conductor.begin(at: start)
        auditor?.begin()
    }

    /// Takes exchanges that ended.
    func take(_ attempts: [Attempt]) {
        auditor?.take(attempts)
        let now = Instant(nanoseconds: loadgate_monotonic())
        let began = conductor.records.compactMap(\.applied).min()
        let breach = state.withLockedValue { state -> String? in
            state.log.take(attempts, now: now)
            guard let began, state.healed == nil else { return nil }
            // A part that fails does so in its whole, which counts.
            state.radius.take(attempts.filter { $0.intended >= began && !scenario.steps[Int($0.step)].isPart })
            guard let breach = state.radius.breach(at: now) else { return nil }
            state.healed = (now, breach)
            return breach
        }
        guard let breach else { return }
        listener.problem("\(breach): all faults are undone")
        healing.async { [conductor] in conductor.heal(because: breach) }
    }

    /// Takes a sample of a probe.
    func take(_ sample: ProbeSample, of probe: String) {
        guard drill.roles.contains(probe) else { return }
        let now = Instant(nanoseconds: loadgate_monotonic())
        state.withLockedValue { state in
            let before = state.values[probe]
            guard before != sample.value else { return }
            state.values[probe] = sample.value
            // The first value is none of the drill's doing.
            guard before != nil else { return }
            state.roles.append(RoleChange(probe: probe, at: now, before: before, after: sample.value))
        }
    }

    /// Undoes all faults, then calls `next`. The first call decides; later ones only call theirs.
    func heal(because reason: String, then next: @escaping @Sendable () -> Void) {
        let now = Instant(nanoseconds: loadgate_monotonic())
        let isFirst = state.withLockedValue { state in
            guard state.healed == nil else { return false }
            state.healed = (now, reason)
            return true
        }
        healing.async { [conductor] in
            if isFirst { conductor.heal(because: reason) }
            next()
        }
    }

    /// The load is over: undoes what is left, reads the writes again, and gives the report.
    ///
    /// - Parameters:
    ///   - length: How long the load's stages lasted.
    ///   - addresses: For each step the addresses of its endpoint, by their numbers in attempts.
    func finish(
        length: Span, addresses: [[String]] = [], shouldStop: @escaping @Sendable () -> Bool
    ) -> DrillReport {
        let faults = conductor.finish()
        let (log, roles, healed) = state.withLockedValue { ($0.log, $0.roles, $0.healed) }
        var report = FailoverJudge(scenario, start: start, end: start + length, log: log, faults: faults)
            .report(roles: roles, answerers: plan.answerers?.all ?? [], addresses: addresses)
        if let healed { report.healedEarly = (healed.at - start, healed.because) }
        if let auditor {
            let t0 = faults.compactMap(\.effective).min()
            let (writes, lack) = auditor.finish(start: start, t0: t0, shouldStop: shouldStop)
            report.writes = writes
            report.notes += writes.notes
            if let lack { report.inconclusive.append("the audit of writes: \(lack)") }
        }
        return report
    }
}

extension DrillOccurrence {
    /// A line for people; nil: nothing to tell.
    fileprivate func text(start: Instant) -> String? {
        let time = Figure.fixed((at - start).seconds, decimals: 1)
        switch kind {
        case .willApply: return nil
        case .applied: return "\(time) s  \(record.source): done"
        case .effective: return "\(time) s  \(record.source): took effect (\(record.evidence ?? ""))"
        case .failed: return "\(time) s  \(record.source): \(record.problem ?? "failed")"
        case .willUndo: return "\(time) s  \(record.source): is being undone"
        case .undone:
            switch record.undo {
            case .done(_, let evidence): return "\(time) s  \(record.source): undone (\(evidence))"
            case .failed(_, let problem): return "\(time) s  \(record.source): NOT undone: \(problem)"
            case .notNeeded, .open: return nil
            }
        }
    }
}

extension DrillSite {
    /// Takes what all of a scenario's requests carry, as far as it is known outside of an iteration.
    mutating func takeDefaults(of scenario: Scenario) {
        fields = scenario.defaults.headers.compactMap { header in
            header.value.constant.map { HeaderLine(header.name, $0) }
        }
        if let identities = scenario.identities {
            let value = identities.value.pieces.map { piece in
                switch piece {
                case .literal(let text), .secret(let text, _): text
                case .variable: "1"
                }
            }.joined()
            fields.append(HeaderLine(identities.header, value))
        }
        authentication = scenario.defaults.http.authentication
    }
}

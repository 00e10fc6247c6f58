public import Measures
public import Scenarios
public import VerificationKit

/// What a whole run comes to: its findings, the audit of the generator, and the verdict made of both.
public struct RunJudgement: Sendable, Equatable {
    /// What each objective came to, in the scenario's order.
    public var findings: [ObjectiveFinding]
    /// Whether the generator kept up.
    public var audit: GeneratorAudit
    /// What the scenario's verifications came to, in its order; empty where none was run.
    public var verifications: [VerificationReport]
    /// What the verdict is decided by.
    public var grounds: VerdictGrounds
    /// What the run comes to.
    public var verdict: Verdict { grounds.verdict }

    /// Judges a run at its end.
    ///
    /// - Parameters:
    ///   - watch: The watch that was fed every measured second of the run.
    ///   - probes: What the scenario's probes showed.
    ///   - verifications: What each of the scenario's verifications came to, in its order.
    ///   - endedServices: What services of the scenario ended by themselves, in words.
    ///   - lost: The severities of objectives that the scenario had and that can't be judged any more.
    ///   - drill: What a drill came to; nil where there was none.
    ///   - isWhole: False where only a part of the run is known, however it ended.
    ///   - reasons: What else makes the run invalid, such as a worker that is missing.
    public init(
        scenario: Scenario, measurement: RunMeasurement, watch: ObjectiveWatch, probes: [ProbeSeries] = [],
        verifications: [VerificationReport] = [], endedServices: [String] = [], lost: [Objective.Severity] = [],
        drill: DrillFindings? = nil, isWhole: Bool = true, reasons: [GeneratorAudit.Reason] = []
    ) {
        let findings =
            drill?.findings
            ?? IdleStep.noted(
                watch.findings(of: measurement, probes: probes, verifications: verifications), scenario, measurement)
        self.verifications = verifications
        var audit = GeneratorAudit(
            scenario: scenario, measurement: measurement, findings: findings, endedServices: endedServices,
            isDrill: drill != nil)
        audit.reasons += reasons
        self.audit = audit
        let effect = AuditEffect(audit, scenario: scenario, measurement: measurement)
        self.findings = findings.map(effect.finding).map { measurement.changes.isEmpty ? $0 : Self.unplanned($0) }
        grounds = VerdictGrounds(
            objectives: self.findings.map { .init($0.verdict, $0.objective.severity) }
                + lost.map { .init(.noData, $0) },
            verifications: zip(scenario.verifications, verifications).map { .init($1.verdict, $0.severity) },
            isInvalid: !audit.reasons.isEmpty, load: VerdictGrounds.Load(measurement),
            drill: drill?.verdict,
            isPartial: !isWhole || measurement.ending != .completed, isChanged: !measurement.changes.isEmpty)
    }

    /// What a finding says of the planned load, where another one was sent: nothing, whatever was observed.
    private static func unplanned(_ finding: ObjectiveFinding) -> ObjectiveFinding {
        guard finding.verdict == .pass || finding.verdict == .fail, !finding.objective.measure.isOfVerifications else {
            return finding
        }
        var finding = finding
        let was = finding.verdict == .pass ? "it held" : "it was broken"
        let reason = "the load was changed by hand: of what was sent \(was)"
        finding.note = finding.note.map { "\(reason); \($0)" } ?? reason
        finding.verdict = .inconclusive
        return finding
    }
}

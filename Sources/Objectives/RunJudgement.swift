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
    ///   - isWhole: False where only a part of the run is known, however it ended.
    public init(
        scenario: Scenario, measurement: RunMeasurement, watch: ObjectiveWatch, probes: [ProbeSeries] = [],
        verifications: [VerificationReport] = [], endedServices: [String] = [], lost: [Objective.Severity] = [],
        isWhole: Bool = true
    ) {
        let findings = IdleStep.noted(
            watch.findings(of: measurement, probes: probes, verifications: verifications), scenario, measurement)
        self.verifications = verifications
        let audit = GeneratorAudit(
            scenario: scenario, measurement: measurement, findings: findings, endedServices: endedServices)
        self.audit = audit
        let effect = AuditEffect(audit, scenario: scenario, measurement: measurement)
        self.findings = findings.map(effect.finding)
        grounds = VerdictGrounds(
            objectives: self.findings.map { .init($0.verdict, $0.objective.severity) }
                + lost.map { .init(.noData, $0) },
            verifications: zip(scenario.verifications, verifications).map { .init($1.verdict, $0.severity) },
            isInvalid: !audit.reasons.isEmpty, load: VerdictGrounds.Load(measurement),
            isPartial: !isWhole || measurement.ending != .completed)
    }
}

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
    /// The worst of the hard objectives, the hard verifications and the audit; `no_data` at best where a load was sent
    /// and no exchange was measured.
    public var verdict: Verdict

    /// Judges a run at its end.
    ///
    /// - Parameters:
    ///   - watch: The watch that was fed every measured second of the run.
    ///   - probes: What the scenario's probes showed.
    ///   - verifications: What each of the scenario's verifications came to, in its order.
    ///   - endedServices: What services of the scenario ended by themselves, in words.
    public init(
        scenario: Scenario, measurement: RunMeasurement, watch: ObjectiveWatch, probes: [ProbeSeries] = [],
        verifications: [VerificationReport] = [], endedServices: [String] = []
    ) {
        let findings = IdleStep.noted(
            watch.findings(of: measurement, probes: probes, verifications: verifications), scenario, measurement)
        self.verifications = verifications
        let audit = GeneratorAudit(
            scenario: scenario, measurement: measurement, findings: findings, endedServices: endedServices)
        self.audit = audit
        let effect = AuditEffect(audit, scenario: scenario, measurement: measurement)
        self.findings = findings.map(effect.finding)
        let verified = zip(scenario.verifications, verifications)
            .filter { $0.0.severity == .hard }.map { $0.1.verdict }
        verdict = Self.verdict(
            findings: self.findings, verified: verified, audit: audit, measurement: measurement)
    }

    /// The worst of the hard objectives, of what was verified, and of the audit. Advisory objectives don't count. A run in
    /// which no exchange was good has failed, whatever was asked of it.
    public static func verdict(
        findings: [ObjectiveFinding], verified: [Verdict] = [], audit: GeneratorAudit, measurement: RunMeasurement
    ) -> Verdict {
        var verdicts = findings.filter { $0.objective.severity == .hard }.map(\.verdict) + verified
        if !audit.reasons.isEmpty { verdicts.append(.invalid) }
        if measurement.reactors > 0 {
            var outcomes = OutcomeCounts()
            for case let tally? in measurement.total.steps { outcomes.add(tally.outcomes) }
            verdicts.append(.pass)
            if outcomes.total == 0 {
                verdicts.append(.noData)
            } else if outcomes.good == 0 {
                verdicts.append(audit.reasons.isEmpty ? .fail : .invalid)
            }
        }
        return Verdict.worst(of: verdicts) ?? .noData
    }
}

public import Measures
public import Scenarios

/// What a whole run comes to: its findings, the audit of the generator, and the verdict made of both.
public struct RunJudgement: Sendable, Equatable {
    /// What each objective came to, in the scenario's order.
    public var findings: [ObjectiveFinding]
    /// Whether the generator kept up.
    public var audit: GeneratorAudit
    /// The worst of the hard objectives and the audit; `no_data` at best where no exchange was measured.
    public var verdict: Verdict

    /// Judges a run at its end.
    ///
    /// - Parameter watch: The watch that was fed every measured second of the run.
    public init(scenario: Scenario, measurement: RunMeasurement, watch: ObjectiveWatch) {
        findings = watch.findings(of: measurement)
        audit = GeneratorAudit(scenario: scenario, measurement: measurement, findings: findings)
        verdict = Self.verdict(findings: findings, audit: audit, measurement: measurement)
    }

    /// The worst of the hard objectives and the audit. Advisory objectives don't count. With no objective, a run that
    /// measured something passes.
    public static func verdict(
        findings: [ObjectiveFinding], audit: GeneratorAudit, measurement: RunMeasurement
    ) -> Verdict {
        var verdicts = findings.filter { $0.objective.severity == .hard }.map(\.verdict)
        verdicts.append(audit.verdict)
        let exchanges = measurement.total.steps.reduce(UInt64(0)) { $0 + ($1?.outcomes.total ?? 0) }
        if exchanges == 0 { verdicts.append(.noData) }
        return Verdict.worst(of: verdicts) ?? .noData
    }
}

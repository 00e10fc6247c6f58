public import Measures
public import Scenarios

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
    public init(
        scenario: Scenario, measurement: RunMeasurement, watch: ObjectiveWatch, probes: [ProbeSeries] = [],
        verifications: [VerificationReport] = []
    ) {
        let findings = IdleStep.noted(
            watch.findings(of: measurement, probes: probes, verifications: verifications), scenario, measurement)
        self.verifications = verifications
        let audit = GeneratorAudit(scenario: scenario, measurement: measurement, findings: findings)
        self.audit = audit
        self.findings =
            audit.verdict == .pass
            ? findings
            : findings.map { Self.withoutGeneratorsShare($0, scenario: scenario, measurement: measurement) }
        let verified = zip(scenario.verifications, verifications)
            .filter { $0.0.severity == .hard }.map { $0.1.verdict }
        verdict = Self.verdict(
            findings: self.findings, verified: verified, audit: audit, measurement: measurement)
    }

    /// Where the generator was the bottleneck, a broken limit may be its own doing: then the objective is invalid, not
    /// failed. A response time that breaks its limit even without the time the generator lost (as service time) is the
    /// target's doing, and stays failed.
    private static func withoutGeneratorsShare(
        _ finding: ObjectiveFinding, scenario: Scenario, measurement: RunMeasurement
    ) -> ObjectiveFinding {
        guard finding.verdict == .fail else { return finding }
        switch finding.objective.measure {
        case .responseTime:
            var objective = finding.objective
            objective.measure = .serviceTime
            objective.window = nil
            if ObjectiveJudge(objective, scenario: scenario).finding(of: measurement).verdict == .fail {
                return finding
            }
        case .throughput, .iterationTime: break
        // A pool that too little load leaves idle is no fault of the pool; one that less load overwhelms is.
        case .probe where ProbeJudge.breaksLowerSideOnly(finding): break
        default: return finding
        }
        var finding = finding
        finding.verdict = .invalid
        finding.note = "the generator was the bottleneck: the target may not be to blame"
        return finding
    }

    /// The worst of the hard objectives, of what was verified, and of the audit. Advisory objectives don't count. With no
    /// objective, a run that measured something passes.
    public static func verdict(
        findings: [ObjectiveFinding], verified: [Verdict] = [], audit: GeneratorAudit, measurement: RunMeasurement
    ) -> Verdict {
        var verdicts = findings.filter { $0.objective.severity == .hard }.map(\.verdict) + verified
        let exchanges = measurement.total.steps.reduce(UInt64(0)) { $0 + ($1?.outcomes.total ?? 0) }
        if measurement.reactors > 0 {
            verdicts.append(audit.verdict)
            if exchanges == 0 { verdicts.append(.noData) }
        }
        return Verdict.worst(of: verdicts) ?? .noData
    }
}

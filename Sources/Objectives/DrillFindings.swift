public import VerificationKit

/// What a drill came to: it stands in the place of what objectives come to over a whole run, which holds the fault, too.
public struct DrillFindings: Sendable, Equatable {
    /// What each of the scenario's objectives came to, in their order: measures of the drill by what it showed, those of the
    /// load as the steady state before the first fault and after the last one was undone.
    public var findings: [ObjectiveFinding]
    /// Whether the drill says anything: `inconclusive` where no fault took effect, the steady state did not hold before, or a
    /// fault was not undone.
    public var verdict: Verdict

    /// Makes findings.
    public init(findings: [ObjectiveFinding], verdict: Verdict) {
        self.findings = findings
        self.verdict = verdict
    }
}

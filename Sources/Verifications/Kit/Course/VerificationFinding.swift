public import Scenarios

/// What one check of a verification came to, with what a sceptical reader needs to look for himself.
public struct VerificationFinding: Sendable, Equatable {
    /// The check's name, a bounded label: `limit`, `race_cold`, `hsts`.
    public var check: String
    /// What it came to.
    public var verdict: Verdict
    /// Whether it counts.
    public var severity: Objective.Severity
    /// What should be, e.g. `100`.
    public var expected: String
    /// What was seen, e.g. `131`.
    public var observed: String
    /// How it was seen: which requests, which answers, when, with what to do about it where it failed.
    public var evidence: String
    /// Exchanges that show it, at most a few.
    public var exhibits: [Exhibit]

    /// Makes a finding.
    public init(
        check: String, verdict: Verdict, severity: Objective.Severity = .hard, expected: String, observed: String,
        evidence: String, exhibits: [Exhibit] = []
    ) {
        self.check = check
        self.verdict = verdict
        self.severity = severity
        self.expected = expected
        self.observed = observed
        self.evidence = evidence
        self.exhibits = exhibits
    }
}

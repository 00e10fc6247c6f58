import Objectives
public import Scenarios
public import VerificationKit

/// What a verification came to, as it stands in a result.
public struct VerificationResult: Codable, Equatable, Sendable {
    /// `rate_limit`, `cache`, `headers`, `cors`, `input`, `credentials` or `secrets`.
    public var kind: String
    /// The scenario's name for it.
    public var name: String
    /// The worst of its hard findings.
    public var verdict: Verdict
    /// Whether a failure of it fails the run.
    public var severity: Objective.Severity
    /// The section of the sign-off table.
    public var section: String?
    /// The criterion in the sign-off table.
    public var criterion: String?
    /// How long it took.
    public var seconds: Double
    /// How many exchanges it was made of.
    public var exchanges: Int
    /// Numbers that belong to it, in its own order.
    public var figures: [Figure]?
    /// Pictures of what was seen; absent where there is none, and in results of older versions.
    public var plots: [VerificationPlot]?
    /// One check each, in a fixed order.
    public var findings: [Finding]

    /// A number that belongs to a verification.
    public struct Figure: Codable, Equatable, Sendable {
        /// Its name, a bounded label.
        public var name: String
        /// Its value in `unit`.
        public var value: Double
        /// ms, ratio, per_second or count; absent: a plain number.
        public var unit: MeasuredUnit?
    }

    /// What one check came to.
    public struct Finding: Codable, Equatable, Sendable {
        /// The check's name, a bounded label.
        public var check: String
        /// What it came to.
        public var verdict: Verdict
        /// Whether a failure of it fails the verification.
        public var severity: Objective.Severity
        /// What should be.
        public var expected: String
        /// What was seen.
        public var observed: String
        /// How it was seen, and what to do about it.
        public var evidence: String
        /// Exchanges that show it.
        public var exhibits: [Exhibit]?
    }

    /// An exchange as evidence.
    public struct Exhibit: Codable, Equatable, Sendable {
        /// What was sent.
        public var request: String
        /// What came back.
        public var answer: String
        /// When the request was sent: milliseconds from the verification's beginning.
        public var sent: Double
        /// When its answer had come, likewise.
        public var received: Double

        enum CodingKeys: String, CodingKey {
            case request, answer
            case sent = "sent_ms"
            case received = "received_ms"
        }
    }

    /// What people call it, as while it is carried out.
    public var title: String { DeclaredVerification.title(kind: kind, name: name) }

    /// The checks that came to this, of those that count.
    public func hardCount(_ verdict: Verdict) -> Int {
        findings.count { $0.verdict == verdict && $0.severity == .hard }
    }
}

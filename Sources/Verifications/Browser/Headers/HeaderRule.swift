public import Scenarios

/// Whose answers must carry the header fields that keep browsers safe: `headers:` of `verify:`.
public struct HeaderRule: Sendable {
    /// A set of checks.
    public enum Profile: String, CaseIterable, Sendable {
        /// OWASP's secure headers project.
        case owasp
        /// Mozilla's HTTP observatory.
        case observatory
    }

    /// The requests whose answers are looked at.
    public var requests: [VerifiedRequest]
    /// Which checks.
    public var profile = Profile.owasp
    /// Which kinds of answers.
    public var coverage = AnswerCoverage()
    /// A URL of plain HTTP that must lead to HTTPS; nil: the target's own where it is HTTPS on port 443.
    public var upgrade: VerifiedRequest?
    /// Checks that count although the profile only advises them.
    public var demanded: [HeaderCheckName] = []
    /// Checks that don't count, each with the reason.
    public var waived: [HeaderCheckName: String] = [:]

    /// Makes a rule.
    public init(requests: [VerifiedRequest]) { self.requests = requests }
}

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

    /// Makes a rule.
    public init(requests: [VerifiedRequest]) { self.requests = requests }
}

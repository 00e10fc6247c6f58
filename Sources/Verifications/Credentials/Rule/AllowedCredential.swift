public import Scenarios

/// An entry of the allowlist: a credential that is known to be none, or is lived with for a while. What it names has to
/// hold all at once.
public struct AllowedCredential: Sendable, Equatable {
    /// The fingerprint that a finding shows, 16 hexadecimal digits.
    public var fingerprint: String?
    /// The files, as a glob.
    public var path: String?
    /// The rule: a `CredentialKind`, or that of another scanner, `gitleaks:…`.
    public var rule: String?
    /// Why it is allowed.
    public var reason: String
    /// The last day on which it is allowed; nil: without end.
    public var until: CalendarDay?
    /// Where the entry stands: `allow.yaml:3`.
    public var origin: String

    /// Makes an entry.
    public init(reason: String, origin: String) {
        self.reason = reason
        self.origin = origin
    }
}

/// How TLS connections are made and what is demanded of the peer.
public struct TLSSettings: Sendable, Equatable {
    /// A protocol version (RFC 5246, RFC 8446).
    public enum Version: String, CaseIterable, Comparable, Sendable {
        case tls12 = "1.2"
        case tls13 = "1.3"

        /// By age.
        public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// A PEM file of authorities to trust instead of the system's; its path as this process can open it.
    public var authorities: String?
    /// A PEM file of the client's certificate chain, its own first.
    public var certificate: String?
    /// A PEM file of the client certificate's private key.
    public var key: String?
    /// What an encrypted key is opened with. Never shown, and nobody is asked for it.
    public var keyPassphrase: String?
    /// Whether the peer's chain and name are verified.
    public var verifies = true
    /// The name that is asked for (SNI, RFC 6066 §3) and verified, where it isn't the URL's host.
    public var serverName: String?
    /// The versions that are offered.
    public var versions: ClosedRange<Version> = .tls12 ... .tls13
    /// Whether a session is resumed on further connections to the same endpoint.
    public var resumes = true

    /// The language's own settings.
    public init() {}
}

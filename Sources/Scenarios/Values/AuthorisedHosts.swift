/// The hosts besides loopback that requests may go to, by name.
public struct AuthorisedHosts: Sendable {
    private let hosts: Set<String>

    /// Names compare regardless of case; brackets of IPv6 addresses don't matter.
    public init(_ hosts: [String]) { self.hosts = Set(hosts.map(Self.plain)) }

    /// True where the host was named.
    public func names(_ host: String) -> Bool { hosts.contains(Self.plain(host)) }

    /// The host as names are compared.
    package static func plain(_ host: String) -> String { host.lowercased().filter { $0 != "[" && $0 != "]" } }
}

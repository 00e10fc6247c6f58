/// The hosts besides loopback that load may go to, by name.
struct AuthorisedHosts: Sendable {
    private let hosts: Set<String>

    /// Names compare regardless of case; brackets of IPv6 addresses don't matter.
    init(_ hosts: [String]) { self.hosts = Set(hosts.map(Self.plain)) }

    /// True where the host was named.
    func names(_ host: String) -> Bool { hosts.contains(Self.plain(host)) }

    /// True where the host was named, or is loopback whoever looks it up: `localhost` (RFC 6761 §6.3) or an address.
    func allowsByName(_ host: String) -> Bool {
        let host = Self.plain(host)
        if hosts.contains(host) || host == "localhost" || host.hasSuffix(".localhost") { return true }
        return SocketAddress(numeric: host)?.isLoopback ?? false
    }

    private static func plain(_ host: String) -> String { host.lowercased().filter { $0 != "[" && $0 != "]" } }
}

import Glibc

/// The hosts besides loopback that load may go to, by name.
struct AuthorisedHosts {
    private let hosts: Set<String>

    /// Names compare regardless of case; brackets of IPv6 addresses don't matter.
    init(_ hosts: [String]) { self.hosts = Set(hosts.map(Self.plain)) }

    /// True where the host was named.
    func names(_ host: String) -> Bool { hosts.contains(Self.plain(host)) }

    /// True where the host was named, or is loopback whoever looks it up: `localhost` (RFC 6761 §6.3) or an address.
    func allowsByName(_ host: String) -> Bool {
        let host = Self.plain(host)
        return hosts.contains(host) || host == "localhost" || host.hasSuffix(".localhost") || Self.isLoopback(host)
    }

    private static func isLoopback(_ text: String) -> Bool {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return UInt32(bigEndian: four.s_addr) >> 24 == 127 }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return false }
        return withUnsafeBytes(of: &six) { $0.dropLast().allSatisfy { $0 == 0 } && $0.last == 1 }
    }

    private static func plain(_ host: String) -> String { host.lowercased().filter { $0 != "[" && $0 != "]" } }
}

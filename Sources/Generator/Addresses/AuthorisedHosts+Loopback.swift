import Scenarios

extension AuthorisedHosts {
    /// True where the host was named, or is loopback whoever looks it up: `localhost` (RFC 6761 §6.3) or an address.
    func allowsByName(_ host: String) -> Bool {
        let host = Self.plain(host)
        if names(host) || host == "localhost" || host.hasSuffix(".localhost") { return true }
        return SocketAddress(numeric: host)?.isLoopback ?? false
    }
}

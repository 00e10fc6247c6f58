/// A TCP proxy through which a drill disturbs connections: an entry of `proxies:`.
public struct ProxyDeclaration: Sendable {
    /// The name in faults and results.
    public var name: String
    /// Where it listens: a loopback address, and a port.
    public var listen: HostPort
    /// Where it connects to.
    public var upstream: HostPort
    /// The API of a Toxiproxy that carries it; nil: Loadgate's own.
    public var toxiproxy: ConstantURL?

    /// Makes a proxy.
    public init(name: String, listen: HostPort, upstream: HostPort, toxiproxy: ConstantURL? = nil) {
        self.name = name
        self.listen = listen
        self.upstream = upstream
        self.toxiproxy = toxiproxy
    }
}

/// A host or numeric address, and a port.
public struct HostPort: Sendable, Hashable, CustomStringConvertible {
    /// A name or an address, without brackets.
    public var host: String
    /// 0...65535; 0 only where a port is to be chosen.
    public var port: Int

    /// Makes an address.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// `host:port`, an IPv6 address in brackets.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

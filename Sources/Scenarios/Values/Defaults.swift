/// What steps have unless they say otherwise.
public struct Defaults: Sendable {
    /// How users come by connections.
    public enum Connections: String, CaseIterable, Sendable {
        /// A kept connection per user and origin, as a browser has.
        case perUser = "per_user"
        /// Users take a free kept connection of a pool, as behind a gateway.
        case shared
        /// A new connection for each request.
        case fresh
    }

    /// What carries requests.
    public enum Transport: String, CaseIterable, Sendable {
        /// The native one where a step needs nothing more, else libcurl.
        case auto
        /// Loadgate's own sockets: HTTP/1.1, HTTP/2 and WebSocket, with and without TLS.
        case native
        /// libcurl: all else that HTTP has.
        case curl
    }

    /// How long an exchange may take.
    public var timeout: Duration = .seconds(10)
    /// How users come by connections.
    public var connections: Connections = .perUser
    /// Header fields of every request.
    public var headers: [Header] = []
    /// What carries requests.
    public var transport = Transport.auto
    /// What requests have of HTTP.
    public var http = HTTPSettings()
    /// How TLS connections are made.
    public var tls = TLSSettings()
    /// Numeric addresses of this machine from which connections are made in turn; empty: the system chooses.
    public var sources: [String] = []
    /// How names of hosts are looked up.
    public var dns = DNSSettings()

    /// The language's own defaults.
    public init() {}
}

/// Bounds of a run.
public struct Limits: Sendable {
    /// Users at most; an arrival that finds none free is dropped and counted.
    public var maxUsers: Int = 10_000
    /// How long iterations may go on after the load has ended.
    public var gracefulStop: Duration = .seconds(5)

    /// The language's own limits.
    public init() {}
}

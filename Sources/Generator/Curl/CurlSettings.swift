import Scenarios

/// What all transfers of a run have in common.
struct CurlSettings: Sendable {
    /// A host whose addresses are known already.
    struct Resolved: Sendable {
        var host: String
        var port: Int
        /// Numeric, in the order in which they are to be tried.
        var addresses: [String]
    }

    var http: HTTPSettings
    var tls: TLSSettings
    var connections: Defaults.Connections
    /// Numeric addresses of this machine from which connections are made in turn.
    var sources: [String]
    /// Hosts beyond this machine that requests may go to.
    var authorised: AuthorisedHosts
    var userAgent: String
    /// Hosts that libcurl need not look up.
    private(set) var resolved: [Resolved] = []
    /// Which address a connection to an endpoint takes; nil where something else stands between.
    var addresses: AddressChoice?

    init(_ defaults: Defaults, userAgent: String, authorised: [String]) {
        http = defaults.http
        tls = defaults.tls
        connections = defaults.connections
        sources = defaults.sources
        self.userAgent = userAgent
        self.authorised = AuthorisedHosts(authorised)
    }

    /// Takes over what was looked up before the run. Addresses with a zone are left to libcurl, whose table has none; where a
    /// proxy or a Unix socket leads to the endpoints, nothing was looked up.
    ///
    /// `part`: the number of the reactor.
    mutating func take(_ destinations: Destinations, pick: DNSSettings.Pick = .first, part: Int = 0) {
        for (endpoint, addresses) in zip(destinations.endpoints, destinations.addresses) {
            resolve(endpoint, addresses)
        }
        if destinations.proxy == nil, http.unixSocket == nil {
            addresses = AddressChoice(destinations, pick: pick, part: part)
        } else if let proxy = destinations.proxy, destinations.names != nil {
            resolve(proxy.endpoint, proxy.addresses)
        }
    }

    private mutating func resolve(_ endpoint: Endpoint, _ addresses: [SocketAddress]) {
        let numeric = addresses.map(\.numericHost)
        if HopRule.isLiteral(endpoint.host) || numeric.isEmpty || numeric.contains(where: { $0.contains("%") }) {
            return
        }
        resolved.append(Resolved(host: endpoint.host, port: endpoint.port, addresses: numeric))
    }

    /// A name's addresses are others from now on. One that has none for us keeps those from before here, so that libcurl asks
    /// for a socket and is told why there is none. False where libcurl was never told of the name.
    mutating func take(_ update: NameTable.Update) -> Bool {
        addresses?.take(update)
        let numeric = update.addresses.map(\.numericHost)
        guard !numeric.isEmpty, !numeric.contains(where: { $0.contains("%") }) else { return false }
        var isKnown = false
        for index in resolved.indices where resolved[index].host == update.host {
            resolved[index].addresses = numeric
            isKnown = true
        }
        return isKnown
    }

    /// The proxy's host, in lower case, without brackets; nil where there is no proxy.
    var proxyHost: String? { http.proxy?.endpoint.host }

    /// libcurl's table of names (CURLOPT_RESOLVE): a later entry replaces an earlier one.
    var nameTable: [String] {
        resolved.map { "\($0.host):\($0.port):\($0.addresses.joined(separator: ","))" }
            + http.resolve.map { "\($0.host):\($0.port):\($0.address)" }
    }
}

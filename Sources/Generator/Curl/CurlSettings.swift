import Glibc
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
    var resolved: [Resolved] = []

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
    mutating func take(_ destinations: Destinations) {
        for (endpoint, addresses) in zip(destinations.endpoints, destinations.addresses)
        where !HopRule.isLiteral(endpoint.host) {
            let numeric = addresses.map(\.numericHost)
            if numeric.isEmpty || numeric.contains(where: { $0.contains("%") }) { continue }
            resolved.append(Resolved(host: endpoint.host, port: endpoint.port, addresses: numeric))
        }
    }

    /// The proxy's host, in lower case, without brackets; nil where there is no proxy.
    var proxyHost: String? {
        guard let proxy = http.proxy?.constant else { return nil }
        return HopRule.host(ofURL: proxy)
    }

    /// libcurl's table of names (CURLOPT_RESOLVE): a later entry replaces an earlier one.
    var nameTable: [String] {
        resolved.map { "\($0.host):\($0.port):\($0.addresses.joined(separator: ","))" }
            + http.resolve.map { "\($0.host):\($0.port):\($0.address)" }
    }
}

extension SocketAddress {
    /// The address without its port.
    fileprivate var numericHost: String {
        let text = description
        if text.hasPrefix("[") { return String(text.dropFirst().prefix { $0 != "]" }) }
        return String(text.prefix { $0 != ":" })
    }
}

import CLinux
import Glibc
public import Scenarios

/// The endpoints of a run with their addresses, all of them allowed: without one of these nothing can be sent.
public struct Destinations: Sendable {
    /// A host that load may not go to.
    public struct NotAuthorised: Error, Sendable, CustomStringConvertible {
        /// The host as the scenario names it.
        public var host: String
        /// Its first address that is not loopback.
        public var address: String

        /// What was refused, and how to allow it.
        public var description: String {
            "\(host) (\(address)) is not this machine and not authorised: "
                + "add the host to the scenario's `authorised:` list or pass --authorise \(host)"
        }
    }

    /// An endpoint that doesn't accept connections.
    public struct Unreachable: Error, Sendable, CustomStringConvertible {
        /// The endpoint's host and port.
        public var authority: String
        /// The system's reason.
        public var reason: String

        /// Endpoint and reason.
        public var description: String { "\(authority) can't be reached: \(reason)" }
    }

    /// How requests come to their endpoints.
    private enum Route {
        case direct
        case proxy(Endpoint, [SocketAddress])
        case unixSocket(String)
    }

    /// The endpoints.
    public let endpoints: [Endpoint]
    /// The hosts besides loopback that load may go to.
    let authorised: [String]
    /// For each endpoint its addresses; none where something else looks it up, or nothing does.
    private(set) var addresses: [[SocketAddress]] = []
    private var route = Route.direct
    /// Where names are looked up again while the run goes on; nil: nowhere, each keeps its addresses.
    let names: NameTable?
    /// For each endpoint the name that its addresses are those of; nil where they stay as they are.
    private(set) var watchedHosts: [String?] = []

    /// Resolves the endpoints and holds each address against the rule: loopback, or the host is in `authorised`
    /// (compared regardless of case; brackets of IPv6 addresses don't matter). Sends nothing but name look-ups, and
    /// none where a host that isn't authorised is a plain address.
    ///
    /// Behind a proxy the rule holds for the proxy's addresses; the endpoints' names, which the proxy looks up, must
    /// be authorised, or mean loopback by themselves. What goes through a Unix socket stays on this machine.
    ///
    /// - Parameter names: Where names are looked up, and followed; nil: the system is asked, once.
    ///
    /// Throws `NotAuthorised` or `Resolver.Unresolvable`.
    public init(
        _ endpoints: [Endpoint], authorised: [String], http: HTTPSettings = HTTPSettings(), names: NameTable? = nil
    ) throws {
        self.endpoints = endpoints
        self.authorised = authorised
        self.names = names
        watchedHosts = endpoints.map { _ in nil }
        let rule = AuthorisedHosts(authorised)
        if let path = http.unixSocket {
            route = .unixSocket(path)
            addresses = endpoints.map { _ in [] }
        } else if let proxy = http.proxy {
            route = .proxy(proxy.endpoint, try Self.allowedAddresses(of: proxy.endpoint, rule, names: names))
            for endpoint in endpoints where !rule.allowsByName(endpoint.host) {
                throw NotAuthorised(host: endpoint.host, address: "behind a proxy")
            }
            addresses = endpoints.map { _ in [] }
        } else {
            for endpoint in endpoints {
                var index = endpoint
                if let entry = http.resolve.first(where: { $0.host == endpoint.host && $0.port == endpoint.port }) {
                    index.host = entry.address
                }
                addresses.append(try Self.allowedAddresses(of: index, rule, name: endpoint.host, names: names))
                if names != nil, !NameTable.isFixed(index.host) { watchedHosts[addresses.count - 1] = index.host }
            }
        }
    }

    private static func allowedAddresses(
        of endpoint: Endpoint, _ rule: AuthorisedHosts, name: String? = nil, names: NameTable?
    ) throws -> [SocketAddress] {
        let name = name ?? endpoint.host
        let found: [SocketAddress]
        if let names, !NameTable.isFixed(endpoint.host) {
            found = try names.addresses(of: endpoint.host, isAuthorised: rule.names(name)).map {
                $0.at(port: endpoint.port)
            }
        } else {
            found = try Resolver.addresses(of: endpoint)
        }
        if !rule.names(name), let foreign = found.first(where: { !$0.isLoopback }) {
            throw NotAuthorised(host: name, address: foreign.description)
        }
        return found
    }

    /// The proxy that all requests go through, with its addresses; nil: there is none.
    var proxy: (endpoint: Endpoint, addresses: [SocketAddress])? {
        if case .proxy(let endpoint, let addresses) = route { (endpoint, addresses) } else { nil }
    }

    /// For each endpoint where connections to it go that no proxy stands between: its addresses, or the Unix socket.
    func directAddresses() throws(UnusableSetting) -> [[SocketAddress]] {
        switch route {
        case .direct: return addresses
        case .proxy(let proxy, _):
            throw UnusableSetting("verifications go direct, not through the proxy \(proxy.authority)")
        case .unixSocket(let path):
            guard let address = SocketAddress(unixSocket: path) else {
                throw UnusableSetting("the Unix socket's path is too long: \(path)")
            }
            return endpoints.map { _ in [address] }
        }
    }

    /// Opens and closes a connection to each endpoint, or to what leads to them all; the address that accepts it is the
    /// first to be used from then on. Throws for the first endpoint none of whose addresses accepts one within `timeout`
    /// seconds.
    ///
    /// - Parameter optional: Endpoints that may well be closed: they are not asked.
    public mutating func checkReachable(optional: [Endpoint] = [], timeout: Double = 5) throws(Unreachable) {
        switch route {
        case .direct:
            for (number, endpoint) in endpoints.enumerated() where !optional.contains(endpoint) {
                let reached = try Self.reachable(endpoint.authority, addresses[number], timeout: timeout)
                addresses[number].swapAt(0, reached)
            }
        case .proxy(let endpoint, let addresses):
            _ = try Self.reachable("the proxy \(endpoint.authority)", addresses, timeout: timeout)
        case .unixSocket(let path):
            let error = Self.connect(toUnixSocket: path)
            if error != 0 { throw Unreachable(authority: path, reason: String(cString: strerror(error))) }
        }
    }

    /// The index of the first address that accepts a connection.
    private static func reachable(
        _ name: String, _ addresses: [SocketAddress], timeout: Double
    ) throws(Unreachable) -> Int {
        var reason = "it has no address"
        for (index, address) in addresses.enumerated() {
            switch connect(to: address, timeout: timeout) {
            case 0: return index
            case let error: reason = String(cString: strerror(error))
            }
        }
        throw Unreachable(authority: name, reason: reason)
    }

    /// 0, or why no connection came about, as errno.
    private static func connect(toUnixSocket path: String) -> Int32 {
        guard let address = SocketAddress(unixSocket: path) else { return ENAMETOOLONG }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        var storage = address.storage
        return -loadgate_connect(descriptor, &storage, address.length)
    }

    /// 0, or why no connection came about, as errno.
    private static func connect(to address: SocketAddress, timeout: Double) -> Int32 {
        let descriptor = loadgate_tcp_socket(address.family)
        guard descriptor >= 0 else { return -descriptor }
        defer { close(descriptor) }
        var storage = address.storage
        let status = loadgate_connect(descriptor, &storage, address.length)
        if status == 0 { return 0 }
        guard status == -EINPROGRESS else { return -status }
        let deadline = loadgate_monotonic() + Int64(timeout * 1e9)
        while true {
            var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            let left = (deadline - loadgate_monotonic()) / 1_000_000
            if left <= 0 { return ETIMEDOUT }
            let ready = poll(&request, 1, Int32(clamping: left))
            if ready > 0 { return loadgate_socket_error(descriptor) }
            if ready < 0, errno != EINTR { return errno }
        }
    }
}

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

    /// The endpoints.
    public let endpoints: [Endpoint]
    private(set) var addresses: [[SocketAddress]]

    /// Resolves the endpoints and holds each address against the rule: loopback, or the host is in `authorised`
    /// (compared regardless of case; brackets of IPv6 addresses don't matter). Sends nothing but name look-ups, and
    /// none where a host that isn't authorised is a plain address.
    ///
    /// Throws `NotAuthorised` or `Resolver.Unresolvable`.
    public init(_ endpoints: [Endpoint], authorised: [String]) throws {
        let allowed = Set(authorised.map { $0.lowercased().filter { $0 != "[" && $0 != "]" } })
        var addresses: [[SocketAddress]] = []
        for endpoint in endpoints {
            let found = try Resolver.addresses(of: endpoint)
            if !allowed.contains(endpoint.host), let foreign = found.first(where: { !$0.isLoopback }) {
                throw NotAuthorised(host: endpoint.host, address: foreign.description)
            }
            addresses.append(found)
        }
        self.endpoints = endpoints
        self.addresses = addresses
    }

    /// Opens and closes a connection to each endpoint; the address that accepts it is the first to be used from then on.
    /// Throws for the first endpoint none of whose addresses accepts one within `timeout` seconds.
    public mutating func checkReachable(timeout: Double = 5) throws(Unreachable) {
        for (number, endpoint) in endpoints.enumerated() {
            var reason = "it has no address"
            var reached: Int?
            for (place, address) in addresses[number].enumerated() where reached == nil {
                switch Self.connect(to: address, timeout: timeout) {
                case 0: reached = place
                case let error: reason = String(cString: strerror(error))
                }
            }
            guard let reached else { throw Unreachable(authority: endpoint.authority, reason: reason) }
            addresses[number].swapAt(0, reached)
        }
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

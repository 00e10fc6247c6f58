public import Measures
import NIOConcurrencyHelpers
public import Scenarios

/// TCP proxies on loopback that disturb the connections through them, on threads of their own.
///
/// Each order has taken effect when its method returns. All methods may be called from any thread.
public final class FaultProxy: Sendable {
    private let registry: ProxyRegistry
    private let servers = NIOLockedValueBox<[APIServer]>([])

    /// Starts `workers` threads, at least one, over which connections are spread.
    ///
    /// - Parameters:
    ///   - authorised: Hosts besides loopback that an upstream may be.
    ///   - scheduling: How the threads are scheduled; what `.realtime` asks for and isn't granted is as `.auto` here.
    /// - Throws: `ProxyError` where this process has no descriptors left, or the kernel is older than Linux 5.11.
    public init(
        workers: Int = 1, authorised: AuthorisedHosts = AuthorisedHosts([]), scheduling: SchedulingMode = .auto
    ) throws {
        registry = try ProxyRegistry(workers: workers, authorised: authorised, scheduling: scheduling)
    }

    deinit { stop() }

    /// Adds a proxy, which listens where it is enabled. Its port is its own from now on, also while it is disabled.
    ///
    /// - Parameters:
    ///   - name: What it is called, such as `database`; no other has the name.
    ///   - listen: A loopback address; port 0: any that is free.
    ///   - upstream: Where it connects to: loopback, or an authorised host. Looked up once.
    /// - Returns: The address as it is bound.
    /// - Throws: `ProxyError`: `.exists`; `.unavailable` where the port is taken; `.invalid` for addresses that may not be.
    public func add(
        name: String, listen: HostPort, upstream: HostPort, isEnabled: Bool = true
    ) throws(ProxyError) -> HostPort {
        try registry.add(name: name, listen: listen, upstream: upstream, isEnabled: isEnabled)
    }

    /// Removes a proxy: connections are refused, open ones are reset.
    ///
    /// - Throws: `ProxyError`: `.notFound`.
    public func remove(_ name: String) throws(ProxyError) { try registry.remove(name) }

    /// Enables a proxy, or disables it: connections are refused, open ones are reset.
    ///
    /// - Throws: `ProxyError`: `.notFound`; `.unavailable` where the port was taken in between, after a second of tries.
    public func setEnabled(_ name: String, _ isEnabled: Bool) throws(ProxyError) {
        try registry.setEnabled(name, isEnabled)
    }

    /// Disturbs a proxy's connections: new ones, and those that are open. Several disturbances act together: delays add up,
    /// the lowest bandwidth and the smallest pieces count.
    ///
    /// - Returns: The disturbance's name, for `calm` and in `ProxyCounts.struck`.
    /// - Throws: `ProxyError`: `.notFound`; `.invalid` for what can't be meant.
    public func disturb(_ name: String, _ fault: ProxyFault) throws(ProxyError) -> String {
        let (kind, suggestion) = DisturbanceKinds.kind(of: fault.disturbance)
        guard 0...1 ~= fault.toxicity else { throw ProxyError(.invalid, "the toxicity must be 0 to 1") }
        return try registry.disturb(
            name, kind, name: nil, suggestion: suggestion, direction: fault.direction, toxicity: fault.toxicity
        ).name
    }

    /// Ends a disturbance. Bytes that it delayed or held are passed on at once, in their order.
    ///
    /// - Throws: `ProxyError`: `.notFound`; `.unavailable` where connections were refused and the port was taken in between.
    public func calm(_ name: String, disturbance: String) throws(ProxyError) {
        try registry.calm(name, disturbance: disturbance)
    }

    /// Enables all proxies and ends all disturbances. One whose port was taken in between is left disabled
    /// (`ProxyCounts.isListening`).
    public func reset() { try? registry.reset() }

    /// What went through a proxy, and how often each of its disturbances struck.
    ///
    /// - Throws: `ProxyError`: `.notFound`.
    public func counts(_ name: String) throws(ProxyError) -> ProxyCounts { try registry.counts(name) }

    /// Serves Toxiproxy's HTTP API on loopback, on a thread of its own. Gives the address as it is bound.
    ///
    /// - Throws: `ProxyError`: `.unavailable` where the port is taken; `.invalid` where the address is not of loopback.
    public func serveAPI(on address: HostPort) throws -> HostPort {
        let server = try APIServer(registry, on: address)
        servers.withLockedValue { $0.append(server) }
        return server.address
    }

    /// Ends everything: connections are refused, open ones are reset, and the threads end. Nothing can be had afterwards.
    public func stop() {
        let ending = servers.withLockedValue { servers in
            defer { servers = [] }
            return servers
        }
        for server in ending { server.stop() }
        registry.stop()
    }
}

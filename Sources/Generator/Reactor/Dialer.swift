import CLinux
import Glibc
import Scenarios

/// Where a reactor's connections lead and where they come from.
struct Dialer {
    let destinations: Destinations
    /// What TLS connections have in common; nil where no step needs it.
    let tls: TLSClient?
    private var sources: SourceAddresses
    private(set) var preferred: PreferredAddresses

    /// Throws `UnusableSetting` where the scenario asks for something that this machine can't do.
    init(_ plan: RunPlan, _ destinations: Destinations) throws {
        self.destinations = destinations
        sources = try SourceAddresses(plan.scenario.defaults.sources)
        let isSecure = plan.endpoints.contains { $0.isSecure }
        tls = isSecure ? try TLSClient(plan.scenario.defaults.tls, endpoints: plan.endpoints) : nil
        preferred = PreferredAddresses(counts: destinations.addresses.map(\.count))
    }

    func release() { tls?.release() }

    /// The index of the origin's address to try first.
    func firstAddress(of origin: Int) -> Int { preferred.first(of: origin) }

    /// A socket for an address of an origin, not connected yet; nil where this machine has none left for it.
    mutating func openSocket(origin: Int, address: Int) -> Int32? {
        let family = destinations.addresses[origin][address].family
        let descriptor = loadgate_tcp_socket(family)
        guard descriptor >= 0 else { return nil }
        _ = loadgate_request_receive_stamps(descriptor)
        if sources.bind(descriptor, family: family) { return descriptor }
        close(descriptor)
        return nil
    }

    /// Begins to connect: 0, or the errno below zero.
    func connect(_ descriptor: Int32, origin: Int, address: Int) -> Int32 {
        let target = destinations.addresses[origin][address]
        var storage = target.storage
        return loadgate_connect(descriptor, &storage, target.length)
    }

    /// The address accepted a connection.
    mutating func prefer(_ address: Int, of origin: Int) { preferred.prefer(address, of: origin) }

    /// The address doesn't answer.
    mutating func avoid(_ address: Int, of origin: Int) { preferred.avoid(address, of: origin) }
}

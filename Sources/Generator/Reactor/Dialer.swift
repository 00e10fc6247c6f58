import CLinux
import Glibc
import Scenarios

/// Where a reactor's connections lead and where they come from.
struct Dialer {
    let destinations: Destinations
    /// What TLS connections have in common; nil where no step needs it.
    let tls: TLSClient?
    private var sources: SourceAddresses
    private(set) var addresses: AddressChoice

    /// Throws `UnusableSetting` where the scenario asks for something that this machine can't do.
    ///
    /// `part`: the number of the reactor.
    init(_ plan: RunPlan, _ destinations: Destinations, part: Int = 0) throws {
        self.destinations = destinations
        sources = try SourceAddresses(plan.scenario.defaults.sources)
        let isSecure = plan.endpoints.contains { $0.isSecure }
        tls = isSecure ? try TLSClient(plan.scenario.defaults.tls, endpoints: plan.endpoints) : nil
        addresses = AddressChoice(destinations, pick: plan.scenario.defaults.dns.pick, part: part)
    }

    func release() { tls?.release() }

    var preferred: PreferredAddresses { addresses.preferred }

    /// The number of the origin's address to try first; below zero where it has none at present, in which case connecting
    /// fails.
    mutating func firstAddress(of origin: Int) -> Int { addresses.first(of: origin) }

    /// A name's addresses are others from now on.
    mutating func take(_ update: NameTable.Update) { addresses.take(update) }

    /// Why no connection came about, in words; `error`: errno.
    func reason(_ error: Int32, of origin: Int) -> String {
        if error == EREMCHG, let refusal = addresses.refusal(of: origin) { return refusal }
        return String(cString: strerror(error))
    }

    /// A socket for an address of an origin, not connected yet; nil where this machine has none left for it.
    mutating func openSocket(origin: Int, address: Int) -> Int32? {
        let family = addresses.isNone(address, of: origin) ? AF_INET : addresses.known[origin][address].family
        let descriptor = loadgate_tcp_socket(family)
        guard descriptor >= 0 else { return nil }
        _ = loadgate_request_receive_stamps(descriptor)
        if sources.bind(descriptor, family: family) { return descriptor }
        close(descriptor)
        return nil
    }

    /// Begins to connect: 0, or the errno below zero.
    func connect(_ descriptor: Int32, origin: Int, address: Int) -> Int32 {
        if addresses.isNone(address, of: origin) { return -EREMCHG }
        let target = addresses.known[origin][address]
        var storage = target.storage
        return loadgate_connect(descriptor, &storage, target.length)
    }

    /// The address accepted a connection.
    mutating func prefer(_ address: Int, of origin: Int) { addresses.prefer(address, of: origin) }

    /// The address doesn't answer.
    mutating func avoid(_ address: Int, of origin: Int) { addresses.avoid(address, of: origin) }
}

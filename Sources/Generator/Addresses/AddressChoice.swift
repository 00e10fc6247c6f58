import Measures
import Scenarios

/// The endpoints' addresses as one reactor knows them, and which of them a new connection takes. An endpoint's addresses have
/// numbers for the whole run, in the order in which they were first seen, which is the same for all reactors.
struct AddressChoice {
    /// For each endpoint all its addresses of this run by their numbers, with its port.
    private(set) var known: [[SocketAddress]]
    private(set) var preferred: PreferredAddresses
    private var numbers: [[AddressKey: Int]]
    private var refusals: [String?]
    /// The names that the endpoints' addresses are those of; nil: they stay.
    let hosts: [String?]
    private let ports: [Int]

    /// `part`: the number of the reactor, so that not all begin with the same address.
    init(_ destinations: Destinations, pick: DNSSettings.Pick, part: Int) {
        known = destinations.addresses
        numbers = destinations.addresses.map { addresses in
            Dictionary(
                addresses.enumerated().compactMap { number, address in AddressKey(address).map { ($0, number) } },
                uniquingKeysWith: { first, _ in first })
        }
        refusals = known.map { _ in nil }
        hosts = destinations.watchedHosts
        ports = destinations.endpoints.map(\.port)
        preferred = PreferredAddresses(counts: known.map(\.count), pick: pick, part: part)
    }

    /// An update of a name's addresses.
    mutating func take(_ update: NameTable.Update) {
        for origin in known.indices where hosts[origin] == update.host {
            refusals[origin] = update.refusal
            let current = update.addresses.compactMap { number(of: $0, origin: origin) }
            preferred.replace(origin, with: current)
        }
    }

    private mutating func number(of address: SocketAddress, origin: Int) -> Int? {
        guard let key = AddressKey(address) else { return nil }
        if let number = numbers[origin][key] { return number }
        known[origin].append(address.at(port: ports[origin]))
        numbers[origin][key] = known[origin].count - 1
        return known[origin].count - 1
    }

    /// The number of an address of an endpoint; nil: it was never its.
    func number(of key: AddressKey, origin: Int) -> Int? { numbers[origin][key] }

    /// Why nothing may be sent to an endpoint at present; nil: it may.
    func refusal(of origin: Int) -> String? { refusals[origin] }

    /// Whether an address leads nowhere, since the endpoint had none when it was chosen.
    func isNone(_ address: Int, of origin: Int) -> Bool { !known[origin].indices.contains(address) }

    /// The number of the address to try first; below zero where there is none.
    mutating func first(of origin: Int) -> Int { preferred.first(of: origin) }

    /// The address accepted a connection.
    mutating func prefer(_ address: Int, of origin: Int) { preferred.prefer(address, of: origin) }

    /// The address doesn't answer.
    mutating func avoid(_ address: Int, of origin: Int) { preferred.avoid(address, of: origin) }
}

extension [NameRecord] {
    /// The records with what their addresses carried, by endpoint and number.
    func with(_ tallies: [[AddressTally]], of choice: AddressChoice) -> [NameRecord] {
        map { record in
            var record = record
            var places: [String: Int] = [:]
            for (index, entry) in record.addresses.enumerated() { places[entry.address] = index }
            for (origin, host) in choice.hosts.enumerated() where host == record.name {
                for index in record.addresses.indices where record.addresses[index].tally == nil {
                    record.addresses[index].tally = AddressTally()
                }
                guard origin < tallies.count else { continue }
                for (address, tally) in zip(choice.known[origin], tallies[origin]) {
                    if let index = places[address.numericHost] { record.addresses[index].tally?.add(tally) }
                }
            }
            return record
        }
    }
}

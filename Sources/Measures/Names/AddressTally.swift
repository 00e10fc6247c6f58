/// The measured exchanges that one address carried, or was to carry.
public struct AddressTally: Sendable, Equatable, BitwiseCopyable {
    /// Those that ended, well or not.
    public var exchanges: UInt64 = 0
    /// Those of them that did not end `ok`.
    public var failed: UInt64 = 0

    /// A tally of nothing.
    public init() {}

    /// Makes a tally.
    public init(exchanges: UInt64, failed: UInt64) {
        self.exchanges = exchanges
        self.failed = failed
    }

    /// Adds another tally; exact.
    public mutating func add(_ other: AddressTally) {
        exchanges &+= other.exchanges
        failed &+= other.failed
    }
}

extension [[AddressTally]] {
    /// Adds other tallies, by endpoint and by the number of the address there.
    public mutating func add(_ other: [[AddressTally]]) {
        while count < other.count { append([]) }
        for (endpoint, tallies) in other.enumerated() {
            while self[endpoint].count < tallies.count { self[endpoint].append(AddressTally()) }
            for (address, tally) in tallies.enumerated() { self[endpoint][address].add(tally) }
        }
    }
}

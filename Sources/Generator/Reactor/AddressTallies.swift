import Measures

/// What the endpoints' addresses carried since the last report. Takes memory where an address is new only; whoever makes one
/// must `release` it.
struct AddressTallies {
    /// Endpoint after endpoint, room for `places` addresses each.
    private var counts = UnsafeMutableBufferPointer<AddressTally>(start: nil, count: 0)
    private var origins = 0
    private var places = 0
    private var isEmpty = true

    /// Counts an exchange that is over.
    @inline(__always)
    mutating func count(_ exchange: Exchange, origin: Int, isGood: Bool) {
        let address = Int(exchange.address)
        guard address >= 0 else { return }
        if origin >= origins || address >= places { grow(origin, address) }
        guard let tally = counts.baseAddress.map({ $0 + (origin * places + address) }) else { return }
        tally.pointee.exchanges &+= 1
        if !isGood { tally.pointee.failed &+= 1 }
        isEmpty = false
    }

    private mutating func grow(_ origin: Int, _ address: Int) {
        let (newOrigins, newPlaces) = (max(origins, origin + 1), max(places, address + 1))
        let larger = UnsafeMutableBufferPointer<AddressTally>.allocate(capacity: newOrigins * newPlaces)
        larger.initialize(repeating: AddressTally())
        for origin in 0..<origins {
            for index in 0..<places { larger[origin * newPlaces + index] = counts[origin * places + index] }
        }
        counts.deallocate()
        (counts, origins, places) = (larger, newOrigins, newPlaces)
    }

    /// Gives them away and begins again.
    mutating func take() -> [[AddressTally]] {
        guard !isEmpty else { return [] }
        defer {
            counts.update(repeating: AddressTally())
            isEmpty = true
        }
        return (0..<origins).map { origin in
            let tallies = counts[(origin * places)..<((origin + 1) * places)]
            // Another endpoint may have more addresses than this one.
            let end = tallies.lastIndex { $0.exchanges > 0 }.map { $0 + 1 } ?? tallies.startIndex
            return Array(tallies[..<end])
        }
    }

    func release() { counts.deallocate() }
}

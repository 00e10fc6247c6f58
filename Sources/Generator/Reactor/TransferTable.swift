/// What a reactor knows of the exchanges that libcurl carries, by the places that `CurlTransport` gives them.
struct TransferTable {
    struct Transfer {
        var exchange = Exchange()
        /// The user whose exchange it is; absent: none is under way.
        var user = UserID.absent
        var kept: UnsafeMutablePointer<KeptAnswer>?
    }

    private var transfers: [Transfer] = []

    /// How many places there are.
    var count: Int { transfers.count }

    /// What is known of the exchange at a location, or of the last one there.
    subscript(index: Int32) -> Transfer { transfers[Int(index)] }

    /// An exchange begins at a location that is free.
    mutating func begin(_ transfer: Transfer, at index: Int32) {
        while transfers.count <= Int(index) { transfers.append(Transfer()) }
        transfers[Int(index)] = transfer
    }

    /// The exchange at a location is over: what was known of it.
    mutating func end(at index: Int32) -> Transfer {
        defer { transfers[Int(index)].user = .absent }
        return transfers[Int(index)]
    }

    /// The places with an exchange under way.
    var underWay: [Int32] { transfers.indices.filter { transfers[$0].user.isPresent }.map(Int32.init) }
}

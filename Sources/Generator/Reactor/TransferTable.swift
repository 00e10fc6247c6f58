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

    /// What is known of the exchange at a place, or of the last one there.
    subscript(place: Int32) -> Transfer { transfers[Int(place)] }

    /// An exchange begins at a place that is free.
    mutating func begin(_ transfer: Transfer, at place: Int32) {
        while transfers.count <= Int(place) { transfers.append(Transfer()) }
        transfers[Int(place)] = transfer
    }

    /// The exchange at a place is over: what was known of it.
    mutating func end(at place: Int32) -> Transfer {
        defer { transfers[Int(place)].user = .absent }
        return transfers[Int(place)]
    }

    /// The places with an exchange under way.
    var underWay: [Int32] { transfers.indices.filter { transfers[$0].user.isPresent }.map(Int32.init) }
}

/// Connections of HTTP/2 that all users of a reactor share, by origin, and the exchanges that wait for room on them.
struct HTTP2Pools {
    /// An exchange that waits. Its place may have been taken by another one since.
    private struct Waiter {
        var location: ConnectionID
        var generation: UInt32
    }

    private struct Pool {
        var carriers: [ConnectionID] = []
        var queue: [Waiter] = []
        /// How many of the queue have had their turn.
        var taken = 0
        /// How many of the rest still wait.
        var waiting = 0
    }

    private var pools: [Pool]

    init(origins: Int) { pools = Array(repeating: Pool(), count: origins) }

    /// The connections to an origin that may take streams.
    func carriers(of origin: Int) -> [ConnectionID] { pools[origin].carriers }

    mutating func add(_ carrier: ConnectionID, origin: Int) { pools[origin].carriers.append(carrier) }

    /// The connection takes no further streams. Nothing happens where it is none of the pool's.
    mutating func remove(_ carrier: ConnectionID, origin: Int) { pools[origin].carriers.removeAll { $0 == carrier } }

    /// How many exchanges wait for a connection to an origin.
    func waiting(for origin: Int) -> Int { pools[origin].waiting }

    /// An exchange waits from now on, behind those that do already.
    mutating func wait(_ index: ConnectionID, generation: UInt32, origin: Int) {
        pools[origin].queue.append(Waiter(location: index, generation: generation))
        pools[origin].waiting += 1
    }

    /// One of those that wait does so no more, though it has not had its turn.
    mutating func leave(origin: Int) { pools[origin].waiting -= 1 }

    /// The exchange whose turn it is; nil where none waits. `isWaiting` says whether a place still holds the exchange that
    /// came to wait.
    mutating func next(of origin: Int, isWaiting: (ConnectionID, UInt32) -> Bool) -> ConnectionID? {
        while pools[origin].taken < pools[origin].queue.count {
            let waiter = pools[origin].queue[pools[origin].taken]
            pools[origin].taken += 1
            if pools[origin].taken == pools[origin].queue.count {
                pools[origin].queue.removeAll(keepingCapacity: true)
                pools[origin].taken = 0
            } else if pools[origin].taken >= 1024, pools[origin].taken > pools[origin].queue.count / 2 {
                pools[origin].queue.removeFirst(pools[origin].taken)
                pools[origin].taken = 0
            }
            guard isWaiting(waiter.location, waiter.generation) else { continue }
            pools[origin].waiting -= 1
            return waiter.location
        }
        return nil
    }
}

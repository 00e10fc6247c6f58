import Scenarios

/// Who keeps which connection between two exchanges: a user one per origin, or a pool per origin, or nobody. The kept ones
/// are chained through the connections themselves, so that keeping costs a few stores.
struct KeptConnections {
    private let policy: Defaults.Connections
    private let connections: UnsafeMutablePointer<Connection>
    private let users: UnsafeMutablePointer<User>
    /// The first connection of each origin's pool.
    private var pools: [ConnectionID]

    init(
        _ policy: Defaults.Connections, origins: Int, connections: UnsafeMutablePointer<Connection>,
        users: UnsafeMutablePointer<User>
    ) {
        self.policy = policy
        self.connections = connections
        self.users = users
        pools = Array(repeating: .absent, count: origins)
    }

    /// A connection to the origin for the user's next exchange; nil where none is kept. One of a pool leaves it.
    @inline(__always)
    mutating func take(for slot: UserID, origin: Int) -> ConnectionID? {
        switch policy {
        case .fresh: return nil
        case .shared:
            let index = pools[origin]
            guard index.isPresent else { return nil }
            pools[origin] = connection(index).pointee.sibling
            connection(index).pointee.sibling = .absent
            return index
        case .perUser:
            // A user has a connection per origin at most, and hardly ever more than one origin.
            var index = users[Int(slot.slot)].connections
            while index.isPresent {
                if connection(index).pointee.origin == Int32(truncatingIfNeeded: origin) { return index }
                index = connection(index).pointee.sibling
            }
            return nil
        }
    }

    /// The user keeps a new connection from here on, where users keep theirs.
    mutating func add(_ index: ConnectionID, for slot: UserID) {
        guard policy == .perUser else { return }
        connection(index).pointee.sibling = users[Int(slot.slot)].connections
        users[Int(slot.slot)].connections = index
    }

    /// The exchange on the connection is over; the next one may have it. False where nobody keeps connections.
    @inline(__always)
    mutating func keep(_ index: ConnectionID) -> Bool {
        if policy == .fresh { return false }
        let connection = connection(index)
        connection.pointee.state = .idle
        guard policy == .shared else { return true }
        let origin = Int(connection.pointee.origin)
        connection.pointee.user = .absent
        connection.pointee.sibling = pools[origin]
        pools[origin] = index
        return true
    }

    /// The connection is about to be closed: whoever keeps it does so no more.
    mutating func remove(_ index: ConnectionID) {
        let connection = connection(index)
        if connection.pointee.isWebSocket {
            // Nobody keeps it.
        } else if policy == .perUser {
            unlink(index, from: &users[Int(connection.pointee.user.slot)].connections)
        } else if policy == .shared, connection.pointee.state == .idle {
            unlink(index, from: &pools[Int(connection.pointee.origin)])
        }
    }

    private func unlink(_ index: ConnectionID, from first: inout ConnectionID) {
        if first == index {
            first = connection(index).pointee.sibling
            return
        }
        var current = first
        while current.isPresent {
            let next = connection(current).pointee.sibling
            if next == index {
                connection(current).pointee.sibling = connection(index).pointee.sibling
                return
            }
            current = next
        }
    }

    @inline(__always)
    private func connection(_ index: ConnectionID) -> UnsafeMutablePointer<Connection> {
        connections + Int(index.index)
    }
}

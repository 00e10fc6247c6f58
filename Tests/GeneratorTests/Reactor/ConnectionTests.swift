import Measures
import Scenarios
import Testing

@testable import Generator

@Suite("Connections: ConnectionTable, KeptConnections, PreferredAddresses") struct ConnectionTests {
    /// A table of connections, users, and who keeps what.
    private struct Room {
        var table = ConnectionTable(capacity: 8)
        var users = UserTable(capacity: 4, captures: 0, tables: 0, cookies: false)
        var kept: KeptConnections

        init(_ policy: Defaults.Connections, origins: Int = 2) {
            users.make(upTo: 4)
            kept = KeptConnections(policy, origins: origins, connections: table.base, users: users.base)
        }

        /// A user's new connection, in use.
        mutating func open(_ user: UserID, origin: Int32) throws -> ConnectionID {
            let free = table.take()
            let id = try #require(free)
            table[id].pointee.state = .busy
            table[id].pointee.origin = origin
            table[id].pointee.user = user
            kept.add(id, for: user)
            return id
        }

        mutating func close(_ id: ConnectionID) {
            kept.remove(id)
            table.give(back: id)
        }

        func release() {
            table.release()
            users.release()
        }
    }

    private let one = UserID(0)
    private let other = UserID(1)

    @Test("A place is used again, the last freed first, and its generation tells the new connection from the old")
    func table() {
        var table = ConnectionTable(capacity: 2)
        defer { table.release() }
        #expect(table.take() == ConnectionID(0))
        #expect(table.take() == ConnectionID(1))
        #expect(table.take() == nil)
        #expect(table.usedCount == 2)
        table[ConnectionID(1)].pointee.descriptor = 99
        table.give(back: ConnectionID(0))
        table.give(back: ConnectionID(1))
        #expect(table.take() == ConnectionID(1))
        #expect(table[ConnectionID(1)].pointee.generation == 1)
        #expect(table[ConnectionID(1)].pointee.descriptor == -1)
        #expect(Array(table.used) == [ConnectionID(0), ConnectionID(1)])
    }

    @Test("A user's connections are its own, one for each origin; any of them may be closed")
    func perUser() throws {
        var room = Room(.perUser)
        defer { room.release() }
        #expect(room.kept.take(for: one, origin: 0) == nil)
        let first = try room.open(one, origin: 0)
        let second = try room.open(one, origin: 1)
        let others = try room.open(other, origin: 0)
        #expect(room.kept.keep(first) && room.kept.keep(second) && room.kept.keep(others))
        #expect(room.kept.take(for: one, origin: 0) == first)
        // It stays the user's while it is in use.
        #expect(room.kept.take(for: one, origin: 0) == first)
        #expect(room.kept.take(for: one, origin: 1) == second)
        room.close(first)
        #expect(room.kept.take(for: one, origin: 0) == nil)
        #expect(room.kept.take(for: one, origin: 1) == second)
        room.close(second)
        #expect(room.kept.take(for: one, origin: 1) == nil)
        #expect(room.kept.take(for: other, origin: 0) == others)
    }

    @Test("A pool gives the connection that was kept last, each to one exchange at a time")
    func shared() throws {
        var room = Room(.shared)
        defer { room.release() }
        let ids = try (0..<3).map { _ in try room.open(one, origin: 1) }
        // In use: nobody else's.
        #expect(room.kept.take(for: other, origin: 1) == nil)
        for id in ids { #expect(room.kept.keep(id) == true) }
        #expect(room.kept.take(for: other, origin: 0) == nil)
        // Kept in the order 0, 1, 2; the one in the middle is closed by its server.
        room.close(ids[1])
        #expect(room.kept.take(for: other, origin: 1) == ids[2])
        #expect(room.kept.take(for: one, origin: 1) == ids[0])
        #expect(room.kept.take(for: one, origin: 1) == nil)
        // Closed while it is in use, it is in no pool.
        room.close(ids[2])
        #expect(room.kept.keep(ids[0]) == true)
        #expect(room.kept.take(for: other, origin: 1) == ids[0])
    }

    @Test("Fresh connections are kept by nobody")
    func fresh() throws {
        var room = Room(.fresh)
        defer { room.release() }
        let id = try room.open(one, origin: 0)
        #expect(room.kept.keep(id) == false)
        #expect(room.table[id].pointee.state == .busy)
        #expect(room.kept.take(for: one, origin: 0) == nil)
        room.close(id)
    }

    @Test("A WebSocket is kept by nobody, and its end takes no connection from its user")
    func webSocket() throws {
        var room = Room(.perUser)
        defer { room.release() }
        let own = try room.open(one, origin: 0)
        let free = room.table.take()
        let id = try #require(free)
        room.table[id].pointee.isWebSocket = true
        room.close(id)
        #expect(room.kept.take(for: one, origin: 0) == own)
    }

    @Test("Addresses are tried in turn from the preferred one, each once")
    func addresses() {
        var addresses = PreferredAddresses(counts: [3, 1])
        #expect(addresses.first(of: 0) == 0)
        addresses.prefer(2, of: 0)
        #expect(addresses.first(of: 0) == 2)
        // From 2 on: 0, then 1, then all three were tried.
        #expect(addresses.next(after: 2, of: 0, attempts: 1) == 0)
        #expect(addresses.next(after: 0, of: 0, attempts: 2) == 1)
        #expect(addresses.next(after: 1, of: 0, attempts: 3) == nil)
        #expect(addresses.next(after: 0, of: 1, attempts: 1) == nil)
        addresses.avoid(2, of: 0)
        #expect(addresses.first(of: 0) == 0)
        // Many that waited for the same address say so one after the other.
        addresses.avoid(2, of: 0)
        #expect(addresses.first(of: 0) == 0)
    }

    @Test("Transfers of libcurl: under way from their beginning to their end")
    func transfers() {
        var table = TransferTable()
        table.begin(TransferTable.Transfer(exchange: Exchange(step: 4), user: one), at: 2)
        table.begin(TransferTable.Transfer(exchange: Exchange(step: 5), user: other), at: 0)
        #expect(table.count == 3)
        #expect(table.underWay == [0, 2])
        let ended = table.end(at: 2)
        #expect(ended.user == one && ended.exchange.step == 4)
        #expect(table.underWay == [0])
    }
}

/// The reactor's connections: places that are used again, the last freed first.
struct ConnectionTable {
    private let memory: StableMemory<Connection>
    private var made = 0
    private var freed: [ConnectionID] = []

    init(capacity: Int) { memory = StableMemory(capacity: capacity) }

    var base: UnsafeMutablePointer<Connection> { memory.base }
    /// Connections at most.
    var capacity: Int { memory.capacity }

    /// Where a connection lies; never moves.
    @inline(__always)
    subscript(index: ConnectionID) -> UnsafeMutablePointer<Connection> { memory.base + Int(index.index) }

    /// A free place with everything at its beginning but the generation; nil where all are taken.
    mutating func take() -> ConnectionID? {
        if let index = freed.popLast() { return index }
        guard made < memory.capacity else { return nil }
        (memory.base + made).initialize(to: Connection())
        made += 1
        return ConnectionID(made - 1)
    }

    /// Makes a place free; its buffers' memory is given back, since many thousand connections may be idle at once.
    mutating func give(back index: ConnectionID) {
        let connection = self[index]
        connection.pointee.output.release()
        connection.pointee.plain.release()
        connection.pointee.stash.release()
        if let tls = connection.pointee.tls { TLSWire.close(tls) }
        if let session = connection.pointee.session { HTTP2Session.close(session) }
        let generation = connection.pointee.generation &+ 1
        connection.pointee = Connection()
        connection.pointee.generation = generation
        freed.append(index)
    }

    /// Those that were ever used.
    var used: some Sequence<ConnectionID> { (0..<made).lazy.map { ConnectionID($0) } }

    /// How many were ever used.
    var usedCount: Int { made }

    func release() { memory.release() }
}

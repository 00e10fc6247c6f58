/// The reactor's connections: places that are used again, the last freed first.
struct ConnectionTable {
    private let memory: StableMemory<Connection>
    private var made = 0
    private var freed: [Int32] = []

    init(capacity: Int) { memory = StableMemory(capacity: capacity) }

    var base: UnsafeMutablePointer<Connection> { memory.base }

    /// A free place with everything at its beginning but the generation; nil where all are taken.
    mutating func take() -> Int32? {
        if let index = freed.popLast() { return index }
        guard made < memory.capacity else { return nil }
        (memory.base + made).initialize(to: Connection())
        made += 1
        return Int32(made - 1)
    }

    /// Makes a place free; its buffers' memory is given back, since many thousand connections may be idle at once.
    mutating func give(back index: Int32) {
        let connection = memory.base + Int(index)
        connection.pointee.output.release()
        connection.pointee.plain.release()
        connection.pointee.stash.release()
        if let tls = connection.pointee.tls { TLSWire.close(tls) }
        let generation = connection.pointee.generation &+ 1
        connection.pointee = Connection()
        connection.pointee.generation = generation
        freed.append(index)
    }

    /// The places that were ever used.
    var used: Range<Int> { 0..<made }

    func release() { memory.release() }
}

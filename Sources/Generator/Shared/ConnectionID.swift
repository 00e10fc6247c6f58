/// Which of a reactor's connections: its index in the reactor's table. Of use in that reactor only.
struct ConnectionID: Hashable, BitwiseCopyable, Sendable {
    /// From 0; below it: none.
    let index: Int32

    @inline(__always) init(index: Int32) { self.index = index }
    @inline(__always) init(_ index: Int) { self.index = Int32(truncatingIfNeeded: index) }

    /// No connection.
    @inline(__always) static var absent: ConnectionID { ConnectionID(index: -1) }
    @inline(__always) var isPresent: Bool { index >= 0 }
}

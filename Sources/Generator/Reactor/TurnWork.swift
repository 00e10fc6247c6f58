import Measures

/// What waits for its place in a turn of the reactor's loop.
struct TurnWork {
    /// An exchange that failed while it was begun.
    struct Failed {
        var connection: ConnectionID
        /// nil: this machine could not begin it, which says nothing about the target.
        var outcome: Outcome?
        var reason: String
    }

    /// Closed-load users that begin an iteration.
    var ready = ReadyUsers()
    /// Exchanges that failed while they were begun; they end from the loop, so that a user who fails at once, again and
    /// again, neither grows the stack nor starves the others.
    private(set) var failed: [Failed] = []
    /// Connections with a request to send at the end of this turn: one after the other, so that a server which sleeps is
    /// woken once for all of them, not once for each.
    private(set) var outgoing: [ConnectionID] = []

    /// Streams that start at the end of this turn, and connections whose frames are sent then.
    private var streams: [ConnectionID] = []
    private var carriers: [ConnectionID] = []
    /// True where frames wait for the end of a turn.
    var hasFrames: Bool { !carriers.isEmpty }

    mutating func fail(_ connection: ConnectionID, _ outcome: Outcome?, reason: String) {
        failed.append(Failed(connection: connection, outcome: outcome, reason: reason))
    }

    /// Those that failed so far; those that fail while these end have their turn in the next loop.
    mutating func takeFailed() -> [Failed] {
        let batch = failed
        failed.removeAll(keepingCapacity: true)
        return batch
    }

    @inline(__always)
    mutating func send(_ connection: ConnectionID) { outgoing.append(connection) }

    mutating func sent() { outgoing.removeAll(keepingCapacity: true) }

    @inline(__always)
    mutating func start(stream: ConnectionID) { streams.append(stream) }

    @inline(__always)
    mutating func sendFrames(of carrier: ConnectionID) { carriers.append(carrier) }

    /// Takes the streams that are to start, and the connections that are to send, and gives `streams` and `carriers`, which
    /// must be empty, to those that come up meanwhile.
    mutating func takeFrames(streams: inout [ConnectionID], carriers: inout [ConnectionID]) {
        swap(&streams, &self.streams)
        swap(&carriers, &self.carriers)
    }
}

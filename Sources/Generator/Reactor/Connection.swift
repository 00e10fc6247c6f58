import Measures

/// A connection and the exchange on it: a plain value in the reactor's table.
struct Connection: BitwiseCopyable {
    enum State: UInt8, BitwiseCopyable {
        /// The place in the table is unused.
        case free
        /// Being set up; the request waits in `output`, or in `plain`.
        case connecting
        /// Connected, in the TLS handshake; the request waits in `plain`.
        case securing
        /// Carries an exchange.
        case busy
        /// Kept for the next exchange.
        case idle
        /// A WebSocket in use.
        case open
        /// HTTP/2: carries exchanges as streams, each at a location of its own.
        case multiplexed
        /// An exchange of HTTP/2 that waits for a connection that has room for it.
        case waiting
        /// A WebSocket that nobody uses any more; the server has yet to close it.
        case leaving
        /// Could not be set up; its exchange ends in this turn of the loop.
        case failed

        /// True where an exchange waits for the connection or its answer.
        var isUnderWay: Bool { self == .connecting || self == .securing || self == .busy || self == .waiting }
    }

    /// The epoll descriptor's registration goes by table index; this tells an old registration from a new one.
    var generation: UInt32 = 0
    var state = State.free
    var descriptor: Int32 = -1
    var origin: Int32 = 0
    /// Which of the origin's addresses is in use, and how many were tried for this exchange.
    var address: Int32 = 0
    var attempts: Int32 = 0
    /// Its number among those that the reactors opened, of a stream that of the connection that carries it, and when it was
    /// opened; 0: there is none.
    var number: Int64 = 0
    var opened = Instant(nanoseconds: 0)
    /// The user whose exchange it carries, or who keeps it; absent: kept in the pool.
    var user = UserID.absent
    /// The next connection that the same user, or the pool, keeps.
    var sibling = ConnectionID.absent
    /// Carries a WebSocket, or its opening handshake: no user and no pool keeps it.
    var isWebSocket = false
    /// Since when the socket has taken nothing of what waits in `output`; set where something waits only.
    var blockedSince = Instant(nanoseconds: 0)
    /// Registered for writability too.
    var awaitsWritability = false
    /// Takes no further request: sending failed, or the peer said that it will close. What it sent is still read.
    var isSpent = false
    /// The peer's TLS said that nothing follows.
    var hasEnded = false
    /// Why sending failed, as errno; 0 where it didn't.
    var sendError: Int32 = 0

    var exchange = Exchange()
    var reader = ResponseReader()
    /// What of the request has not been taken by the socket yet.
    var output = ByteStore()
    /// What has to be packed by TLS before it is sent.
    var plain = ByteStore()
    /// The connection's TLS; nil where it has none, or none yet.
    var tls: UnsafeMutablePointer<TLSWire>?
    /// What was received of a head that isn't complete.
    var stash = ByteStore()
    /// Where the answer is kept, when the step looks at it.
    var kept: UnsafeMutablePointer<KeptAnswer>?

    /// HTTP/2: what goes over the connection; nil where it carries one exchange after the other, and for a stream.
    var session: UnsafeMutablePointer<HTTP2Session>?
    /// The place is that of an exchange on another connection, a stream of HTTP/2; nil where it is a connection.
    var stream: UnsafeMutablePointer<HTTP2Stream>?
    /// Of a stream the connection that carries it; absent while it waits for one. Of a connection with streams the one for
    /// which it is being made.
    var carrier = ConnectionID.absent
    /// Of a connection its first stream, of a stream the next one; and the one before it.
    var nextStream = ConnectionID.absent
    var previousStream = ConnectionID.absent
    /// Its frames are sent at the end of this turn.
    var isOutgoing = false

    /// The place among the connections with the same timeout; the deadline without the time in which this process was held
    /// up before it was set.
    var deadline = Instant(nanoseconds: 0)
    var timeoutClass: Int32 = -1
    var earlier = ConnectionID.absent
    var later = ConnectionID.absent
}

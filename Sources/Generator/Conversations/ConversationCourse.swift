import Measures

/// Where a user stands in its conversation on a WebSocket.
struct ConversationCourse {
    /// A message whose reply has not come.
    struct Waiting {
        var id: Int
        var intended: Instant
        var sent: Instant
        /// How long this process had been held up by then.
        var held: Span
        /// Bytes of the message, before compression.
        var size = 0
    }

    enum State {
        /// The opening handshake is under way.
        case opening
        case open
        /// Closed or broken; opened again at the instant.
        case closed(until: Instant)
    }

    let step: Int
    var state = State.opening
    /// The connection that carries it; of no meaning in `closed`.
    var connection: Int32 = -1
    /// The opening handshake's.
    var key: WebSocketKey?
    var session: WebSocketSession?
    /// When it was first opened.
    var opened: Instant?
    /// Messages sent, and those of them that await their reply, in the order of their sending.
    var sent = 0
    var waiting: [Waiting] = []
    /// The intended send of the next message; nil while it isn't known.
    var next: Instant?
    var nextPing = Instant.distantFuture
    /// How often it was opened again, or tried to be.
    var reconnects = 0
    /// The load has ended, and the conversation would last too long: nothing more is sent.
    var isCut = false

    init(step: Int) { self.step = step }

    /// How long to wait before it is opened again: at once after the first break, then twice as long each time.
    var pauseBeforeReconnect: Span {
        reconnects == 0 ? .zero : Span(nanoseconds: min(5_000_000_000, 100_000_000 << Int64(min(reconnects - 1, 10))))
    }

    mutating func release() {
        session?.release()
        session = nil
    }
}

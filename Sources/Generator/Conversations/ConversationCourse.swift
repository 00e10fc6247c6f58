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
        /// Where the random numbers stood before the message was made of them.
        var random: UInt64 = 0
        /// Bytes of the message, before compression.
        var size = 0

        /// Until when the reply may come: time in which this process was held up, `held` in all so far, doesn't count.
        func deadline(_ timeout: Span, held: Span) -> Instant { sent + timeout + (held - self.held) }
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
    var connection = ConnectionID.absent
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
    /// Where it stands in its entries, once it is open; nil for one of messages and their replies.
    var script: ScriptCourse?
    /// The load has ended, and the conversation would last too long: nothing more is sent.
    var isCut = false

    init(step: Int) { self.step = step }

    /// How long to wait before it is opened again: at once after the first break, then twice as long each time.
    var pauseBeforeReconnect: Span {
        reconnects == 0 ? .zero : Span(nanoseconds: min(5_000_000_000, 100_000_000 << Int64(min(reconnects - 1, 10))))
    }

    /// True while messages are to be sent, of `count` in all.
    func sends(of count: Int) -> Bool { !isCut && sent < count }

    /// True where something of the conversation is lost when its connection breaks now: messages to come, or the rest of
    /// the time.
    func isUnfinished(at now: Instant, count: Int, hold: Span) -> Bool {
        sent < count || count == 0 || now < (opened ?? now) + hold
    }

    /// When something is due next in an open conversation in which nothing is due now; nil where all is said.
    func following(at now: Instant, count: Int, hold: Span, timeout: Span, held: Span) -> Instant? {
        let holdEnd = isCut ? now : (opened ?? now) + hold
        if !sends(of: count), waiting.isEmpty, holdEnd <= now { return nil }
        var due = nextPing
        if sends(of: count), let next { due = min(due, next) }
        if let oldest = waiting.first { due = min(due, oldest.deadline(timeout, held: held)) }
        if holdEnd > now { due = min(due, holdEnd) }
        return due
    }

    /// It broke at an instant: gives when it is opened again; nil where it may not be, after `bound` times or a cut.
    mutating func reopen(at instant: Instant, atMost bound: Int) -> Instant? {
        guard reconnects < bound, !isCut else { return nil }
        let due = instant + pauseBeforeReconnect
        reconnects += 1
        state = .closed(until: due)
        return due
    }

    mutating func release() {
        session?.release()
        session = nil
    }
}

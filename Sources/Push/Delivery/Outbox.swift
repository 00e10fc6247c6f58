internal import Measures

/// What waits to be sent to one receiver, and what to do next: a value without I/O or clock.
///
/// One message is under way at a time, the oldest first. A receiver that is slow or gone costs whole messages, the oldest first,
/// never more memory. At the end there is a bound of time: what waits may use half of it, then the last message goes.
struct Outbox {
    /// A message that waits.
    struct Message: Equatable {
        var number: Int
        var bytes: [UInt8]
    }

    /// What to do next.
    enum Step: Equatable {
        /// Send this; it must have ended by then, where there is a bound.
        case send(Message, by: Instant?)
        /// Nothing, until then or until something is offered.
        case wait(until: Instant?)
        /// Nothing more.
        case stop
    }

    /// The most messages that wait, besides the last one.
    static let capacity = 30
    /// How long the end may take.
    static let patience = Span(nanoseconds: 5_000_000_000)
    /// The number of the last message.
    private static let last = Int.max

    /// What has come of all so far.
    private(set) var counts = PushCounts()

    private let isCumulative: Bool
    private var waiting: [Message] = []
    private var offered = 0
    /// When the next attempt may be made.
    private var notBefore: Instant?
    /// The receiver said how long to wait.
    private var isToldToWait = false
    /// Attempts in a row that were in vain.
    private var failures = 0
    private var ending: Ending?

    private struct Ending {
        var message: Message
        /// Until when what waits may be sent before it.
        var turn: Instant
        var deadline: Instant
        /// The receiver was not there when the end came: one attempt is enough.
        var isHopeless: Bool
    }

    init(isCumulative: Bool) { self.isCumulative = isCumulative }

    /// A further message; the oldest one goes where there is no room.
    mutating func offer(_ bytes: [UInt8]) {
        guard ending == nil else { return }
        waiting.append(Message(number: offered, bytes: bytes))
        offered += 1
        while waiting.count > Self.capacity { drop() }
    }

    /// The last message, which nothing follows.
    mutating func end(_ bytes: [UInt8], at now: Instant) {
        guard ending == nil else { return }
        let half = Span(nanoseconds: Self.patience.nanoseconds / 2)
        ending = Ending(
            message: Message(number: Self.last, bytes: bytes), turn: now + half, deadline: now + Self.patience,
            isHopeless: failures > 0)
        // Whoever said how long is believed; else the end is reason to try.
        if !isToldToWait { notBefore = nil }
    }

    /// Nothing more is sent, whatever waits.
    mutating func giveUp(at now: Instant) {
        let message = ending?.message ?? Message(number: Self.last, bytes: [])
        ending = Ending(message: message, turn: now, deadline: now, isHopeless: true)
    }

    /// What to do now.
    mutating func next(at now: Instant) -> Step {
        guard let ending else {
            guard let first = waiting.first else { return .wait(until: nil) }
            if let notBefore, notBefore > now { return .wait(until: notBefore) }
            return .send(first, by: nil)
        }
        if counts.isComplete, isCumulative || waiting.isEmpty || failures > 0 { return finish() }
        if now >= ending.deadline { return finish() }
        if let notBefore, notBefore > now {
            return notBefore < ending.deadline ? .wait(until: notBefore) : finish()
        }
        if counts.isComplete, let first = waiting.first { return .send(first, by: ending.deadline) }
        if let first = waiting.first, now < ending.turn, !ending.isHopeless { return .send(first, by: ending.turn) }
        return .send(ending.message, by: ending.deadline)
    }

    /// True where a message that is under way is to be cut off.
    func isOver(_ message: Message, at now: Instant) -> Bool {
        guard let ending else { return false }
        return now >= (message.number == Self.last || counts.isComplete ? ending.deadline : ending.turn)
    }

    /// Takes what came of the message that was sent.
    ///
    /// - Parameter jitter: By what the time until the next attempt is multiplied, about 1: many senders must not come at once.
    mutating func take(_ reception: Reception, of message: Message, at now: Instant, jitter: Double = 1) {
        isToldToWait = false
        notBefore = nil
        switch reception {
        case .taken: settle(message, isTaken: true, at: now)
        case .partly(let rejected, let reason):
            counts.rejected += rejected
            counts.reason = reason
            settle(message, isTaken: true, at: now)
        case .refused(let reason):
            counts.reason = reason
            settle(message, isTaken: false, at: now)
        case .later(let after, let reason):
            counts.reason = reason
            failures += 1
            isToldToWait = after != nil
            notBefore = now + (after ?? Self.pause(after: failures, jitter: jitter))
            if message.number == Self.last, ending?.isHopeless == true { giveUp(at: now) }
        }
    }

    /// 1, 2, 4 and then 8 s.
    private static func pause(after failures: Int, jitter: Double) -> Span {
        Span(seconds: Double(1 << min(3, failures - 1)) * jitter)
    }

    private mutating func settle(_ message: Message, isTaken: Bool, at now: Instant) {
        failures = 0
        if message.number == Self.last {
            counts.isComplete = isTaken
            // Whoever refuses the end refuses the rest.
            if !isTaken { giveUp(at: now) }
            return
        }
        // It may have been dropped meanwhile, to make room.
        guard let index = waiting.firstIndex(where: { $0.number == message.number }) else {
            if isTaken {
                counts.sent += 1
                counts.dropped -= 1
            }
            return
        }
        waiting.remove(at: index)
        if isTaken { counts.sent += 1 } else { counts.refused += 1 }
    }

    private mutating func drop() {
        waiting.removeFirst()
        counts.dropped += 1
    }

    private mutating func finish() -> Step {
        while !waiting.isEmpty { drop() }
        return .stop
    }
}

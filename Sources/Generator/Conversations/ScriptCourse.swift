import Measures

/// Where a user stands in a conversation whose entries are written down: a value without I/O and clock.
struct ScriptCourse {
    /// What is to be done now.
    enum Turn: Equatable {
        /// The message of the number is sent; `sent` says so.
        case send(Int)
        /// A message that came in a pause is taken, by `takeKept`.
        case takeKept
        /// What is awaited has not come in time.
        case late
        /// Nothing, until an instant or until a message comes.
        case wait(until: Instant)
        /// All is said: the WebSocket is closed with the code.
        case close(UInt16)
    }

    /// What a message is to the conversation.
    enum Finding: Equatable {
        /// It is to be answered, by the rule of the number.
        case answer(Int)
        /// It is what the expectation of the number awaits.
        case expected(Int)
        /// It isn't, and may not come here.
        case refused
        /// It isn't, and is passed over.
        case skipped
        /// It came in a pause, and may be expected behind it.
        case kept
    }

    /// A message that came in a pause.
    struct KeptMessage {
        var kind: WebSocketMessageKind
        var bytes: [UInt8]
        var arrival: Instant
    }

    /// Bytes of messages, before compression.
    struct Bytes: Equatable {
        var sent = 0
        var received = 0
    }

    /// Bytes and number of messages that are kept at most.
    static let keptBound = 16 << 20
    static let keptMost = 10_000
    /// Bytes of the last message that was passed over, to be shown.
    private static let shownBound = KeptExchange.bodyBound + KeptExchange.beyond

    /// The place in the script's list.
    private(set) var index = 0
    /// From 1, of the repetition that is gone through.
    private(set) var round = 1
    /// When the place was reached, and how long this process had been held up by then.
    private(set) var reached: Instant
    private var held: Span
    /// When the pause at the place ends.
    private(set) var pauseEnd: Instant?
    /// So many of the answers stand.
    private(set) var standing = 0
    private var answered: [Int] = []

    /// What a reply is measured from: the last message sent, or the last awaited one where that came since; when it was
    /// due, and when it was.
    private(set) var intended: Instant
    private(set) var started: Instant
    /// The last message sent, not as an answer: its number, id, and where the random numbers stood before it was made.
    private(set) var message: Int?
    private(set) var id = 0
    private(set) var random: UInt64 = 0
    /// Bytes of the whole conversation, and those since a part was last settled.
    private(set) var whole = Bytes()
    private(set) var sincePart = Bytes()

    /// Messages passed over at this place, and the beginning of the last one.
    private(set) var skipped = 0
    private(set) var lastSkipped: [UInt8] = []
    private var kept: [KeptMessage] = []
    private var keptTaken = 0
    private var keptBytes = 0

    /// The WebSocket was opened; this process had been held up for so long by then.
    init(opened: Instant, held: Span) {
        reached = opened
        intended = opened
        started = opened
        self.held = held
    }

    /// What is due, where all that came in up to `read` was taken.
    mutating func turn(
        _ script: ConversationScript, at now: Instant, readUpTo read: Instant, held: Span,
        random: inout SeededRandom
    ) -> Turn {
        while index < script.acts.count {
            switch script.acts[index] {
            case .send(let message): return .send(message)
            case .answer:
                standing += 1
                moveOn()
            case .pause(let shortest, let longest):
                let end =
                    pauseEnd
                    ?? reached + Span(nanoseconds: shortest + Int64(random.below(UInt64(longest - shortest) + 1)))
                guard end <= now else {
                    pauseEnd = end
                    return .wait(until: end)
                }
                moveOn()
                reach(at: end, held: held)
            case .expect(let number):
                if keptTaken < kept.count { return .takeKept }
                return wait(script.expectations[number].limit, readUpTo: read, held: held)
            case .closed(let number): return wait(script.closes[number].limit, readUpTo: read, held: held)
            case .close(let code): return .close(code)
            case .again(let first, let times):
                if round < times {
                    round += 1
                    index = first
                } else {
                    round = 1
                    moveOn()
                }
            }
        }
        return .close(WebSocketCloseCode.normal)
    }

    private func wait(_ limit: Span, readUpTo read: Instant, held: Span) -> Turn {
        // Time in which this process was held up doesn't count.
        let deadline = reached + limit + (held - self.held)
        return deadline <= read ? .late : .wait(until: deadline)
    }

    private mutating func moveOn() {
        index += 1
        skipped = 0
        pauseEnd = nil
    }

    private mutating func reach(at instant: Instant, held: Span) {
        reached = instant
        self.held = held
    }

    // MARK: Bytes

    mutating func count(sent bytes: Int) {
        whole.sent += bytes
        sincePart.sent += bytes
    }

    mutating func count(received bytes: Int) {
        whole.received += bytes
        sincePart.received += bytes
    }

    /// A part was settled.
    mutating func endPart() { sincePart = Bytes() }

    // MARK: Sending

    /// The message that was due was sent: its number and id, and where the random numbers stood before it was made.
    mutating func sent(_ message: Int, id: Int, random: UInt64, at now: Instant, held: Span) {
        (self.message, self.id, self.random) = (message, id, random)
        intended = reached
        started = now
        moveOn()
        reach(at: now, held: held)
    }

    /// An answer by the rule of the number goes out; false where it is one too many.
    mutating func answers(_ rule: Int, atMost most: Int) -> Bool {
        while answered.count <= rule { answered.append(0) }
        guard answered[rule] < most else { return false }
        answered[rule] += 1
        return true
    }

    // MARK: Receiving

    /// What a message that has come is; `holds` tries a rule on it.
    func finding(_ script: ConversationScript, holds: (MessageRule) -> Bool) -> Finding {
        for number in 0..<standing where holds(script.answers[number].rule) { return .answer(number) }
        return awaited(script, holds: holds)
    }

    /// The same of a message that no answer stands for.
    func awaited(_ script: ConversationScript, holds: (MessageRule) -> Bool) -> Finding {
        guard index < script.acts.count else { return .skipped }
        switch script.acts[index] {
        case .expect(let number):
            if holds(script.expectations[number].rule) { return .expected(number) }
            switch script.expectations[number].others {
            case .skipped: return .skipped
            case .refused: return .refused
            case .skippedWhere(let rule): return holds(rule) ? .skipped : .refused
            }
        case .pause: return index < script.lastExpectation ? .kept : .skipped
        case .send, .answer, .close, .closed, .again: return .skipped
        }
    }

    /// The awaited message has come.
    mutating func came(at arrival: Instant, held: Span) {
        intended = arrival
        started = arrival
        moveOn()
        reach(at: max(reached, arrival), held: held)
    }

    /// A message is passed over; `isShown`: it may be asked what it was.
    mutating func skip(_ message: UnsafeBufferPointer<UInt8>, isShown: Bool) {
        skipped += 1
        lastSkipped.removeAll(keepingCapacity: true)
        if isShown { lastSkipped.append(contentsOf: message.prefix(Self.shownBound)) }
    }

    /// Keeps a message that came in a pause; false where it is one too many.
    mutating func keep(_ message: UnsafeBufferPointer<UInt8>, _ kind: WebSocketMessageKind, arrival: Instant) -> Bool {
        guard kept.count - keptTaken < Self.keptMost, keptBytes + message.count <= Self.keptBound else { return false }
        kept.append(KeptMessage(kind: kind, bytes: Array(message), arrival: arrival))
        keptBytes += message.count
        return true
    }

    /// The first message that was kept.
    mutating func takeKept() -> KeptMessage? {
        guard keptTaken < kept.count else { return nil }
        let message = kept[keptTaken]
        keptTaken += 1
        keptBytes -= message.bytes.count
        if keptTaken == kept.count {
            kept.removeAll()
            keptTaken = 0
        }
        return message
    }

    /// True where the server may close now, with the code.
    func awaitsClose(_ code: UInt16?, _ script: ConversationScript) -> Bool {
        guard index < script.acts.count, case .closed(let number) = script.acts[index] else { return false }
        return script.closes[number].codes.contains(code ?? WebSocketCloseCode.none)
    }

    // MARK: For messages

    /// The entry at which the conversation is.
    func label(_ script: ConversationScript) -> String {
        guard index < script.labels.count else { return "the end" }
        // Only entries of a repetition have a number behind a point.
        return round > 1 ? "\(script.labels[index]) in round \(round)" : script.labels[index]
    }

    /// What is to be added to the step's number to get that of the part that counts what happens now; 0: the step's own.
    func part(_ script: ConversationScript) -> Int { index < script.parts.count ? script.parts[index] : 0 }
}

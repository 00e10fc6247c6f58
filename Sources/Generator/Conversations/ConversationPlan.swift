import Measures
import Scenarios

/// A step's conversation compiled for the engine.
struct ConversationPlan {
    let handshake: WebSocketHandshake
    let kind: WebSocketMessageKind
    /// nil: nothing is sent.
    let message: TextTemplate?
    /// How many messages are sent.
    let count: Int
    /// From one intended send to the next; nil: each message follows the reply to the one before.
    let interval: Span?
    let reply: ReplyMatcher?
    let fanOut: JSONPath?
    let ping: Span?
    let hold: Span
    let reconnects: Int
    /// The close codes with which the server may end it. Memory of its own, so that copies of the plan count no reference.
    let closes: UnsafeMutableBufferPointer<UInt16>
    /// How long a reply may take, and the closing.
    let timeout: Span

    init(_ conversation: Conversation, timeout: Duration, names: VariableNames) {
        handshake = WebSocketHandshake(
            protocols: conversation.protocols, deflate: conversation.compression ? DeflateOffer() : nil)
        var builder = TextTemplate.Builder(names: names)
        switch conversation.message {
        case .json(let template):
            builder.append(template)
            kind = .text
        case .text(let text):
            builder.append(text, escape: .none)
            kind = .text
        case .binary(let bytes):
            // Printable, and the same in each run.
            var random = SeededRandom(seed: UInt64(bytes))
            builder.append(String((0..<bytes).map { _ in Character(Unicode.Scalar(UInt8(33 + random.below(94)))) }))
            kind = .binary
        case nil: kind = .text
        }
        let compiled = builder.finish()
        if conversation.message == nil {
            compiled.release()
            message = nil
            count = 0
        } else {
            message = compiled
            count = conversation.count
        }
        interval = conversation.interval.map { Span($0) }
        reply = conversation.reply.map(ReplyMatcher.init)
        fanOut = conversation.fanOut
        ping = conversation.ping.map { Span($0) }
        hold = Span(conversation.hold)
        reconnects = conversation.reconnects
        closes = .allocate(capacity: conversation.closes.count)
        _ = closes.initialize(from: conversation.closes)
        self.timeout = Span(timeout)
    }

    /// How long the conversation lasts from its opening, where each reply comes at once.
    var plannedLength: Span {
        let sends = interval.map { Span(nanoseconds: $0.nanoseconds * Int64(max(0, count - 1))) } ?? .zero
        return max(sends, hold)
    }

    func release() {
        message?.release()
        closes.deallocate()
    }
}

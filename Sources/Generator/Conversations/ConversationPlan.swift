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
    /// What happens entry after entry, instead of messages and their replies; likewise in memory of its own.
    let script: UnsafeMutablePointer<ConversationScript>?

    init(_ conversation: Conversation, timeout: Duration, names: VariableNames) {
        handshake = WebSocketHandshake(
            protocols: conversation.protocols, deflate: conversation.compression ? DeflateOffer() : nil)
        let compiled = conversation.message.map { ConversationScript.Message($0, names: names) }
        kind = compiled?.kind ?? .text
        message = compiled?.template
        count = compiled == nil ? 0 : conversation.count
        if conversation.entries.isEmpty {
            script = nil
        } else {
            let memory = UnsafeMutablePointer<ConversationScript>.allocate(capacity: 1)
            memory.initialize(to: ConversationScript(conversation.entries, timeout: Span(timeout), names: names))
            script = memory
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
        if let script {
            script.pointee.release()
            script.deinitialize(count: 1)
            script.deallocate()
        }
        closes.deallocate()
    }
}

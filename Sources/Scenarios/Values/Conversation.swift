/// What a user does on a WebSocket (RFC 6455): opens it, sends messages, awaits their replies, closes it.
public struct Conversation: Sendable, Equatable {
    /// What is sent.
    public enum Message: Sendable, Equatable {
        /// A text frame with JSON.
        case json(JSONTemplate)
        /// A text frame.
        case text(Text)
        /// A binary frame of so many bytes, random but the same for all.
        case binary(bytes: Int)
        /// A binary frame of these parts, one behind the other.
        case bytes([BytePart])
    }

    /// A part of a binary message.
    public enum BytePart: Sendable, Equatable {
        /// As they are.
        case bytes([UInt8])
        /// A text in UTF-8, filled in.
        case text(Text)
        /// The bytes that a value tells, which is a column or a capture; where it tells none, the message can't be sent.
        case value(Variable, ByteCoding)
    }

    /// How a text tells bytes.
    public enum ByteCoding: Sendable, Equatable {
        /// Pairs of hexadecimal digits, blanks between them or not.
        case hex
        /// Base64 (RFC 4648 §4), padded or not.
        case base64
    }

    /// Subprotocols to offer, the preferred one first.
    public var protocols: [String] = []
    /// Whether permessage-deflate (RFC 7692) is offered.
    public var compression = false
    /// What is sent; nil: nothing.
    public var message: Message?
    /// How many messages are sent, one or more where there is a message.
    public var count = 1
    /// The time from one intended send to the next; nil: each message follows the reply to the one before.
    public var interval: Duration?
    /// Which message is the reply: holds for it and the `${message.id}` of what it replies to. Nil: no reply is awaited.
    public var reply: Check?
    /// Where a message that others' messages led to carries the sender's `${message.id}`.
    public var fanOut: JSONPath?
    /// The time from one ping to the next; nil: none is sent.
    public var ping: Duration?
    /// How long the WebSocket stays open at least, from its opening.
    public var hold: Duration = .zero
    /// How often a WebSocket that the peer closes, or that breaks, is opened again, at most.
    public var reconnects = 0
    /// The close codes (RFC 6455 §7.4) with which the server may end the conversation before its time; 1005 stands for a
    /// close frame without a code.
    public var closes: [UInt16] = []
    /// What happens entry after entry, instead of `message` and what belongs to it; empty: no course is written down.
    public var entries: [ConversationEntry] = []

    /// A conversation that only opens and closes.
    public init() {}
}

extension Conversation.Message {
    /// What may stand in `${…}` of it, in any order.
    public var variables: [Variable] {
        switch self {
        case .json(let template): template.variables
        case .text(let text): text.variables
        case .binary: []
        case .bytes(let parts):
            parts.flatMap { part -> [Variable] in
                switch part {
                case .bytes: []
                case .text(let text): text.variables
                case .value(let variable, _): [variable]
                }
            }
        }
    }
}

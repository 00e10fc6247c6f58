/// One thing that happens in a conversation whose course is written down, entry after entry.
public struct ConversationEntry: Sendable, Equatable {
    /// What happens.
    public enum Content: Sendable, Equatable {
        /// A message is sent.
        case send(Conversation.Message)
        /// A message is awaited.
        case expect(ExpectedMessage)
        /// From here on messages are answered as they come.
        case answer(AnsweredMessage)
        /// Nothing is done for a random time between the bounds.
        case pause(ClosedRange<Duration>)
        /// The WebSocket is closed with a code that a client may send; the last entry.
        case close(UInt16)
        /// The server is awaited to close the WebSocket; the last entry.
        case closed(AwaitedClose)
        /// The entries are gone through so many times, one or more; none of them is a repetition or an answer.
        case repetition(times: Int, [ConversationEntry])
    }

    /// What happens.
    public var content: Content
    /// What it is called in messages about failures: `entry 2 (expect json $.type == ack)`.
    public var label: String

    /// Makes an entry.
    public init(_ content: Content, label: String) {
        self.content = content
        self.label = label
    }
}

/// What a message is known by.
public struct MessageCondition: Sendable, Equatable {
    /// The kind of its frames; nil: either.
    public enum Kind: String, CaseIterable, Sendable {
        case text
        case binary
    }

    /// The kind that it must have; nil: either.
    public var kind: Kind?
    /// What must hold of it; all of them.
    public var checks: [Check] = []

    /// What any message meets.
    public init() {}
}

/// A message that is awaited, and what must hold of it.
public struct ExpectedMessage: Sendable, Equatable {
    /// What becomes of messages that are not the awaited one.
    public enum Others: Sendable, Equatable {
        /// They are passed over.
        case skipped
        /// The first of them fails the conversation.
        case refused
        /// Those that meet the condition are passed over, others fail the conversation.
        case skippedWhere(MessageCondition)
    }

    /// What it is known by.
    public var condition = MessageCondition()
    /// The name of a row of its own in results; nil: it has none.
    public var name: String?
    /// What becomes of others.
    public var others = Others.skipped
    /// How long it may take from the instant at which the conversation came to it; nil: the step's timeout.
    public var limit: Duration?
    /// What must hold of the message that was known as the awaited one.
    public var checks: [Check] = []
    /// What later entries and steps take from it.
    public var captures: [Capture] = []

    /// Any message.
    public init() {}
}

/// Messages of the server that are answered whenever they come.
public struct AnsweredMessage: Sendable, Equatable {
    /// What they are known by.
    public var condition: MessageCondition
    /// What is sent.
    public var message: Conversation.Message
    /// What the answer, and later entries and steps, take from them.
    public var captures: [Capture] = []
    /// How often at most in a conversation: an answer that the server sends back must not go on for ever.
    public var most = AnsweredMessage.most

    /// How often unless given.
    public static let most = 1000

    /// Makes a rule.
    public init(condition: MessageCondition, message: Conversation.Message) {
        self.condition = condition
        self.message = message
    }
}

/// The server's closing that is awaited.
public struct AwaitedClose: Sendable, Equatable {
    /// The codes with which it may close; 1005 stands for a close frame without one.
    public var codes: [UInt16]
    /// The name of a row of its own in results; nil: it has none.
    public var name: String?
    /// How long it may take; nil: the step's timeout.
    public var limit: Duration?

    /// Makes one.
    public init(codes: [UInt16]) { self.codes = codes }
}

extension ConversationEntry {
    /// The name of its row in results; nil: it has none.
    public var name: String? {
        switch content {
        case .expect(let expected): expected.name
        case .closed(let close): close.name
        case .send, .answer, .pause, .close, .repetition: nil
        }
    }

    /// The entry itself, or those that are repeated.
    public var single: [ConversationEntry] {
        if case .repetition(_, let entries) = content { entries } else { [self] }
    }

    /// What it captures.
    public var captures: [Capture] {
        switch content {
        case .expect(let expected): expected.captures
        case .answer(let answered): answered.captures
        case .repetition(_, let entries): entries.flatMap(\.captures)
        case .send, .pause, .close, .closed: []
        }
    }

    /// The checks that it makes of messages, to know them or to judge them.
    public var checks: [Check] {
        switch content {
        case .expect(let expected):
            if case .skippedWhere(let condition) = expected.others {
                expected.condition.checks + expected.checks + condition.checks
            } else {
                expected.condition.checks + expected.checks
            }
        case .answer(let answered): answered.condition.checks
        case .repetition(_, let entries): entries.flatMap(\.checks)
        case .send, .pause, .close, .closed: []
        }
    }

    /// The messages that it sends.
    public var messages: [Conversation.Message] {
        switch content {
        case .send(let message): [message]
        case .answer(let answered): [answered.message]
        case .repetition(_, let entries): entries.flatMap(\.messages)
        case .expect, .pause, .close, .closed: []
        }
    }
}

extension Step {
    /// The named entries of its conversation, in their order: each has a row of its own in results, behind the step's.
    public var parts: [Step] {
        (conversation?.entries ?? []).flatMap(\.single).compactMap(\.name).map { name in
            var part = Step(name: name, url: url, captures: captures, timeout: timeout, tags: tags)
            part.isPart = true
            return part
        }
    }

    /// True where a WebSocket carries it.
    public var isOnWebSocket: Bool { conversation != nil || isPart }
}

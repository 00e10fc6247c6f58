/// What an entry of a conversation may be wherever it stands.
struct MessageEntryKeys: KeySet {
    let send = Key(
        "send", .message,
        "Sends a message: a text, JSON as a mapping or list, {binary: 1KiB} or {binary: {hex: 00ff}}; ${message.id} is its "
            + "number.")
    let expect = Key(
        "expect", .messageCondition,
        "Awaits a message that meets a check, json $.type == ack; or all of a list, in which text or binary may stand.")
    let pause = Key("pause", .pause, "Waits: a duration, or two between which it is chosen at random.")
    let name = Key("name", .name, "expect, closed: the name of a row of its own in results, with its time.")
    let within = Key("within", .duration, "expect, closed: how long it may take; the step's timeout unless given.")
    let skip = Key(
        "skip", .otherMessages,
        "expect: which other messages are passed over: all unless given, none, or those that meet a check.")
    let checks = Key("checks", .elements(of: "checks", .text), "expect: what must hold of the message.")
    let capture = Key(
        "capture", .entries(of: "captured names", .exact("(json|regex|body|hex).*")),
        "expect: what later entries and steps take from the message.")

    /// The keys that say what an entry does.
    var actions: [any KeyNaming] { [send, expect, pause] }

    /// The rules where an entry may do one of some things.
    func rules(among actions: [any KeyNaming]) -> [KeyRule] {
        let ofExpect = { @Sendable (key: String, _: String) in
            ["name", "within"].contains(key)
                ? "\(quoted(key)) belongs to expect and closed" : "\(quoted(key)) belongs to expect"
        }
        return actions.filter { $0.names != expect.names }.map { action in
            action.names == ["closed"]
                ? .strange(skip, checks, capture, to: action, among: actions, there: ofExpect)
                : .strange(name, within, skip, checks, capture, to: action, among: actions, there: ofExpect)
        }
    }
}

/// The keys of an entry that is repeated.
struct RepeatedEntryKeys: KeyGroup {
    static let about = GroupAbout("repeated_entry", "An entry of a conversation that is gone through several times")

    let message = Included(MessageEntryKeys())

    var rules: [KeyRule] {
        let actions = message.keys.actions
        return message.keys.rules(among: actions) + [
            .exactlyOne(of: message.keys.send, message.keys.expect, message.keys.pause)
        ]
    }
}

/// The keys of an entry of a conversation.
struct ConversationEntryKeys: KeyGroup {
    static let about = GroupAbout("entry", "One thing that happens in a conversation on a WebSocket")

    let message = Included(MessageEntryKeys())
    let answer = Key(
        "answer", .group(AnswerKeys.self), "From here on messages of the server are answered whenever they come.")
    let close = Key(
        "close", .sentCloseCode, "Closes the WebSocket with a code; the last entry. 1000 at the end unless given.")
    let closed = Key(
        "closed", .closeCodes, "Awaits that the server closes the WebSocket with one of some codes; the last entry.")
    let times = Key("repeat", .integer(1...1_000_000), "How often the entries of its conversation are gone through.")
    let conversation = Key(
        "conversation", .elements(of: "entries", .mapping(KeyTable(RepeatedEntryKeys.self)), atLeast: 1),
        "repeat: the entries that are repeated.")

    /// The keys that say what an entry does.
    var actions: [any KeyNaming] { message.keys.actions + [answer, close, closed, times] }

    var rules: [KeyRule] {
        let keys = message.keys
        return keys.rules(among: actions) + [
            .exactlyOne(of: keys.send, keys.expect, keys.pause, answer, close, closed, times),
            .belong(conversation, to: times, among: actions) { key, _ in "\(quoted(key)) belongs to repeat" },
            .needs(times, conversation) { key, other in "\(quoted(key)) needs \(quoted(other)) beside it" },
        ]
    }
}

/// The keys of a rule by which messages are answered.
struct AnswerKeys: KeyGroup {
    static let about = GroupAbout("answer", "Messages of the server that are answered")

    let when = Key(
        "when", .messageCondition, "Which messages: a check that they meet, or a list of checks.", required: true)
    let send = Key("send", .node(.anything), "What is sent, as in a send of its own.", required: true)
    let capture = Key(
        "capture", .entries(of: "captured names", .exact("(json|regex|body|hex).*")),
        "What the answer, and later entries and steps, take from the message.")
    let most = Key(
        "most", .integer(1...1_000_000_000),
        "How often at most in a conversation; 1000 unless given. One answer more fails it.")
}

/// The keys of what a binary message holds.
struct BinaryKeys: KeyGroup {
    static let about = GroupAbout("binary", "The bytes of a binary message")

    let hex = Key("hex", .node(.text), "Hexadecimal digits, blanks between them or not; ${name} has such digits, too.")
    let base64 = Key("base64", .node(.text), "Base64 (RFC 4648 §4); ${name} has base64 of its own.")
    let text = Key("text", .node(.text), "A text that is sent as bytes; ${name} is filled in.")
    let file = Key("file", .node(.text), "The file whose bytes are sent.")

    var rules: [KeyRule] { [.exactlyOne(of: hex, base64, text, file)] }
}

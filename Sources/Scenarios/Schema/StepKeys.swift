/// The keys of a flow.
struct FlowKeys: KeyGroup {
    static let about = GroupAbout("flow", "What a user does in one iteration")

    let weight = Key(
        "weight", .weight, "The share of iterations, relative to the other flows; 1 unless given.")
    let steps = Key(
        "steps", .elements(of: "steps", .step, atLeast: 1), "Steps and blocks of steps, in order.", required: true)
    let tags = Key("tags", .tags, "Labels of every step of the flow.")
}

/// The keys of a step.
struct StepKeys: KeyGroup {
    static let about = GroupAbout("step", "A request, what happens on a WebSocket, or a pause")

    let name = Key("name", .name, "The name that results carry; the method and path unless given.")

    // A request
    let methods = KeyFamily(Step.Method.allCases) { method in
        let preposition = [.post, .put].contains(method) ? "to" : "of"
        return Key(
            method.rawValue.lowercased(), .url,
            "\(method.rawValue) \(preposition) a path or http[s]:// URL.")
    }
    let request = Key(
        "request", .methodAndURL, "A request of any method: PURGE /static/a.css, the method and a path or URL.")
    let json = Key("json", .node(.anything), "The body, sent as JSON.")
    let form = Key("form", .form, "The body, sent as a form.")
    let body = Key("body", .text, "The body, sent as it is.")
    let multipart = Key(
        "multipart", .multipart, "The body, sent as multipart/form-data: texts and files by field.")
    let upload = Key("upload", .readableFile, "post, put, patch: the file whose bytes are the body.")
    let expect = Key("expect", .statuses, "Statuses that count as good; 200..399 unless given.")
    let redirects = Key(
        "redirects", .integer(0...Reading.maximumRedirects),
        "Redirects that are followed at most, instead of defaults.http.redirects.")

    // A calculation
    let calculate = Key("calculate", .url, "POST to a calculation endpoint, whose answer is verified.")
    let answers = Key("answers", .answers, "calculate: expected values by JSON path.")
    let tolerance = Key(
        "tolerance", .tolerance,
        "calculate: how far numbers may be off, absolute (0.005) or relative (0.1%).")
    let serverTime = Key(
        "server_time", .serverTime, "calculate: where the server says how long it calculated.")
    let deterministic = Key(
        "deterministic", .boolean,
        "calculate: whether the same request must get the same values each time; true unless given.")

    // A stream of events
    let events = Key(
        "events", .eventsURL,
        "The answer is a stream of Server-Sent Events or JSON lines: a path or URL, or a method in front of it: POST /v1/chat."
    )
    let until = Key(
        "until", .streamEnd,
        "events: what ends the stream: event done, 10 events, data [DONE], json $.state == done or 30s; the server unless given."
    )
    let format = Key(
        "format", .choice(EventStream.Format.self), "events: sse or ndjson; as Content-Type says unless given.")

    // A conversation
    let websocket = Key(
        "websocket", .webSocketURL,
        "A WebSocket is opened at a path or ws[s]:// URL, and closed at the end of the step.")
    let protocols = Key(
        "protocols", .protocols, "websocket: subprotocols to offer, the preferred one first.")
    let compression = Key(
        "compression", .boolean, "websocket: whether permessage-deflate is offered; false unless given.")
    let send = Key(
        "send", .message,
        "websocket: the message: a text, JSON as a mapping or list, or {binary: 1KiB}; ${message.id} is its number.")
    let messages = Key(
        "messages", .integer(1...1_000_000_000), "websocket: how many messages; 1 unless given.")
    let every = Key(
        "every", .duration, "websocket: the time from one message to the next; else each follows a reply.")
    let reply = Key(
        "reply", .reply, "websocket: a check that the reply to a message meets: json $.id == ${message.id}.")
    let fanOut = Key(
        "fan_out", .fanOut,
        "websocket: where a message that others' messages led to carries the sender's ${message.id}.")
    let ping = Key("ping", .duration, "websocket: the time from one ping to the next.")
    let hold = Key("hold", .durationOrZero, "websocket: how long it stays open at least.")
    let reconnect = Key(
        "reconnect", .integer(0...1_000_000),
        "websocket: how often it is reopened at most; 0 unless given.")
    let closes = Key(
        "closes", .closeCodes, "websocket: the close codes with which the server may end it before its time.")

    let conversation = Key(
        "conversation", .elements(of: "entries", .mapping(KeyTable(ConversationEntryKeys.self)), atLeast: 1),
        "websocket: what happens, entry after entry: send, expect, answer, pause, close, closed, repeat.")

    // All of them
    let pause = Key(
        "pause", .pause, "Waits: a duration, or two between which it is chosen at random.")
    let when = Key(
        "when", .condition(isNegated: false),
        "The step is done where this holds: ${role} == admin, or ${token} (has a value).")
    let unless = Key(
        "unless", .condition(isNegated: true), "The step is done where this does not hold.")
    let headers = Key("headers", .headers, "Header fields; they replace defaults of the same name.")
    let auth = Key(
        "auth", .stepAuthentication,
        "How the request proves who sends it, instead of defaults.http.auth; none: not at all.")
    let checks = Key(
        "checks", .elements(of: "checks", .text),
        "What must hold of the answer, e.g. json $.items count > 0.")
    let capture = Key(
        "capture", .entries(of: "captured names", .exact("((json|header|regex|cookie) .+|(status|body|hex).*)")),
        "What later steps take from the answer; at its end optional: an answer without it is good too; secret: the value "
            + "is shown nowhere.")
    let timeout = Key("timeout", .duration, "How long the exchange may take.")
    let tags = Key("tags", .tags, "Labels by which objectives select the step.")

    /// What says in a conversation what the key would.
    private static func insteadOf(_ key: String) -> String {
        switch key {
        case "send", "reply", "checks", "capture": ": its entries send and expect"
        case "messages", "every": ": an entry repeats others"
        case "hold": ": an entry pauses"
        case "closes": ": its last entry, closed, awaits the server's closing"
        default: ""
        }
    }

    /// The keys that say what a step does.
    var actions: [any KeyNaming] { [methods, request, calculate, events, pause, websocket] }

    var rules: [KeyRule] {
        [
            .alone(pause) { other, _ in "a pause is a step of its own: \(quoted(other)) can't stand beside it" },
            .exactlyOne(of: methods, request, calculate, events, pause, websocket),
            .belong(answers, tolerance, serverTime, deterministic, to: calculate, among: actions) { key, _ in
                "\(quoted(key)) belongs to calculate steps"
            },
            .belong(until, format, to: events, among: actions) { key, _ in
                "\(quoted(key)) belongs to events steps"
            },
            .belong(
                protocols, compression, send, messages, every, reply, fanOut, ping, hold, reconnect, closes,
                conversation, to: websocket, among: actions
            ) { key, _ in
                let hint = key == "compression" ? " (of answers: defaults.http.compression)" : ""
                return "\(quoted(key)) belongs to websocket steps\(hint)"
            },
            .strange(
                json, form, body, multipart, upload, expect, redirects, to: websocket, among: actions
            ) { key, _ in
                let hint = ["json", "body"].contains(key) ? ": its messages stand in send" : ""
                return "\(quoted(key)) doesn't fit a websocket step\(hint)"
            },
            .strange(
                send, messages, every, reply, fanOut, hold, closes, checks, capture, to: conversation,
                among: [conversation]
            ) { key, _ in "\(quoted(key)) can't stand beside conversation\(Self.insteadOf(key))" },
        ]
    }
}

/// The keys of a part of a multipart body.
struct PartKeys: KeyGroup {
    static let about = GroupAbout("part", "A part of a multipart body: a value or a file")

    let value = Key("value", .node(.text), "A text.")
    let file = Key("file", .node(.text), "The file whose bytes are sent.")
    let type = Key("type", .mediaType, "The media type; of a file by its name's ending unless given.")
    let filename = Key(
        "filename", .headerText("a file's name"),
        "The file's name to be sent; of a file its own unless given.")

    var rules: [KeyRule] { [.exactlyOne(of: value, file)] }
}

extension KeyTable {
    /// A flow.
    static let flow = KeyTable(
        name: "flow", summary: "What a user does in one iteration",
        keys: [
            Key("weight", .number, "The share of iterations, relative to the other flows; 1 unless given."),
            Key("steps", .list(.mapping(step), atLeast: 1), "Steps, in order.", required: true),
            Key("tags", .names(.text), "Labels of every step of the flow."),
        ])

    /// Keys that say what a step does.
    static let actions = Step.Method.allCases.map { $0.rawValue.lowercased() } + ["calculate", "pause", "websocket"]

    /// A step.
    static let step = KeyTable(
        name: "step", summary: "A request, what happens on a WebSocket, or a pause",
        keys: [name] + request + calculation + conversation + shared, exactlyOne: actions)

    private static let name = Key(
        "name", .text, "The name that results carry; the method and path unless given.")

    private static let shared = [
        Key(
            "pause", .pattern("\(Quantity.durationPattern)(\\.\\.\(Quantity.durationPattern))?"),
            "Waits: a duration, or two between which it is chosen at random."),
        Key("when", .text, "The step is done where this holds: ${role} == admin, or ${token} (has a value)."),
        Key("unless", .text, "The step is done where this does not hold."),
        Key("headers", .names(.text), "Header fields; they replace defaults of the same name."),
        Key(
            "auth", .oneOf([.choice(["none"]), .mapping(authentication)]),
            "How the request proves who sends it, instead of defaults.http.auth; none: not at all."),
        Key("checks", .list(.text, atLeast: 0), "What must hold of the answer, e.g. json $.items count > 0."),
        Key(
            "capture", .names(.exact("(json|header|regex|cookie) .+")),
            "What later steps take from the answer; at its end optional: an answer without it is good too; secret: the value is shown "
                + "nowhere."),
        Key("timeout", .duration, "How long the exchange may take."),
        Key("tags", .names(.text), "Labels by which objectives select the step."),
    ]

    private static let request = [
        Key("get", .text, "GET of a path or http[s]:// URL."),
        Key("head", .text, "HEAD of a path or http[s]:// URL."),
        Key("post", .text, "POST to a path or http[s]:// URL."),
        Key("put", .text, "PUT to a path or http[s]:// URL."),
        Key("patch", .text, "PATCH of a path or http[s]:// URL."),
        Key("delete", .text, "DELETE of a path or http[s]:// URL."),
        Key("options", .text, "OPTIONS of a path or http[s]:// URL."),
        Key("json", .anything, "The body, sent as JSON."),
        Key("form", .names(.text), "The body, sent as a form."),
        Key("body", .text, "The body, sent as it is."),
        Key(
            "multipart", .names(.oneOf([.text, .mapping(part)])),
            "The body, sent as multipart/form-data: texts and files by field."),
        Key("upload", .text, "post, put, patch: the file whose bytes are the body."),
        Key(
            "expect", .oneOf([statuses, .list(statuses, atLeast: 1)]),
            "Statuses that count as good; 200..399 unless given."),
        Key(
            "redirects", .integer(minimum: 0),
            "Redirects that are followed at most, instead of defaults.http.redirects."),
    ]

    private static let calculation = [
        Key("calculate", .text, "POST to a calculation endpoint, whose answer is verified."),
        Key("answers", .names(.text), "calculate: expected values by JSON path."),
        Key(
            "tolerance", .pattern("\(Quantity.numberPattern)%?"),
            "calculate: how far numbers may be off, absolute (0.005) or relative (0.1%)."),
        Key("server_time", .exact("(header|json) .+"), "calculate: where the server says how long it calculated."),
        Key(
            "deterministic", .boolean,
            "calculate: whether the same request must get the same values each time; true unless given."),
    ]

    private static let conversation = [
        Key("websocket", .text, "A WebSocket is opened at a path or ws[s]:// URL, and closed at the end of the step."),
        Key("protocols", .list(.text, atLeast: 0), "websocket: subprotocols to offer, the preferred one first."),
        Key("compression", .boolean, "websocket: whether permessage-deflate is offered; false unless given."),
        Key(
            "send", .anything,
            "websocket: the message: a text, JSON as a mapping or list, or {binary: 1KiB}; ${message.id} is its number."
        ),
        Key("messages", .integer(minimum: 1), "websocket: how many messages; 1 unless given."),
        Key("every", .duration, "websocket: the time from one message to the next; else each follows a reply."),
        Key("reply", .text, "websocket: a check that the reply to a message meets: json $.id == ${message.id}."),
        Key(
            "fan_out", .exact("json .+"),
            "websocket: where a message that others' messages led to carries the sender's ${message.id}."),
        Key("ping", .duration, "websocket: the time from one ping to the next."),
        Key("hold", .duration, "websocket: how long it stays open at least."),
        Key("reconnect", .integer(minimum: 0), "websocket: how often it is reopened at most; 0 unless given."),
        Key(
            "closes", .oneOf([closeCode, .list(closeCode, atLeast: 1)]),
            "websocket: the close codes with which the server may end it before its time."),
    ]

    /// A part of a multipart body.
    static let part = KeyTable(
        name: "part", summary: "A part of a multipart body: a value or a file",
        keys: [
            Key("value", .text, "A text."),
            Key("file", .text, "The file whose bytes are sent."),
            Key("type", .text, "The media type; of a file by its name's ending unless given."),
            Key("filename", .text, "The file's name to be sent; of a file its own unless given."),
        ],
        exactlyOne: ["value", "file"])

    private static let closeCode = Shape.pattern("[1-4][0-9][0-9][0-9]")

    static let statuses = Shape.pattern("[1-5][0-9][0-9](\\.\\.[1-5][0-9][0-9])?")
}

extension KeyTable {
    /// A flow.
    static let flow = KeyTable(
        name: "flow", summary: "What a user does in one iteration",
        keys: [
            KeyDescription("weight", .number, "The share of iterations, relative to the other flows; 1 unless given."),
            KeyDescription("steps", .list(.mapping(step), atLeast: 1), "Steps, in order.", required: true),
            KeyDescription("tags", .names(.text), "Labels of every step of the flow."),
        ])

    /// Keys that say what a step does.
    static let actions = Step.Method.allCases.map { $0.rawValue.lowercased() } + ["calculate", "pause", "websocket"]

    /// A step.
    static let step = KeyTable(
        name: "step", summary: "A request, what happens on a WebSocket, or a pause",
        keys: [name] + request + calculation + conversation + shared, exactlyOne: actions)

    private static let name = KeyDescription(
        "name", .text, "The name that results carry; the method and path unless given.")

    private static let shared = [
        KeyDescription(
            "pause", .pattern("\(Quantity.durationPattern)(\\.\\.\(Quantity.durationPattern))?"),
            "Waits: a duration, or two between which it is chosen at random."),
        KeyDescription(
            "when", .text, "The step is done where this holds: ${role} == admin, or ${token} (has a value)."),
        KeyDescription("unless", .text, "The step is done where this does not hold."),
        KeyDescription("headers", .names(.text), "Header fields; they replace defaults of the same name."),
        KeyDescription(
            "auth", .oneOf([.choice(["none"]), .mapping(authentication)]),
            "How the request proves who sends it, instead of defaults.http.auth; none: not at all."),
        KeyDescription(
            "checks", .list(.text, atLeast: 0), "What must hold of the answer, e.g. json $.items count > 0."),
        KeyDescription(
            "capture", .names(.exact("(json|header|regex|cookie) .+")),
            "What later steps take from the answer; at its end optional: an answer without it is good too; secret: the value "
                + "is shown nowhere."),
        KeyDescription("timeout", .duration, "How long the exchange may take."),
        KeyDescription("tags", .names(.text), "Labels by which objectives select the step."),
    ]

    private static let request = [
        KeyDescription("get", .text, "GET of a path or http[s]:// URL."),
        KeyDescription("head", .text, "HEAD of a path or http[s]:// URL."),
        KeyDescription("post", .text, "POST to a path or http[s]:// URL."),
        KeyDescription("put", .text, "PUT to a path or http[s]:// URL."),
        KeyDescription("patch", .text, "PATCH of a path or http[s]:// URL."),
        KeyDescription("delete", .text, "DELETE of a path or http[s]:// URL."),
        KeyDescription("options", .text, "OPTIONS of a path or http[s]:// URL."),
        KeyDescription("json", .anything, "The body, sent as JSON."),
        KeyDescription("form", .names(.text), "The body, sent as a form."),
        KeyDescription("body", .text, "The body, sent as it is."),
        KeyDescription(
            "multipart", .names(.oneOf([.text, .mapping(part)])),
            "The body, sent as multipart/form-data: texts and files by field."),
        KeyDescription("upload", .text, "post, put, patch: the file whose bytes are the body."),
        KeyDescription(
            "expect", .oneOf([.statuses, .list(.statuses, atLeast: 1)]),
            "Statuses that count as good; 200..399 unless given."),
        KeyDescription(
            "redirects", .integer(minimum: 0),
            "Redirects that are followed at most, instead of defaults.http.redirects."),
    ]

    private static let calculation = [
        KeyDescription("calculate", .text, "POST to a calculation endpoint, whose answer is verified."),
        KeyDescription("answers", .names(.text), "calculate: expected values by JSON path."),
        KeyDescription(
            "tolerance", .pattern("\(Quantity.numberPattern)%?"),
            "calculate: how far numbers may be off, absolute (0.005) or relative (0.1%)."),
        KeyDescription(
            "server_time", .exact("(header|json) .+"), "calculate: where the server says how long it calculated."),
        KeyDescription(
            "deterministic", .boolean,
            "calculate: whether the same request must get the same values each time; true unless given."),
    ]

    private static let conversation = [
        KeyDescription(
            "websocket", .text, "A WebSocket is opened at a path or ws[s]:// URL, and closed at the end of the step."),
        KeyDescription(
            "protocols", .list(.text, atLeast: 0), "websocket: subprotocols to offer, the preferred one first."),
        KeyDescription(
            "compression", .boolean, "websocket: whether permessage-deflate is offered; false unless given."),
        KeyDescription(
            "send", .anything,
            "websocket: the message: a text, JSON as a mapping or list, or {binary: 1KiB}; ${message.id} is its number."
        ),
        KeyDescription("messages", .integer(minimum: 1), "websocket: how many messages; 1 unless given."),
        KeyDescription(
            "every", .duration, "websocket: the time from one message to the next; else each follows a reply."),
        KeyDescription(
            "reply", .text, "websocket: a check that the reply to a message meets: json $.id == ${message.id}."),
        KeyDescription(
            "fan_out", .exact("json .+"),
            "websocket: where a message that others' messages led to carries the sender's ${message.id}."),
        KeyDescription("ping", .duration, "websocket: the time from one ping to the next."),
        KeyDescription("hold", .duration, "websocket: how long it stays open at least."),
        KeyDescription(
            "reconnect", .integer(minimum: 0), "websocket: how often it is reopened at most; 0 unless given."),
        KeyDescription(
            "closes", .oneOf([closeCode, .list(closeCode, atLeast: 1)]),
            "websocket: the close codes with which the server may end it before its time."),
    ]

    /// A part of a multipart body.
    static let part = KeyTable(
        name: "part", summary: "A part of a multipart body: a value or a file",
        keys: [
            KeyDescription("value", .text, "A text."),
            KeyDescription("file", .text, "The file whose bytes are sent."),
            KeyDescription("type", .text, "The media type; of a file by its name's ending unless given."),
            KeyDescription("filename", .text, "The file's name to be sent; of a file its own unless given."),
        ],
        exactlyOne: ["value", "file"])

    private static let closeCode = Shape.pattern("[1-4][0-9][0-9][0-9]")
}

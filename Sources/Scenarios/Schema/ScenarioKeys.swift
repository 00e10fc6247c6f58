extension KeyTable {
    /// The scenario file itself.
    static let scenario = KeyTable(
        name: "scenario", summary: "A Loadgate scenario, version 1",
        keys: [
            Key("name", .text, "The name that results carry.", required: true),
            Key("description", .text, "What the scenario is for."),
            Key("target", .text, "The base of every path: http://host[:port][/prefix].", required: true),
            Key("authorised", .list(.text, atLeast: 0), "Hosts besides loopback that load may go to."),
            Key("services", .names(.mapping(service)), "Local processes, started before the load in this order."),
            Key("identities", .mapping(identities), "Who the iterations claim to be."),
            Key("data", .names(.mapping(data)), "Tables whose rows feed iterations."),
            Key("defaults", .mapping(defaults), "What steps have unless they say otherwise."),
            Key(
                "flows", .names(.mapping(flow)), "What users do; an iteration is one run through a flow.",
                required: true),
            Key("load", .list(.mapping(stage), atLeast: 1), "Stages of load, in turn.", required: true),
            Key("limits", .mapping(limits), "Bounds of the run."),
            Key("objectives", .list(.oneOf([.text, .mapping(objective)]), atLeast: 0), "What has to hold."),
            .later("probes", "Numbers read beside the load."),
            .later("verify", "Rate limits, caches, headers and more."),
            .later("proxies", "TCP fault proxies."),
            .later("drill", "Faults and recovery."),
            .later("baseline", "Comparison with earlier runs."),
        ])

    /// A local process.
    static let service = KeyTable(
        name: "service", summary: "A local process that runs beside the load",
        keys: [
            Key("command", .list(.text, atLeast: 1), "The program and its arguments.", required: true),
            Key(
                "ready", .oneOf([.exact("(http|tcp)://.+"), .list(.text, atLeast: 1)]),
                "How it shows that it is ready: http://… (answers 2xx), tcp://host:port (accepts), or a command (exits 0)."
            ),
            Key("unless", .choice(["--target"]), "Not started when the command line names a target."),
            Key("log", .text, "The file that takes its outputs."),
            Key("start_timeout", .duration, "How long it may take to become ready; 30s unless given."),
        ])

    /// Identities.
    static let identities = KeyTable(
        name: "identities", summary: "Who the iterations claim to be, in a header field",
        keys: [
            Key("count", .integer(minimum: 1), "How many there are.", required: true),
            Key("header", .text, "The header field that carries the identity.", required: true),
            Key("value", .text, "The field's value; ${user} is the identity's number, from 1.", required: true),
        ])

    /// A data table.
    static let data = KeyTable(
        name: "data", summary: "Rows that feed iterations",
        keys: [
            Key("file", .text, "A CSV file with a header, or JSON lines (.jsonl, .ndjson).", required: true),
            Key(
                "order", .choice(DataTable.Order.allCases.map(\.rawValue)),
                "In which order rows are taken; sequential unless given."),
        ])

    /// Defaults of steps.
    static let defaults = KeyTable(
        name: "defaults", summary: "What steps have unless they say otherwise",
        keys: [
            Key("timeout", .duration, "How long an exchange may take; 10s unless given."),
            Key("transport", .choice(["auto", "native"]), "What carries requests."),
            Key("http", .mapping(http), "HTTP itself."),
            Key(
                "connections", .choice(Defaults.Connections.allCases.map(\.rawValue)),
                "How users come by connections; per_user unless given."),
            .later("tls", "Certificates and their verification."),
        ])

    /// HTTP's defaults.
    static let http = KeyTable(
        name: "http", summary: "HTTP itself",
        keys: [
            Key("version", .choice(["1.1"]), "The version of HTTP."),
            Key("headers", .names(.text), "Header fields of every request."),
        ])

    /// A flow.
    static let flow = KeyTable(
        name: "flow", summary: "What a user does in one iteration",
        keys: [
            Key("weight", .number, "The share of iterations, relative to the other flows; 1 unless given."),
            Key("steps", .list(.mapping(step), atLeast: 1), "Requests and pauses, in order.", required: true),
            Key("tags", .names(.text), "Labels of every step of the flow."),
        ])

    /// Keys that say what a step does.
    static let actions = Step.Method.allCases.map { $0.rawValue.lowercased() } + ["calculate", "pause", "websocket"]

    /// A step.
    static let step = KeyTable(
        name: "step", summary: "A request and what its answer must be, or a pause",
        keys: [
            Key("name", .text, "The name that results carry; the method and path unless given."),
            Key("get", .text, "GET of a path or http:// URL."),
            Key("head", .text, "HEAD of a path or http:// URL."),
            Key("post", .text, "POST to a path or http:// URL."),
            Key("put", .text, "PUT to a path or http:// URL."),
            Key("patch", .text, "PATCH of a path or http:// URL."),
            Key("delete", .text, "DELETE of a path or http:// URL."),
            Key("options", .text, "OPTIONS of a path or http:// URL."),
            Key("calculate", .text, "POST to a calculation endpoint, whose answer is verified."),
            Key(
                "pause", .pattern("\(Quantity.durationPattern)(\\.\\.\(Quantity.durationPattern))?"),
                "Waits: a duration, or two between which it is chosen at random."),
            Key("headers", .names(.text), "Header fields; they replace defaults of the same name."),
            Key("json", .anything, "The body, sent as JSON."),
            Key("form", .names(.text), "The body, sent as a form."),
            Key("body", .text, "The body, sent as it is."),
            Key(
                "expect", .oneOf([statuses, .list(statuses, atLeast: 1)]),
                "Statuses that count as good; 200..399 unless given."),
            Key("checks", .list(.text, atLeast: 0), "What must hold of the answer, e.g. json $.items count > 0."),
            Key("capture", .names(.exact("(json|header|regex|cookie) .+")), "What later steps take from the answer."),
            Key("answers", .names(.text), "calculate: expected values by JSON path."),
            Key(
                "tolerance", .pattern("\(Quantity.numberPattern)%?"),
                "calculate: how far numbers may be off, absolute (0.005) or relative (0.1%)."),
            Key("server_time", .exact("(header|json) .+"), "calculate: where the server says how long it calculated."),
            Key("timeout", .duration, "How long the exchange may take."),
            Key("tags", .names(.text), "Labels by which objectives select the step."),
            .later("websocket", "A WebSocket endpoint."),
            .later("send", "websocket: the message."),
            .later("reply", "websocket: which message is the reply."),
            .later("messages", "websocket: how many."),
            .later("every", "websocket: how often."),
        ],
        exactlyOne: actions.filter { $0 != "websocket" })

    private static let statuses = Shape.pattern("[1-5][0-9][0-9](\\.\\.[1-5][0-9][0-9])?")

    /// A stage of load.
    static let stage = KeyTable(
        name: "stage", summary: "A stage of load",
        keys: [
            Key(
                "arrivals", .pattern("\(Quantity.ratePattern)( +to +\(Quantity.ratePattern))?"),
                "Open load: iterations begin at this rate, or at one that changes linearly (20/s to 200/s)."),
            Key("users", .pattern("[0-9]+( +to +[0-9]+)?"), "Closed load: users, or a number that changes (0 to 50)."),
            Key("iterations", .integer(minimum: 1), "Closed load: iterations in all, shared by the users."),
            Key("for", .duration, "How long the stage lasts."),
            Key("warmup", .boolean, "true: the stage is not measured."),
            Key(
                "spacing", .choice(ArrivalStage.Spacing.allCases.map(\.rawValue)),
                "How arrivals lie in time; even unless given."),
        ])

    /// Bounds.
    static let limits = KeyTable(
        name: "limits", summary: "Bounds of the run",
        keys: [
            Key("max_users", .integer(minimum: 1), "Users at most; 10000 unless given."),
            Key("graceful_stop", .duration, "How long iterations may go on after the load; 5s unless given."),
        ])

    /// An objective as a mapping.
    static let objective = KeyTable(
        name: "objective", summary: "Something that must hold of a run",
        keys: [
            Key("objective", .text, "The objective, e.g. p95 response_time of browse < 200ms.", required: true),
            Key("section", .text, "The section of the sign-off table."),
            Key("criterion", .text, "The criterion in the sign-off table."),
            Key(
                "severity", .choice(Objective.Severity.allCases.map(\.rawValue)),
                "Whether a broken objective fails the run; hard unless given."),
            Key(
                "abort", .exact("after +\(Quantity.durationPattern)"),
                "Ends the run once broken, but not before: after 20s."),
        ])

    /// All tables, the file itself first.
    static let all = [
        scenario, service, identities, data, defaults, http, flow, step, stage, limits, objective,
    ]
}

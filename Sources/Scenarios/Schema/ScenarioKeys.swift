extension KeyTable {
    /// The scenario file itself.
    static let scenario = KeyTable(
        name: "scenario", summary: "A Loadgate scenario, version 1",
        keys: [
            Key("name", .text, "The name that results carry.", required: true),
            Key("description", .text, "What the scenario is for."),
            Key(
                "target", .text,
                "The base of every path: http[s]://host[:port][/prefix]. Needed where a request goes to it."),
            Key("authorised", .list(.text, atLeast: 0), "Hosts besides loopback that load may go to."),
            Key("services", .names(.mapping(service)), "Local processes, started before the load in this order."),
            Key("identities", .mapping(identities), "Who the iterations claim to be."),
            Key("data", .names(.mapping(data)), "Tables whose rows feed iterations."),
            Key("defaults", .mapping(defaults), "What steps have unless they say otherwise."),
            Key(
                "login", .list(.mapping(step), atLeast: 1),
                "What each user does once, before its first iteration; all flows know what it captures."),
            Key(
                "flows", .names(.mapping(flow)),
                "What users do; an iteration is one run through a flow. Needed with load."),
            Key(
                "load", .list(.mapping(stage), atLeast: 1),
                "Stages of load, in turn. Needed unless the scenario only verifies or reads probes."),
            Key("limits", .mapping(limits), "Bounds of the run."),
            Key("objectives", .list(.oneOf([.text, .mapping(objective)]), atLeast: 0), "What has to hold."),
            Key("probes", .names(.mapping(probe)), "Numbers that are read beside the load."),
            Key(
                "watch", .duration,
                "How long probes are read where there is no load; 60s unless given, where there are probes alone."),
            Key(
                "verify", .list(.mapping(verification), atLeast: 0),
                "Rate limits, caches, header fields and more, verified after the load."),
            Key("baseline", .mapping(baseline), "The earlier runs that later ones are compared with."),
            .later("proxies", "TCP fault proxies."),
            .later("drill", "Faults and recovery."),
        ],
        atLeastOne: [["flows", "load"], ["verify"], ["probes", "objectives"]],
        needing: [
            ("flows", ["load", "target"]), ("load", ["flows"]), ("login", ["flows"]), ("baseline", ["load"]),
            ("watch", ["probes"]),
        ])

    /// A local process.
    static let service = KeyTable(
        name: "service", summary: "A local process that runs beside the load",
        keys: [
            Key("command", .list(.text, atLeast: 1), "The program and its arguments.", required: true),
            Key(
                "ready", .oneOf([.exact("(https?|tcp)://.+"), .list(.text, atLeast: 1)]),
                "How it shows that it is ready: http[s]://… (answers 2xx), tcp://host:port (accepts), or a command (exits 0)."
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

    /// Comparison with earlier runs.
    static let baseline = KeyTable(
        name: "baseline", summary: "Comparison with earlier runs",
        keys: [
            Key(
                "file", .text, "The file of the baseline, which loadgate baseline record writes.", required: true),
            Key(
                "tolerance", .pattern("\(Quantity.numberPattern)%?"),
                "A primary percentile up to this much higher is not a regression; 5% unless given."),
            Key("floor", .duration, "A shift below this is not a regression; 100us unless given."),
            Key(
                "alpha", .pattern("\(Quantity.numberPattern)%?"),
                "The chance of a false alarm over all steps; 5% unless given."),
            Key("runs", .integer(minimum: BaselineRule.runRange.lowerBound), "Runs of loadgate gate; 5 unless given."),
            Key("section", .text, "The section of the sign-off table."),
            Key("criterion", .text, "The criterion in the sign-off table."),
        ])

    /// All tables, the file itself first.
    static let all = [
        scenario, service, identities, data, defaults, http, tls, authentication, credentials, signature, flow, step,
        part,
        stage, limits, probe, verification, rateLimit, cache, cacheOrder, cachePurge, headers, cors, singleRequest,
        repeatedRequest, input, credentialScan, allowedCredential, secrets, objective, baseline,
    ]
}

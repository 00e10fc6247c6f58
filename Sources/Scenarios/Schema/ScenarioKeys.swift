/// The keys of the scenario file itself.
struct ScenarioKeys: KeyGroup {
    static let about = GroupAbout("scenario", "A Loadgate scenario, version 1")

    let name = Key("name", .name("a name"), "The name that results carry.", required: true)
    let description = Key("description", .name, "What the scenario is for.")
    let target = Key(
        "target", .node(.pattern("[Hh][Tt][Tt][Pp][Ss]?://[^\\s]+")),
        "The base of every path: http[s]://host[:port][/prefix]. Needed where a request goes to it.")
    let authorised = Key("authorised", .hosts, "Hosts besides loopback that load may go to.")
    let services = Key(
        "services", .named(.group(ServiceKeys.self), of: "services"),
        "Local processes, started before the load in this order.")
    let identities = Key("identities", .group(IdentitiesKeys.self), "Who the iterations claim to be.")
    let data = Key(
        "data", .named(.group(DataKeys.self), of: "data tables"), "Tables whose rows feed iterations.")
    let defaults = Key(
        "defaults", .node(of: DefaultsKeys.self), "What steps have unless they say otherwise.")
    let login = Key(
        "login", .node(.list(.step, atLeast: 1)),
        "What each user does once, before its first iteration; all flows know what it captures.")
    let flows = Key(
        "flows", .node(.names(.mapping(KeyTable(FlowKeys.self)))),
        "What users do; an iteration is one run through a flow. Needed with load.")
    let load = Key(
        "load",
        .node(
            .oneOf([.list(.mapping(KeyTable(StageKeys.self)), atLeast: 1), .names(.mapping(KeyTable(LoadKeys.self)))])),
        "Stages of load, in turn; or several loads at once, each under its name. Needed unless the scenario only verifies or reads probes."
    )
    let limits = Key("limits", .group(LimitsKeys.self), "Bounds of the run.")
    let objectives = Key(
        "objectives", .node(.list(.oneOf([.text, .mapping(KeyTable(ObjectiveKeys.self))]), atLeast: 0)),
        "What has to hold.")
    let probes = Key(
        "probes", .named(.group(ProbeKeys.self), of: "probes"), "Numbers that are read beside the load.")
    let watch = Key(
        "watch", .node(.duration),
        "How long probes are read where there is no load; 60s unless given, where there are probes alone.")
    let verify = Key(
        "verify", .node(.list(.verification, atLeast: 0)),
        "Rate limits, caches, header fields and more, verified after the load.")
    let baseline = Key(
        "baseline", .group(BaselineKeys.self), "The earlier runs that later ones are compared with.")
    let proxies = Key(
        "proxies", .named(.group(ProxyKeys.self), of: "proxies"),
        "TCP proxies through which a drill disturbs connections.")
    let traceURL = Key(
        "trace_url", .traceURL,
        "Where the trace of an exchange can be looked at: https://traces.example/${trace.id}.")
    let names = Key(
        "names", .named(.group(NameKeys.self), of: "names"),
        "Host names that a drill's own name server answers for, so that it can switch them.")
    let drill = Key("drill", .group(DrillKeys.self), "What loadgate drill breaks beside the load.")

    var rules: [KeyRule] {
        [
            .oneSet(of: [flows, load], [verify], [probes, objectives]),
            .needs(flows, load, target), .needs(load, flows), .needs(login, flows), .needs(baseline, load),
            .needs(watch, probes), .needs(drill, load), .needs(proxies, drill),
            .needs(names, drill),
        ]
    }
}

/// The keys of a local process.
struct ServiceKeys: KeyGroup {
    static let about = GroupAbout("service", "A local process that runs beside the load")

    let command = Key("command", .command, "The program and its arguments.", required: true)
    let ready = Key(
        "ready", .readiness,
        "How it shows that it is ready: http[s]://… (answers 2xx), tcp://host:port (accepts), or a command (exits 0).")
    let unless = Key(
        "unless", .choice(Service.Unless.self), "Not started when the command line names a target.")
    let log = Key("log", .constant("a path"), "The file that takes its outputs.")
    let startTimeout = Key(
        "start_timeout", .duration, "How long it may take to become ready; 30s unless given.")
}

/// The keys of `identities:`.
struct IdentitiesKeys: KeyGroup {
    static let about = GroupAbout("identities", "Who the iterations claim to be, in a header field")

    let count = Key("count", .integer(1...10_000_000), "How many there are.", required: true)
    let header = Key("header", .headerName, "The header field that carries the identity.", required: true)
    let value = Key(
        "value", .headerValue.within(.user), "The field's value; ${user} is the identity's number, from 1.",
        required: true)
}

/// The keys of a data table.
struct DataKeys: KeyGroup {
    static let about = GroupAbout("data", "Rows that feed iterations")

    let file = Key(
        "file", .node(.text), "A CSV file with a header, or JSON lines (.jsonl, .ndjson).", required: true)
    let order = Key(
        "order", .choice(DataTable.Order.self), "In which order rows are taken; sequential unless given.")
}

/// The keys of one of several loads.
struct LoadKeys: KeyGroup {
    static let about = GroupAbout("load", "One of several loads that are sent at once")

    let flows = Key(
        "flows", .elements(of: "flows", .name, atLeast: 1), "The flows that its iterations run; all unless given.")
    let start = Key(
        "start", .durationOrZero, "When its first stage begins, from the start of the run; 0s unless given.")
    let stages = Key(
        "stages", .elements(of: "stages", .mapping(KeyTable(StageKeys.self)), atLeast: 1), "Stages of load, in turn.",
        required: true)
    let maxUsers = Key(
        "max_users", .integer(1...10_000_000), "Users at most of this load; limits.max_users unless given.")
}

/// The keys of a stage of load.
struct StageKeys: KeyGroup {
    static let about = GroupAbout("stage", "A stage of load")

    let arrivals = Key(
        "arrivals", .arrivals,
        "Open load: iterations begin at this rate, or at one that changes linearly (20/s to 200/s); 0/s: none.")
    let users = Key(
        "users", .node(.oneOf([.integer(0...Reading.maximumUsers), .pattern("[0-9]+ +to +[0-9]+")])),
        "Closed load: users, or a number that changes (0 to 50); 0: none.")
    let iterations = Key(
        "iterations", .integer(1...1_000_000_000_000),
        "Closed load: iterations in all, shared by the users.")
    let length = Key("for", .duration, "How long the stage lasts.")
    let warmup = Key("warmup", .boolean, "true: the stage is not measured.")
    let spacing = Key(
        "spacing", .choice(ArrivalStage.Spacing.self), "How arrivals lie in time; even unless given.")
}

/// The keys of `limits:`.
struct LimitsKeys: KeyGroup {
    static let about = GroupAbout("limits", "Bounds of the run")

    let maxUsers = Key("max_users", .integer(1...10_000_000), "Users at most; 10000 unless given.")
    let gracefulStop = Key(
        "graceful_stop", .durationOrZero, "How long iterations may go on after the load; 5s unless given.")
}

/// The keys of an objective as a mapping.
struct ObjectiveKeys: KeyGroup {
    static let about = GroupAbout("objective", "Something that must hold of a run")

    let objective = Key(
        "objective", .node(.text), "The objective, e.g. p95 response_time of browse < 200ms.", required: true)
    let section = Key("section", .name, "The section of the sign-off table.")
    let criterion = Key("criterion", .name, "The criterion in the sign-off table.")
    let severity = Key(
        "severity", .choice(Objective.Severity.self),
        "Whether a broken objective fails the run; hard unless given.")
    let abort = Key("abort", .abort, "Ends the run once broken, but not before: after 20s.")
}

/// The keys of `baseline:`.
struct BaselineKeys: KeyGroup {
    static let about = GroupAbout("baseline", "Comparison with earlier runs")

    let file = Key(
        "file", .constant("a path"), "The file of the baseline, which loadgate baseline record writes.",
        required: true)
    let tolerance = Key(
        "tolerance", .ratio("5%"),
        "A primary percentile up to this much higher is not a regression; 5% unless given.")
    let floor = Key("floor", .durationOrZero, "A shift below this is not a regression; 100us unless given.")
    let alpha = Key("alpha", .chance, "The chance of a false alarm over all steps; 5% unless given.")
    let runs = Key(
        "runs", .integer(BaselineRule.runRange), "Runs of loadgate gate; 5 unless given.")
    let section = Key("section", .name, "The section of the sign-off table.")
    let criterion = Key("criterion", .name, "The criterion in the sign-off table.")
}

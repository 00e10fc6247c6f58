extension KeyTable {
    /// The scenario file itself.
    static let scenario = KeyTable(
        name: "scenario", summary: "A Loadgate scenario, version 1",
        keys: [
            KeyDescription("name", .text, "The name that results carry.", required: true),
            KeyDescription("description", .text, "What the scenario is for."),
            KeyDescription(
                "target", .text,
                "The base of every path: http[s]://host[:port][/prefix]. Needed where a request goes to it."),
            KeyDescription("authorised", .list(.text, atLeast: 0), "Hosts besides loopback that load may go to."),
            KeyDescription(
                "services", .names(.mapping(service)), "Local processes, started before the load in this order."),
            KeyDescription("identities", .mapping(identities), "Who the iterations claim to be."),
            KeyDescription("data", .names(.mapping(data)), "Tables whose rows feed iterations."),
            KeyDescription("defaults", .mapping(defaults), "What steps have unless they say otherwise."),
            KeyDescription(
                "login", .list(.mapping(step), atLeast: 1),
                "What each user does once, before its first iteration; all flows know what it captures."),
            KeyDescription(
                "flows", .names(.mapping(flow)),
                "What users do; an iteration is one run through a flow. Needed with load."),
            KeyDescription(
                "load", .list(.mapping(stage), atLeast: 1),
                "Stages of load, in turn. Needed unless the scenario only verifies or reads probes."),
            KeyDescription("limits", .mapping(limits), "Bounds of the run."),
            KeyDescription("objectives", .list(.oneOf([.text, .mapping(objective)]), atLeast: 0), "What has to hold."),
            KeyDescription("probes", .names(.mapping(probe)), "Numbers that are read beside the load."),
            KeyDescription(
                "watch", .duration,
                "How long probes are read where there is no load; 60s unless given, where there are probes alone."),
            KeyDescription(
                "verify", .list(.verification, atLeast: 0),
                "Rate limits, caches, header fields and more, verified after the load."),
            KeyDescription("baseline", .mapping(baseline), "The earlier runs that later ones are compared with."),
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
            KeyDescription("command", .list(.text, atLeast: 1), "The program and its arguments.", required: true),
            KeyDescription(
                "ready", .oneOf([.exact("(https?|tcp)://.+"), .list(.text, atLeast: 1)]),
                "How it shows that it is ready: http[s]://… (answers 2xx), tcp://host:port (accepts), or a command (exits 0)."
            ),
            KeyDescription("unless", .choice(["--target"]), "Not started when the command line names a target."),
            KeyDescription("log", .text, "The file that takes its outputs."),
            KeyDescription("start_timeout", .duration, "How long it may take to become ready; 30s unless given."),
        ])

    /// Identities.
    static let identities = KeyTable(
        name: "identities", summary: "Who the iterations claim to be, in a header field",
        keys: [
            KeyDescription("count", .integer(minimum: 1), "How many there are.", required: true),
            KeyDescription("header", .text, "The header field that carries the identity.", required: true),
            KeyDescription(
                "value", .text, "The field's value; ${user} is the identity's number, from 1.", required: true),
        ])

    /// A data table.
    static let data = KeyTable(
        name: "data", summary: "Rows that feed iterations",
        keys: [
            KeyDescription("file", .text, "A CSV file with a header, or JSON lines (.jsonl, .ndjson).", required: true),
            KeyDescription(
                "order", .choice(DataTable.Order.allCases.map(\.rawValue)),
                "In which order rows are taken; sequential unless given."),
        ])

    /// A stage of load.
    static let stage = KeyTable(
        name: "stage", summary: "A stage of load",
        keys: [
            KeyDescription(
                "arrivals", .pattern("\(Quantity.ratePattern)( +to +\(Quantity.ratePattern))?"),
                "Open load: iterations begin at this rate, or at one that changes linearly (20/s to 200/s)."),
            KeyDescription(
                "users", .pattern("[0-9]+( +to +[0-9]+)?"), "Closed load: users, or a number that changes (0 to 50)."),
            KeyDescription("iterations", .integer(minimum: 1), "Closed load: iterations in all, shared by the users."),
            KeyDescription("for", .duration, "How long the stage lasts."),
            KeyDescription("warmup", .boolean, "true: the stage is not measured."),
            KeyDescription(
                "spacing", .choice(ArrivalStage.Spacing.allCases.map(\.rawValue)),
                "How arrivals lie in time; even unless given."),
        ])

    /// Bounds.
    static let limits = KeyTable(
        name: "limits", summary: "Bounds of the run",
        keys: [
            KeyDescription("max_users", .integer(minimum: 1), "Users at most; 10000 unless given."),
            KeyDescription(
                "graceful_stop", .duration, "How long iterations may go on after the load; 5s unless given."),
        ])

    /// An objective as a mapping.
    static let objective = KeyTable(
        name: "objective", summary: "Something that must hold of a run",
        keys: [
            KeyDescription(
                "objective", .text, "The objective, e.g. p95 response_time of browse < 200ms.", required: true),
            KeyDescription("section", .text, "The section of the sign-off table."),
            KeyDescription("criterion", .text, "The criterion in the sign-off table."),
            KeyDescription(
                "severity", .choice(Objective.Severity.allCases.map(\.rawValue)),
                "Whether a broken objective fails the run; hard unless given."),
            KeyDescription(
                "abort", .exact("after +\(Quantity.durationPattern)"),
                "Ends the run once broken, but not before: after 20s."),
        ])

    /// Comparison with earlier runs.
    static let baseline = KeyTable(
        name: "baseline", summary: "Comparison with earlier runs",
        keys: [
            KeyDescription(
                "file", .text, "The file of the baseline, which loadgate baseline record writes.", required: true),
            KeyDescription(
                "tolerance", .pattern("\(Quantity.numberPattern)%?"),
                "A primary percentile up to this much higher is not a regression; 5% unless given."),
            KeyDescription("floor", .duration, "A shift below this is not a regression; 100us unless given."),
            KeyDescription(
                "alpha", .pattern("\(Quantity.numberPattern)%?"),
                "The chance of a false alarm over all steps; 5% unless given."),
            KeyDescription(
                "runs", .integer(minimum: BaselineRule.runRange.lowerBound), "Runs of loadgate gate; 5 unless given."),
            KeyDescription("section", .text, "The section of the sign-off table."),
            KeyDescription("criterion", .text, "The criterion in the sign-off table."),
        ])

    /// All tables, the file itself first, then those it leads to.
    static var all: [KeyTable] { all(.builtIn) }

    /// All tables where `verify:` takes other kinds.
    static func all(_ kinds: VerificationKinds) -> [KeyTable] {
        var found: [KeyTable] = []
        func visit(_ table: KeyTable) {
            guard !found.contains(where: { $0.name == table.name }) else { return }
            found.append(table)
            for key in table.keys { visit(key.shape) }
        }
        func visit(_ shape: Shape) {
            switch shape {
            case .mapping(let table): visit(table)
            case .verification: visit(verification(kinds))
            case .list(let element, _): visit(element)
            case .names(let value): visit(value)
            case .oneOf(let shapes): shapes.forEach(visit)
            case .text, .boolean, .integer, .number, .choice, .numeral, .pattern, .exact, .anything: break
            }
        }
        visit(scenario)
        return found
    }
}

internal import Measures

extension Metric {
    /// Every metric that there is.
    public static let all: [Metric] =
        [
            runInfo, running, measured, started, iterations, givenUp, dropped, unfinished, warmup, exhausted,
            reconnects,
            startLag, generatorDelay, users, exchanges, received, sent, events,
        ] + distributions.map(\.metric) + [
            groups, groupTime,
            loadStarted, loadDropped, loadUsers, probe, changes, verdict, objectivePass, verificationPass,
            drillConclusive,
            drillSpans, drillResolution, drillSteadyState, drillWrites, capacity, comparison, comparisonRatio,
        ]

    // MARK: The run and its generator

    static let runInfo = Metric(
        "run_info", .gauge, labels: ["run", "target", "version"], "The run: always 1.")
    static let running = Metric("running", .gauge, "1 while the load is sent, else 0.")
    static let measured = Metric("measured", .gauge, unit: .seconds, "Length of the measured load so far.")
    static let started = Metric("started", .counter, "Arrivals and iterations begun.")
    static let iterations = Metric("iterations", .counter, "Iterations that came to their end.")
    static let givenUp = Metric("given_up", .counter, "Iterations that were given up.")
    static let dropped = Metric("dropped", .counter, "Arrivals dropped, since all users were busy.")
    static let unfinished = Metric("unfinished", .counter, "Exchanges that the end of the run cut off.")
    static let warmup = Metric("warmup_exchanges", .counter, "Exchanges of warm-up, not measured.")
    static let exhausted = Metric("exhausted", .counter, "Iterations given up for lack of descriptors or ports.")
    static let reconnects = Metric("reconnects", .counter, "WebSockets reopened.")
    static let startLag = Metric(
        "start_lag_p99", .gauge, unit: .seconds, "99th percentile of actual minus intended start, over the run so far.")
    static let generatorDelay = Metric(
        "generator_delay_p99", .gauge, unit: .seconds,
        "99th percentile of the time from the kernel's receive stamp to the read, over the run so far.")
    static let users = Metric("users", .gauge, "Users busy at the end of the last second.")
    static let probe = Metric("probe", .gauge, labels: ["probe"], "The last number of the probe.")
    static let changes = Metric("changes", .counter, "Changes of loads by hand.")

    // MARK: Steps and loads

    private static let ofSteps = ["load", "flow", "step", "part"]
    private static let ofGroups = ["load", "flow", "group", "kind"]

    static let exchanges = Metric(
        "exchanges", .counter, labels: ofSteps + ["outcome"],
        "Measured exchanges, by how they ended; parts of others have a label.")
    static let received = Metric("received", .counter, unit: .bytes, labels: ofSteps, "Bytes received.")
    static let sent = Metric("sent", .counter, unit: .bytes, labels: ofSteps, "Bytes sent.")
    static let events = Metric("events", .counter, labels: ofSteps, "Events of streams that came to an end.")

    /// The latencies that have distributions, in the order in which they are shown.
    static let distributions: [(measure: LatencyMeasure, metric: Metric)] = [
        (LatencyMeasure.responseTime, "From the intended start of an exchange to its end."),
        (.serviceTime, "From the actual start of an exchange to its end."),
        (.calculationTime, "What the server says it spent calculating."),
        (.roundTrip, "From the intended send of a WebSocket message to its reply."),
        (.firstEvent, "From the intended start of an exchange to the first event of its stream."),
        (.eventGap, "Between two events of a stream."),
    ].map { ($0.0, Metric($0.0.label, .histogram, unit: .seconds, labels: ofSteps, $0.1)) }

    static let groups = Metric(
        "groups", .counter, labels: ofGroups + ["outcome"], "Groups of steps and untils that ended, by how they did.")
    static let groupTime = Metric(
        "group_time", .histogram, unit: .seconds, labels: ofGroups,
        "From the intended start of a group's first exchange to the end of its last one.")

    static let loadStarted = Metric(
        "load_started", .counter, labels: ["load"], "Arrivals and iterations begun, by load.")
    static let loadDropped = Metric("load_dropped", .counter, labels: ["load"], "Arrivals dropped, by load.")
    static let loadUsers = Metric(
        "load_users", .gauge, labels: ["load"], "Users busy at the end of the last second, by load.")

    // MARK: What the run came to

    static let verdict = Metric(
        "verdict", .gauge, labels: ["verdict"], "What the run came to: 1 for its verdict, 0 for the others.")
    static let objectivePass = Metric(
        "objective_pass", .gauge, labels: ["objective", "severity"],
        "1 where the objective was shown to hold, else 0.")
    static let verificationPass = Metric(
        "verification_pass", .gauge, labels: ["kind", "name", "severity"],
        "1 where the verification passed, else 0.")
    static let drillConclusive = Metric(
        "drill_conclusive", .gauge, "1 where the drill says something, 0 where it is inconclusive.")
    static let drillSpans = Metric(
        "drill", .gauge, unit: .seconds, labels: ["measure"], "Spans of the drill that could be measured.")
    static let drillResolution = Metric(
        "drill_resolution", .gauge, unit: .seconds, labels: ["measure"], "How far off a span of the drill may be.")
    static let drillSteadyState = Metric(
        "drill_steady_state", .gauge, labels: ["phase"], "1 where the steady state held in the phase, else 0.")
    static let drillWrites = Metric(
        "drill_writes", .gauge, labels: ["outcome"], "What the audit of the drill's writes counted.")
    static let capacity = Metric(
        "capacity", .gauge, labels: ["bound"],
        "The highest rate at which every objective holds, in arrivals per second.")
    static let comparison = Metric(
        "comparison", .gauge, labels: ["verdict"],
        "What the comparison with the baseline came to: 1 for its verdict, 0 for the others.")
    static let comparisonRatio = Metric(
        "comparison_ratio", .gauge, labels: ["step", "measure", "of"], "Now over before, of each compared measure.")
}

import ArgumentParser
import Glibc
import Loadgate

/// `loadgate capacity FILE`
struct CapacityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "capacity", abstract: "Find the highest arrival rate at which every objective holds.",
        discussion: ManualPage(
            description: """
                Sends the scenario's flows at one rate after the other: doubled until an objective breaks, then between the \
                last that held and the first that did not. Each rate is a run of its own, with a folder of its own, and is \
                decided as soon as that can be shown. The highest rate that held is measured once more; last, the target is \
                overloaded for a few seconds, to see whether it comes back. The load's own stages are not sent: of them only \
                the spacing of arrivals is taken, and the highest rate as the first one.

                Where the generator does not keep up, the answer is "at least". Objectives on the capacity itself, such as \
                capacity > 500/s, are judged by the ends of its interval. Ctrl-C ends it with what was found so far.
                """,
            examples: [
                ("loadgate capacity scenarios/capacity.yaml", "from the scenario's own rate on, ten minutes at most"),
                (
                    "loadgate capacity shop.yaml --target http://127.0.0.1:9000 --from 50/s --to 2000/s",
                    "another target, between two rates"
                ),
                (
                    "loadgate capacity shop.yaml --baseline reports/shop-capacity-20260131T120000Z",
                    "and whether it is lower than then"
                ),
                (
                    "loadgate capacity shop.yaml --for 2m --within 1h",
                    "longer looks, for slow targets and exact answers"
                ),
            ],
            files: [
                ("FILE", "the scenario, and data and certificates that it names"),
                ("DIR/result.json", "the answer, written again after each rate (loadgate schema result)"),
                ("DIR/report.html …", "the reports, with curves over the rate"),
                ("DIR/rate-01 …", "each rate's own run"),
                ("reports/latest", "points to the newest folder not named by --out"),
            ],
            exitCodes: [
                (0, "the capacity was found, or what objectives on it ask for is shown"),
                (1, "an objective on the capacity is broken, or no rate holds"),
                (2, "all of the capacity's interval is below that of --baseline"),
                (3, "only a lower bound, nothing shown, or a target that changes meanwhile"),
                (65, "the scenario, or what it names, is invalid"), (69, "the target or a service can't be reached"),
                (77, "the target is not authorised"), (130, "interrupted; what was found is reported"),
            ],
            seeAlso: [
                "loadgate run", "loadgate gate", "docs/capacity.md", "docs/measures.md", "docs/troubleshooting.md",
            ]
        ).discussion)

    @Argument(help: ArgumentHelp("The scenario file.", valueName: "file"), completion: .scenarios)
    var file: String

    @OptionGroup var destination: TargetOption

    @Option(
        help: ArgumentHelp(
            "The first rate. (default: the highest of the measured load, or 10/s where that is of users)",
            valueName: "rate"))
    var from: String?

    @Option(help: ArgumentHelp("No higher rate is sent.", valueName: "rate"))
    var to = "10000/s"

    @Option(
        name: .customLong("for"), help: ArgumentHelp("How long a rate is measured at most.", valueName: "duration"))
    var length = "30s"

    @OptionGroup var search: SearchOptions

    @Option(
        help: ArgumentHelp(
            "Compare with an earlier search (its folder, or its result.json) or with a baseline's file. A lower capacity ends with 2.",
            valueName: "path"), completion: .directory)
    var baseline: String?

    @OptionGroup var values: ValueOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let interruption = Interruption.bySignals()
        try reportingErrors(interruption) {
            var request = CapacityRequest(file: file)
            request.target = destination.target
            request.from = from
            request.length = length
            request.to = to
            search.apply(to: &request)
            request.baseline = baseline
            request.environment = values.environment
            let outcome = try request.run(
                settings: output.settings(in: request.environment), interruption: interruption,
                listener: output.listener)
            try output.finish(outcome)
        }
    }
}

public import ArgumentParser
import Generator
import Glibc
public import Loadgate
public import Measures
import Reports

/// What all commands have in common that carry one run out.
struct OutputOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Write the results to this folder. (default: reports/<name>-<time>)", valueName: "dir"),
        completion: .directory)
    var out: String?

    @Option(help: ArgumentHelp("How many reactors carry the load. (default: one per usable processor)", valueName: "n"))
    var reactors: Int?

    @Option(
        help: ArgumentHelp(
            "Scheduling of the threads that send: auto (real-time where granted), realtime (or no run) or normal."))
    var scheduling: SchedulingMode = .auto

    @Option(help: ArgumentHelp("Allow load to this host besides loopback; repeatable.", valueName: "host"))
    var authorise: [String] = []

    @Option(help: "What to print on standard output at the end.")
    var format: OutputFormat = .text

    @Option(
        help: ArgumentHelp(
            "Serve live metrics for Prometheus here while it runs, e.g. 127.0.0.1:9464; port 0: any free one.",
            valueName: "host:port"))
    var metrics: MetricsAddress?

    @Flag(help: "Don't show the state of the run while it goes on.")
    var noLive = false

    @Flag(name: .shortAndLong, help: "Print nothing but errors.")
    var quiet = false

    func validate() throws {
        if let reactors, !(1...256 ~= reactors) { throw ValidationError("--reactors wants 1 to 256, got \(reactors)") }
    }

    /// The settings of the run.
    var settings: RunSettings {
        var settings = RunSettings()
        settings.out = out
        settings.reactors = reactors
        settings.scheduling = scheduling
        settings.authorised = authorise
        settings.metrics = metrics
        return settings
    }

    /// What shows the run while it goes on.
    var listener: TerminalListener { TerminalListener(isQuiet: quiet, isLive: !noLive) }

    /// Prints what came of the run, and throws its exit code unless that is 0.
    func finish(_ outcome: RunOutcome) throws {
        if !quiet || format != .text {
            let text = try format.text(of: outcome.result) {
                let summary = TerminalSummary(
                    outcome.result, style: Console.wantsColour(STDOUT_FILENO) ? .colour : .plain,
                    width: Console.width ?? 100)
                return summary.text(reportPath: outcome.report)
            }
            Console.result(text)
        }
        try outcome.result.conclusion.finish()
    }
}

extension SchedulingMode: ExpressibleByArgument {}

extension MetricsAddress: ExpressibleByArgument {
    /// The address of an argument.
    public init?(argument: String) { self.init(argument) }
}

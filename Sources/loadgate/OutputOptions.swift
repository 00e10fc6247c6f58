public import ArgumentParser
import Generator
public import Loadgate
public import Measures
import Push
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

    @Option(
        help: ArgumentHelp(
            "Serve live metrics for Prometheus here while it runs, e.g. 127.0.0.1:9464; port 0: any free one.",
            valueName: "host:port"))
    var metrics: MetricsAddress?

    @Option(
        help: ArgumentHelp(
            "Push figures to a receiver each second and at the end: otlp[=URL] (OpenTelemetry) or influx=URL (InfluxDB's line "
                + "protocol); repeatable.",
            valueName: "kind=url"))
    var push: [String] = []

    @Flag(help: "Don't show the state of the run while it goes on.")
    var noLive = false

    @OptionGroup var shown: ShownOptions

    func validate() throws {
        // As k6 has it; a folder of that name is never meant.
        if let out, out.contains("://") {
            throw ValidationError("--out wants a folder, got a URL: --push KIND=URL sends figures to a receiver")
        }
        if let reactors, !(1...256 ~= reactors) { throw ValidationError("--reactors wants 1 to 256, got \(reactors)") }
    }

    /// The settings of the run.
    ///
    /// - Parameter environment: Where `--push` finds what `${env:NAME}` stands for, and tokens.
    func settings(in environment: [String: String]) throws -> RunSettings {
        var settings = RunSettings()
        do throws(UnusablePush) {
            for argument in push { settings.push.append(try PushTarget(argument, environment: environment)) }
        } catch {
            throw ValidationError(error.description)
        }
        settings.out = out
        settings.reactors = reactors
        settings.scheduling = scheduling
        settings.authorised = authorise
        settings.metrics = metrics
        return settings
    }

    /// What shows the run while it goes on.
    var listener: TerminalListener { TerminalListener(isQuiet: shown.quiet, isLive: !noLive) }

    /// Prints what came of the run, and throws its exit code unless that is 0.
    func finish(_ outcome: RunOutcome) throws { try finish(outcome.result, report: outcome.report) }

    /// Prints a result, and throws its exit code unless that is 0.
    func finish(_ result: RunResult, report: String?) throws { try shown.finish(result, report: report) }
}

extension SchedulingMode: ExpressibleByArgument {}

extension MetricsAddress: ExpressibleByArgument {
    /// The address of an argument.
    public init?(argument: String) { self.init(argument) }
}

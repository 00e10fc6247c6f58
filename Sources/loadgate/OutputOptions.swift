public import ArgumentParser
import Generator
public import Loadgate
import Reports

/// What all commands have in common that carry one run out.
struct OutputOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Write the results to this folder. (default: reports/<name>-<time>)", valueName: "dir"),
        completion: .directory)
    var out: String?

    @OptionGroup var sending: SendingOptions

    @Option(
        help: ArgumentHelp(
            "Serve live metrics for Prometheus here while it runs, e.g. 127.0.0.1:9464; port 0: any free one.",
            valueName: "host:port"))
    var metrics: MetricsAddress?

    @OptionGroup var receivers: PushOption

    @Flag(help: "Don't show the state of the run while it goes on.")
    var noLive = false

    @OptionGroup var shown: ShownOptions

    func validate() throws {
        // As k6 has it; a folder of that name is never meant.
        if let out, out.contains("://") {
            throw ValidationError("--out wants a folder, got a URL: --push KIND=URL sends figures to a receiver")
        }
    }

    /// The settings of the run.
    ///
    /// - Parameter environment: Where `--push` finds what `${env:NAME}` stands for, and tokens.
    func settings(in environment: [String: String]) throws -> RunSettings {
        var settings = RunSettings()
        settings.push = try receivers.targets(in: environment)
        settings.out = out
        sending.apply(to: &settings)
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

extension MetricsAddress: ExpressibleByArgument {
    /// The address of an argument.
    public init?(argument: String) { self.init(argument) }
}

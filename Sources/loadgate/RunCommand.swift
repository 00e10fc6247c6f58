import ArgumentParser
import ChildProcesses
import Foundation
import Loadgate
import Scenarios
import SecretsManager

/// `loadgate run FILE`
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a scenario file and answer with a verdict.",
        discussion: ManualPage(
            description: """
                Starts the scenario's services, sends its load, carries out its verifications, judges its objectives, and \
                prints the verdict first. While it goes on, a terminal shows its state in a few lines; any other output \
                gets a line a second.

                Durations carry a unit (250ms, 10s, 5m, 1h), rates say per what (50/s, 100/min). Load goes to this machine \
                only, unless the scenario or --authorise names the host. Ctrl-C ends the load and reports what \
                was measured; a second one cuts off what is under way.
                """,
            examples: [
                ("loadgate run scenarios/signoff.yaml", "the whole scenario, against the target that it names"),
                (
                    "loadgate run signoff.yaml --target http://127.0.0.1:9000 --rate 50/s",
                    "another target, a smaller load"
                ),
                ("loadgate run scenarios/signoff.yaml --only verify.api", "one verification, and no load"),
                (
                    "loadgate run signoff.yaml --set PAINTBOX_URL=http://127.0.0.1:9000 --format json",
                    "a value for ${env:PAINTBOX_URL}; the result as JSON on standard output"
                ),
                (
                    "loadgate run signoff.yaml --push otlp=http://127.0.0.1:4318",
                    "figures to an OpenTelemetry collector, each second and at the end"
                ),
            ],
            files: [
                ("FILE", "the scenario, and data and certificates that it names"),
                ("DIR/result.json", "what was measured and judged (loadgate schema result)"),
                ("DIR/report.html …", "the reports that loadgate report makes again"),
                ("DIR/progress.jsonl", "a line a second, written at once"),
                ("reports/latest", "points to the newest folder not named by --out"),
            ],
            exitCodes: [
                (0, "pass"), (1, "an objective or a verification failed"),
                (3, "inconclusive, no data, or invalid: the generator was the bottleneck"),
                (65, "the scenario, or what it names, is invalid"), (69, "the target or a service can't be reached"),
                (77, "the target is not authorised"), (130, "interrupted; what was measured is reported"),
            ],
            seeAlso: [
                "loadgate report", "loadgate gate", "loadgate validate", "loadgate schema", "docs/scenario-language.md",
                "docs/measures.md", "docs/reports.md", "docs/push.md", "docs/troubleshooting.md",
            ]
        ).discussion)

    @Argument(help: ArgumentHelp("The scenario file.", valueName: "file"), completion: .scenarios)
    var file: String

    @OptionGroup var carriedOut: RequestOptions

    @Flag(help: "Don't compare the run with the scenario's baseline.")
    var noBaseline = false

    @OptionGroup var options: RunOptions

    func run() throws {
        let interruption = Interruption.bySignals()
        try reportingErrors(interruption) {
            var request = carriedOut.request(file)
            request.comparesWithBaseline = !noBaseline
            let settings = try options.settings(in: request.environment)
            let keys = options.keys(settings)
            defer { keys?.stop() }
            let outcome: RunOutcome
            do {
                outcome = try request.run(
                    settings: settings, interruption: interruption, listener: options.output.listener)
            } catch let error where options.merge && FleetMember.isTaken(error) {
                return try options.follow(interruption)
            }
            try options.finish(outcome, interruption)
        }
    }
}

import ArgumentParser
import Foundation
import Scenarios
import SecretsManager

/// `loadgate run FILE`
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a scenario file and answer with a verdict.",
        discussion: """
            Leaves result.json and progress.jsonl in the output folder; reports/latest points to the newest one. Exit \
            codes: see loadgate --help.
            """)

    @Argument(help: ArgumentHelp("The scenario file.", valueName: "file"))
    var file: String

    @Option(
        help: ArgumentHelp("Send the load here; services marked unless: --target are not started.", valueName: "url"))
    var target: String?

    @Option(help: ArgumentHelp("Replace the rate of all measured arrival stages, e.g. 500/s.", valueName: "rate"))
    var rate: String?

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("Replace the length of the last stage, e.g. 30s.", valueName: "duration"))
    var duration: String?

    @Option(
        help: ArgumentHelp(
            "Carry out only this part: load, verify (all verifications) or verify.NAME; repeatable.", valueName: "part")
    )
    var only: [String] = []

    @Flag(help: "Don't compare the run with the scenario's baseline.")
    var noBaseline = false

    @OptionGroup var values: ValueOptions
    @OptionGroup var options: RunOptions

    func run() throws {
        let interruption = Interruption()
        try Session.reportingErrors(interruption) { secrets in
            let reader = ScenarioReader(
                environment: values.environment,
                secretSource: ManagedSecrets.source(environment: values.environment) { interruption.happened })
            var scenario = try reader.read(path: file, target: target)
            secrets = scenario.secrets
            try scenario.override(rate: rate, duration: duration)
            try scenario.keepOnly(only)
            if target != nil { scenario.services.removeAll(where: \.unlessTarget) }
            let content = FileManager.default.contents(atPath: file)
            let session = Session(
                scenario: scenario, file: file, digest: content.map(Digest.sha256),
                text: content.map { String(decoding: $0, as: UTF8.self) }, environment: values.environment,
                options: options, interruption: interruption,
                baseline: noBaseline || scenario.load.isEmpty
                    ? nil : try scenario.baseline.flatMap { try BaselineInUse(ofRun: $0, file: file) })
            try session.run()
        }
    }
}

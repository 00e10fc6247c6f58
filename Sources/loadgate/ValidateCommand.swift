import ArgumentParser
import Foundation
import Loadgate
import Scenarios

/// `loadgate validate FILE…`
struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "List every problem of scenario files; nothing is sent.",
        discussion: ManualPage(
            description: """
                Each problem is on a line of its own, on standard error: file:line:column: problem. Data files, \
                certificates and uploads that a scenario names are read, too. No secrets manager is asked.
                """,
            examples: [
                ("loadgate validate scenarios/*.yaml", "all scenarios of a folder"),
                (
                    "loadgate validate signoff.yaml --set PAINTBOX_URL=http://127.0.0.1:8080",
                    "a value for ${env:PAINTBOX_URL}"
                ),
            ],
            exitCodes: [(0, "all files are valid"), (65, "at least one is not")],
            seeAlso: ["loadgate schema", "docs/scenario-language.md", "docs/troubleshooting.md"]
        ).discussion)

    @Argument(help: ArgumentHelp("Scenario files.", valueName: "file"), completion: .scenarios)
    var files: [String]

    @OptionGroup var values: ValueOptions

    func run() throws {
        var allValid = true
        for file in files {
            do throws(InvalidScenario) {
                let scenario = try ScenarioReader(
                    environment: values.environment, kinds: Kinds.standard.ofScenarios
                ).read(path: file)
                for warning in scenario.warnings { Console.note("\(warning) (a warning)") }
                let ofLoad =
                    (scenario.hasNamedLoads ? [counted(scenario.loads.count, "load")] : []) + [
                        counted(scenario.flows.count, "flow"), counted(scenario.steps.count, "step"),
                        counted(scenario.load.count, "stage"),
                    ]
                let verified = counted(scenario.verifications.count, "verification")
                let counts =
                    (scenario.load.isEmpty ? [] : ofLoad)
                    + (scenario.watch == nil ? [] : [counted(scenario.probes.count, "probe")])
                    + (scenario.verifications.isEmpty ? [] : [verified])
                    + (scenario.load.isEmpty && scenario.objectives.isEmpty
                        ? [] : [counted(scenario.objectives.count, "objective")])
                Console.result("\(file): valid (\(counts.joined(separator: ", ")))\n")
            } catch {
                allValid = false
                Console.note(error.description)
            }
        }
        if !allValid { throw ExitCode.invalidScenario }
    }
}

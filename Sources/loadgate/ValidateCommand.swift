import ArgumentParser
import Foundation
import Scenarios

/// `loadgate validate FILE…`
struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "List every problem of scenario files; nothing is sent.",
        discussion: """
            Each problem stands on a line of its own: file:line:column: problem. Exit code 0: all files are valid; \
            65: at least one is not.
            """)

    @Argument(help: ArgumentHelp("Scenario files.", valueName: "file"))
    var files: [String]

    @OptionGroup var values: ValueOptions

    func run() throws {
        var allValid = true
        for file in files {
            do throws(InvalidScenario) {
                let scenario = try ScenarioReader(environment: values.environment).read(path: file)
                let counts = [
                    Self.count(scenario.flows.count, "flow"), Self.count(scenario.steps.count, "step"),
                    Self.count(scenario.load.count, "stage"), Self.count(scenario.objectives.count, "objective"),
                ]
                Console.result("\(file): valid (\(counts.joined(separator: ", ")))\n")
            } catch {
                allValid = false
                Console.note(error.description)
            }
        }
        if !allValid { throw ExitCode.invalidScenario }
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}

import ArgumentParser
import Loadgate
import Reports
import Scenarios

/// `loadgate schema scenario|result`
struct SchemaCommand: ParsableCommand {
    enum Subject: String, ExpressibleByArgument, CaseIterable {
        case scenario
        case result
    }

    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema of scenario files or of result.json.",
        discussion: ManualPage(
            description: """
                Editors that know JSON Schema complete and check scenarios with it; for one that reads modelines, begin \
                the file with: # yaml-language-server: $schema=scenario.schema.json
                """,
            examples: [
                ("loadgate schema scenario > scenario.schema.json", "for an editor"),
                ("loadgate schema result > result.schema.json", "for a program that reads result.json"),
            ],
            seeAlso: ["loadgate validate", "docs/scenario-language.md", "docs/measures.md"]
        ).discussion)

    @Argument(help: "scenario or result.")
    var subject: Subject

    func run() {
        switch subject {
        case .scenario: Console.result(ScenarioSchema.json(Kinds.standard.ofScenarios) + "\n")
        case .result:
            Console.result(ResultSchema.json(verifications: Kinds.standard.ofScenarios.verifications.names) + "\n")
        }
    }
}

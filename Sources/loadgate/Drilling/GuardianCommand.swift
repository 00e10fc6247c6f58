import ArgumentParser
import Drills
import Foundation

/// `loadgate guardian`, which only a drill starts.
struct GuardianCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guardian", abstract: "Undoes the faults of a drill that was killed; a drill starts it.",
        discussion: ManualPage(
            description: """
                Waits for the end of the drill at the other end of its descriptor 3, and then undoes what the drill's journal has in force. \
                On a terminal it does nothing.
                """,
            examples: [("loadgate guardian --journal reports/failover", "what a drill starts for itself")],
            seeAlso: ["loadgate recover", "docs/drills/undo.md"]
        ).discussion,
        shouldDisplay: false)

    @Option(help: ArgumentHelp("The folder of the drill, whose journal it reads.", valueName: "dir"))
    var journal: String

    func run() throws {
        Guardian.guardRun(folder: journal, environment: ProcessInfo.processInfo.environment)
    }
}

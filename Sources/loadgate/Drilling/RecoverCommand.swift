import ArgumentParser
import Drills
import Foundation

/// `loadgate recover DIR`
struct RecoverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover", abstract: "Undo the faults that a killed drill left in force.",
        discussion: ManualPage(
            description: """
                Reads the journal of faults in the folder of a drill, and undoes what is still in force, the newest first. Needed where \
                nothing else could: the machine lost power, or the drill and its guardian were both killed. What can't be undone \
                is listed with what a person has to do. May be called again.
                """,
            examples: [
                ("loadgate recover", "the newest run's folder"),
                (
                    "API_TOKEN=… loadgate recover reports/failover",
                    "an undo that needs a secret: set it as for the drill"
                ),
            ],
            files: [("DIR/faults.jsonl", "each fault with its undo; secrets stand in it by their names only")],
            exitCodes: [
                (0, "no fault is in force any more"), (1, "a fault could not be undone: it is named, with what to do"),
                (65, "there is no such folder, or its journal is damaged"),
                (70, "the journal can't be used, or its run is still alive"),
            ],
            seeAlso: ["docs/drills/undo.md"]
        ).discussion)

    @Argument(help: ArgumentHelp("The folder that the drill left.", valueName: "dir"), completion: .directory)
    var folder = "reports/latest"

    func run() throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            Console.note("loadgate: \(folder): there is no such folder")
            throw ExitCode.invalidScenario
        }
        let outcomes: [FaultRecovery.Outcome]
        do throws(JournalProblem) {
            outcomes = try FaultRecovery.recover(
                folder: folder, environment: ProcessInfo.processInfo.environment
            ) { outcome in
                if outcome.evidence != nil { Console.result("\(outcome)\n") } else { Console.note("\(outcome)") }
            }
        } catch {
            Console.note("loadgate: \(error)")
            if case .damaged = error { throw ExitCode.invalidScenario }
            throw ExitCode.internalError
        }
        if outcomes.isEmpty { Console.result("no fault is in force: nothing to undo in \(folder)\n") }
        if outcomes.contains(where: { $0.evidence == nil }) { throw ExitCode.failed }
    }
}

import ArgumentParser
import Drills
import Foundation
import Glibc
import Loadgate
import Scenarios

/// `loadgate drill FILE`
struct DrillCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drill", abstract: "Break something under load, and tell what users and data suffered.",
        discussion: ManualPage(
            description: """
                Starts the scenario's services, sends its load, brings about the faults of its drill at their times, undoes \
                them, finds acknowledged writes again, and answers with a verdict: how long an outage lasted, when the \
                system had recovered, which writes were lost.

                What will be broken is shown first, and asked for; --yes asks nobody. Every fault is undone, whatever \
                happens: by the run, after Ctrl-C, by a guardian where Loadgate was killed, or by loadgate recover. Ctrl-C \
                undoes the faults, then ends the load and reports; a second one cuts off what is under way, but no undoing.
                """,
            examples: [
                ("loadgate drill scenarios/drills/first.yaml", "shows what it breaks, asks, and begins"),
                ("loadgate drill scenarios/drills/first.yaml --dry-run", "only shows it"),
                ("loadgate drill failover.yaml --only primary --yes", "one fault, in a CI job"),
            ],
            files: [
                ("FILE", "the scenario, with a section drill"),
                ("DIR/faults.jsonl", "the journal of faults, by which they are undone"),
                ("DIR/lost-writes.jsonl", "each acknowledged write that was not found again"),
                ("DIR/result.json, report.html …", "as of loadgate run"),
            ],
            exitCodes: [
                (0, "pass"), (1, "an objective failed"),
                (3, "inconclusive: a fault took no effect, the steady state did not hold before, too little was seen"),
                (65, "the scenario is invalid"), (69, "the target or a service can't be reached"),
                (70, "faults of an earlier drill are open in the folder: loadgate recover DIR"),
                (77, "the target is not authorised, or nobody agreed"),
                (130, "interrupted; faults were undone, what was measured is reported"),
            ],
            seeAlso: [
                "loadgate recover", "loadgate proxy", "loadgate run", "docs/drills/README.md", "docs/measures.md",
                "docs/scenario-language.md",
            ]
        ).discussion)

    @Argument(help: ArgumentHelp("The scenario file.", valueName: "file"), completion: .scenarios)
    var file: String

    @OptionGroup var destination: TargetOption

    @Option(
        help: ArgumentHelp(
            "Bring about only this fault: the name of what it breaks, or its own; repeatable.", valueName: "fault"))
    var only: [String] = []

    @Flag(help: "Show what would be broken and how it would be undone, and do nothing.")
    var dryRun = false

    @Flag(help: "Don't ask.")
    var yes = false

    @OptionGroup var values: ValueOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let interruption = Interruption.bySignals()
        try reportingErrors(interruption) {
            var request = RunRequest(file: file)
            request.target = destination.target
            request.environment = values.environment
            request.comparesWithBaseline = false
            var drill = DrillRequest()
            drill.onlyFaults = only
            drill.confirm = { outline in
                let text = DrillOutlineText(outline).text
                if dryRun {
                    Console.result(text)
                    return false
                }
                if yes { return true }
                return Self.isAgreed(text)
            }
            request.drill = drill
            do {
                let outcome = try request.run(
                    settings: output.settings(in: request.environment), interruption: interruption,
                    listener: output.listener)
                try output.finish(outcome)
            } catch is DrillDeclined {
                if dryRun { return }
                Console.note("loadgate: nothing was broken")
                throw ExitCode.notAuthorised
            }
        }
    }

    /// Shows what will be broken, and asks on the terminal.
    private static func isAgreed(_ text: String) -> Bool {
        Console.note(text)
        guard isatty(STDIN_FILENO) == 1 else {
            Console.note("loadgate: nobody can be asked here: add --yes where this is meant to be broken")
            return false
        }
        Console.write("Break this? [y/N] ", to: STDERR_FILENO)
        let answer = readLine()?.trimmingCharacters(in: .whitespaces).lowercased()
        return answer == "y" || answer == "yes"
    }
}

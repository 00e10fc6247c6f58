import ArgumentParser
import Glibc
import Reports
import Scenarios

/// `loadgate report DIR`
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Make the reports of a run again, also of one that was killed.",
        discussion: ManualPage(
            description: """
                Reads result.json of the folder. Where a killed run left none, the result is made from progress.jsonl: all \
                but at most the last second, with a verdict that is at best inconclusive. Without --format all reports are \
                written into the folder and the summary is printed.
                """,
            examples: [
                ("loadgate report", "all reports of the newest run again, and its summary"),
                ("loadgate report reports/nightly --format junit --out junit.xml", "one of them, elsewhere"),
                ("loadgate report --format md --link https://ci.example/run/7", "a pull request's comment"),
            ],
            files: [
                ("DIR/result.json", "what was measured and judged"),
                ("DIR/failures.jsonl", "exchanges that failed, whole"),
                ("DIR/progress.jsonl", "the log of a run that left no result"),
            ],
            exitCodes: [
                (0, "the report was made, whatever the run's verdict"), (65, "the folder holds no run, or is damaged"),
                (70, "a file can't be written"),
            ],
            seeAlso: ["loadgate run", "docs/reports.md"]
        ).discussion)

    @Argument(help: ArgumentHelp("The folder that the run left.", valueName: "dir"), completion: .directory)
    var folder = "reports/latest"

    @Option(help: "Print one report only, and leave the folder as it is.")
    var format: OutputFormat?

    @Option(help: ArgumentHelp("Write what --format names into this file.", valueName: "file"), completion: .file())
    var out: String?

    @Option(
        help: ArgumentHelp(
            "With --format md: link to the full report here, such as a CI job's files.", valueName: "url"))
    var link: String?

    @Flag(help: "Of a gate: print notes, all measures, and how the run in the middle went, too.")
    var details = false

    func validate() throws {
        if out != nil, format == nil { throw ValidationError("--out wants --format: which report is meant?") }
        if link != nil, format != .report("md") { throw ValidationError("--link wants --format md") }
    }

    func run() throws {
        do {
            let result = try StoredRun.result(in: folder)
            let style: TerminalSummary.Style = Console.wantsColour(STDOUT_FILENO) && out == nil ? .colour : .plain
            let summary = TerminalSummary(result, style: style, width: Console.width ?? 100, isDetailed: details)
            guard let format else {
                try writeAll(result)
                Console.result(summary.text(reportPath: "\(folder)/\(ReportFiles.firstFile)"))
                return
            }
            let text = try format.text(of: result, link: link) { summary.text() }
            if let out { try ReportFiles.write(text, to: out) } else { Console.result(text) }
        } catch let error as StoredRun.Missing {
            Console.note("loadgate: \(error)")
            throw ExitCode.invalidScenario
        } catch let error as ResultFile.Malformed {
            Console.note("loadgate: \(error)")
            throw ExitCode.invalidScenario
        } catch let error as FileFailure {
            Console.note("loadgate: \(error)")
            throw ExitCode.internalError
        }
    }

    /// A rebuilt result becomes the folder's own.
    private func writeAll(_ result: RunResult) throws {
        // The run itself may have come to its end meanwhile: its own result stays.
        var newest = try? ResultFile.read("\(folder)/result.json")
        if newest?.evidence != nil { newest?.keptExchanges = FailuresFile.exchanges(in: folder) }
        if let newest, newest.rebuilt == nil, newest.started == result.started { return try writeReports(newest) }
        if result.rebuilt != nil { try ResultFile.write(result, to: "\(folder)/result.json") }
        try writeReports(result)
    }

    private func writeReports(_ result: RunResult) throws {
        let failures = ReportFiles.write(of: result, into: folder)
        for failure in failures { Console.note("loadgate: \(failure)") }
        if !failures.isEmpty { throw ExitCode.internalError }
    }
}

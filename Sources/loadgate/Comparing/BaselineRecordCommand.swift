import ArgumentParser
import Baselines
import ChildProcesses
import Foundation
import Generator
import Glibc
import Loadgate
import Reports
import Scenarios
import VerificationKit

/// `loadgate baseline record FILE`
struct BaselineRecordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record", abstract: "Run a scenario's load several times and keep the runs as its baseline.",
        discussion: ManualPage(
            description: """
                Only the load is carried out, each time in a process of its own, services restarted; verifications are \
                left out. Before each run a short load on the bundled reference target measures how fast the machine is \
                just then. Record on the machine where loadgate gate will run, with nothing else on it.

                The file is written when all runs are done, in the place of an older one; what an interrupted recording \
                measured stays in its output folder. A run that is invalid, because the generator was the bottleneck, is \
                made again, twice at most.

                With --capacity the scenario's capacity is looked for instead, and joins the runs that the file has.
                """,
            examples: [
                ("loadgate baseline record scenarios/baseline.yaml", "ten runs, into the file that the scenario names"),
                (
                    "loadgate baseline record shop.yaml --runs 20 --note \"new machine\"",
                    "twice as many, and why: smaller changes can be shown"
                ),
                ("loadgate baseline record shop.yaml --capacity", "the capacity; the file's runs stay as they are"),
            ],
            files: [
                ("the scenario's baseline: file", "the baseline, unless --to names another"),
                ("reports/<name>-baseline-<time>/", "a folder for each run, unless --out names another"),
            ],
            exitCodes: [
                (0, "the file is written"),
                (1, "an objective failed; --allow-failing keeps the runs all the same"), (3, "runs stayed invalid"),
                (65, "the scenario is invalid"), (70, "the file can't be written"),
                (130, "interrupted; the file is as it was"),
            ],
            seeAlso: ["loadgate gate", "loadgate baseline show", "docs/regression-gate.md"]
        ).discussion)

    @Argument(help: ArgumentHelp("The scenario file.", valueName: "file"), completion: .scenarios)
    var file: String

    @Option(help: ArgumentHelp("How many runs, 10 to 100.", valueName: "n"))
    var runs = 10

    @Option(
        help: ArgumentHelp("Write the baseline here, instead of where the scenario says.", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var to: String?

    @Option(help: ArgumentHelp("The reason, kept in the file.", valueName: "text"))
    var note: String?

    @Flag(help: "Keep runs in which an objective failed, too.")
    var allowFailing = false

    @OptionGroup var search: CapacitySearchOptions
    @OptionGroup var series: SeriesOptions

    func validate() throws {
        if let note, !(Baseline.noteLengths ~= note.unicodeScalars.count) {
            throw ValidationError("--note wants 1 to \(Baseline.noteLengths.upperBound) characters")
        }
        let least = ComparisonSettings().minimumReferenceRuns
        guard least...Baseline.maximumRuns ~= runs else {
            throw ValidationError("--runs wants \(least) to \(Baseline.maximumRuns), got \(runs)")
        }
    }

    func run() throws {
        // While this process is small, so that its keeper is.
        ProcessKeeper.prepare()
        let interruption = Interruption.bySignals()
        try reportingErrors(interruption) {
            let scenario = try series.scenario(file, isSearch: search.capacity)
            Console.hide(scenario.secrets)
            guard let path = to ?? scenario.baseline?.path else {
                throw ValidationError("where to? add baseline: {file: …} to \(file), or give --to FILE")
            }
            let location = BaselinePath(path: path, shown: to ?? scenario.baseline?.shown ?? path)
            // Minutes of load for a file that can't be written would be lost.
            try location.check()
            if search.capacity {
                // Before minutes of load: a file that holds something else must not be lost.
                _ = try location.kept
                let outcome = try search.run(file, series, interruption)
                if interruption.happened { throw ExitCode.interrupted }
                try location.add(outcome.result, note: note, allowsFailing: allowFailing, isQuiet: series.quiet)
                return
            }
            let made = try RunSeries(
                scenario, file: file, what: "baseline", total: runs, calibrates: true, options: series,
                interruption: interruption)
            for _ in 0..<runs { try made.run(allowsFailing: allowFailing) }
            guard let environment = made.environment, let first = made.entries.first?.result else {
                throw ExitCode.internalError
            }
            if interruption.happened { throw ExitCode.interrupted }
            let baseline = Baseline(
                scenario: first.name, accepted: Date().formatted(.iso8601), note: note, environment: environment,
                runs: made.entries.map { RunRecord($0.result) }, capacity: (try? location.kept)?.capacity)
            try location.write(baseline, isQuiet: series.quiet)
        }
    }
}

/// Where a baseline's file is, or will be.
struct BaselinePath {
    var path: String
    /// The path, secrets replaced.
    var shown: String

    /// Makes the file's folder, and refuses one that can't be written to.
    func check() throws {
        let parent = (path as NSString).deletingLastPathComponent
        let folder = parent.isEmpty ? "." : parent
        // Where that fails, the next question says why.
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var isFolder: ObjCBool = false
        let code =
            FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
            ? EISDIR : access(folder, W_OK) == 0 ? 0 : errno
        if code != 0 { throw SystemError(code: code, doing: "can't write \(shown)") }
    }

    /// What is there; nil: nothing.
    ///
    /// - Throws: `BaselineFile.Invalid` or `BaselineFile.Unreadable` where it is no baseline.
    var kept: Baseline? {
        get throws { FileManager.default.fileExists(atPath: path) ? try BaselineFile.read(path) : nil }
    }

    /// Takes what a search found as the baseline's capacity; the runs that are there stay.
    ///
    /// - Throws: `RunSeries.Refusal` where it found nothing to hold later ones against, or an objective failed.
    func add(_ result: RunResult, note: String?, allowsFailing: Bool, isQuiet: Bool) throws {
        // A regression is what people may agree to.
        if !allowsFailing, result.objectives.contains(where: { $0.verdict == .fail && $0.severity == .hard }) {
            throw RunSeries.Refusal(
                code: .failed,
                description: "the search \(RunSeries.failed(result)) (--allow-failing takes it all the same)")
        }
        guard let capacity = CapacityRecord(result) else {
            throw RunSeries.Refusal(
                code: .undecided,
                description: "nothing is written: \(CapacityRecord.refusal(of: result) ?? "")")
        }
        var baseline =
            try kept
            ?? Baseline(scenario: result.name, accepted: "", environment: capacity.environment, runs: [])
        baseline.accepted = Date().formatted(.iso8601)
        baseline.note = note ?? baseline.note
        baseline.capacity = capacity
        try write(baseline, isQuiet: isQuiet)
    }

    /// Writes the baseline, and says what is in it beside what was.
    func write(_ baseline: Baseline, isQuiet: Bool) throws {
        // A broken older one is no reason against a new one.
        let previous = try? BaselineFile.read(path)
        try BaselineFile.write(baseline, to: path)
        guard !isQuiet else { return }
        let table = BaselineTable(
            baseline, previous: previous, style: Console.wantsColour(STDOUT_FILENO) ? .colour : .plain,
            width: Console.width ?? 100)
        Console.result(table.text(path: shown))
        Console.note("written: \(shown)\(previous == nil ? "" : ", in the place of an older one"); commit it")
    }
}

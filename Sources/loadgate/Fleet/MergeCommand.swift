import ArgumentParser
import Foundation
import Loadgate
import Measures
import Reports

/// `loadgate merge DIR… --out D`
struct MergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge", abstract: "Make one result of several processes that shared a load.",
        discussion: ManualPage(
            description: """
                Each process was run with --segment i/n and left a folder. Their logs are added up second by second, exactly, \
                and the whole is judged as one run: objectives, windows, audit and reports. A worker that is missing or did not \
                come to its end makes the run invalid, which the reports say beside what was measured.
                """,
            examples: [
                ("loadgate merge out/0 out/1 --out merged", "two workers, one verdict"),
                (
                    "loadgate merge shared --out shared/merged",
                    "what workers left that shared a folder (--fleet shared)"
                ),
                ("loadgate merge out/* --out merged --max-skew 1s", "starts up to a second apart"),
            ],
            files: [
                ("DIR/progress.jsonl", "what a worker measured, second by second"),
                ("DIR/result.json", "of the first segment: its verifications and probes"),
            ],
            exitCodes: [
                (0, "the verdict is pass"), (1, "an objective or a verification failed"),
                (3, "inconclusive, no data, or invalid: a worker is missing, or a generator was the bottleneck"),
                (65, "the folders are not of one load, or damaged; every problem is listed"),
                (70, "a file can't be written"),
                (130, "the workers were interrupted"),
            ],
            seeAlso: ["loadgate run", "docs/fleet.md"]
        ).discussion)

    @Argument(help: ArgumentHelp("The folders that the workers left.", valueName: "dir"), completion: .directory)
    var folders: [String]

    @Option(help: ArgumentHelp("The folder that gets the result.", valueName: "dir"), completion: .directory)
    var out: String

    @Option(
        help: ArgumentHelp("How far apart the starts of the workers may be.", valueName: "duration"))
    var maxSkew = "100ms"

    @OptionGroup var shown: ShownOptions

    func validate() throws {
        guard skew != nil else {
            throw ValidationError("--max-skew wants a duration such as 250ms, got '\(maxSkew)'")
        }
        if let same = folders.first(where: { URL(filePath: $0).standardized == URL(filePath: out).standardized }) {
            throw ValidationError("--out \(out) is the folder of a worker (\(same)), whose files would be lost")
        }
    }

    /// A folder that workers shared stands for theirs.
    private var workers: [String] {
        folders.flatMap { folder in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            let own = names.filter { $0.wholeMatch(of: #/worker-\d+/#) != nil }
            guard !names.contains("progress.jsonl"), !own.isEmpty else { return [folder] }
            return own.sorted { ($0.count, $0) < ($1.count, $1) }.map { "\(folder)/\($0)" }
        }
    }

    private var skew: Span? { OptionValue.seconds(maxSkew).map { Span(seconds: $0) } }

    func run() throws {
        try reportingErrors {
            let result: RunResult
            do {
                result = try RunResult(merging: workers, allowedSkew: skew ?? .zero)
            } catch let refusal as MergeRefusal {
                for problem in refusal.problems { Console.note("loadgate: \(problem)") }
                throw ExitCode.invalidScenario
            }
            let folder = try OutputDirectory(named: out, scenario: result.name, started: Date())
            let report = ResultFolder.write(result, into: folder.path) { Console.note("loadgate: \($0)") }
            try shown.finish(result, report: report)
        }
    }
}

import ArgumentParser
import Foundation
import Loadgate
import Measures

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
                (
                    "loadgate merge shared --out merged --baseline baselines/signoff.json",
                    "and where it lies among earlier runs"
                ),
            ],
            files: [
                ("DIR/progress.jsonl", "what a worker measured, second by second"),
                ("DIR/result.json", "of the first segment: its verifications and probes"),
            ],
            exitCodes: [
                (0, "the verdict is pass"), (1, "an objective or a verification failed"),
                (3, "inconclusive, no data, or invalid: a worker is missing, or a generator was the bottleneck"),
                (65, "the folders are not of one load, or damaged; every problem is listed"),
                (
                    70,
                    "the folder of the result can't be made; a file that can't be written costs neither verdict nor exit code"
                ),
                (130, "the workers were interrupted"),
            ],
            seeAlso: ["loadgate run", "loadgate fleet status", "loadgate compare", "docs/fleet.md"]
        ).discussion)

    @Argument(help: ArgumentHelp("The folders that the workers left.", valueName: "dir"), completion: .directory)
    var folders: [String]

    @Option(help: ArgumentHelp("The folder that gets the result.", valueName: "dir"), completion: .directory)
    var out: String

    @Option(
        help: ArgumentHelp("How far apart the starts of the workers may be.", valueName: "duration"))
    var maxSkew = "100ms"

    @Option(
        help: ArgumentHelp(
            "Wait so long at most for workers of a shared folder that are still at work.", valueName: "duration"))
    var wait: String?

    @Option(
        help: ArgumentHelp(
            "Compare with this baseline's file. (default: the scenario's, where it is here)", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var baseline: String?

    @OptionGroup var shown: ShownOptions

    func validate() throws {
        guard skew != nil else {
            throw ValidationError("--max-skew wants a duration such as 250ms, got '\(maxSkew)'")
        }
        if let wait, OptionValue.seconds(wait) == nil {
            throw ValidationError("--wait wants a duration such as 30s, got '\(wait)'")
        }
        if let same = folders.first(where: { URL(filePath: $0).standardized == URL(filePath: out).standardized }) {
            throw ValidationError("--out \(out) is the folder of a worker (\(same)), whose files would be lost")
        }
    }

    private var skew: Span? { OptionValue.seconds(maxSkew).map { Span(seconds: $0) } }

    func run() throws {
        let interruption = wait == nil ? Interruption() : Interruption.bySignals()
        try reportingErrors {
            if let seconds = wait.flatMap(OptionValue.seconds) {
                let end = Date(timeIntervalSinceNow: seconds)
                for folder in folders {
                    _ = FleetEnding(folder: folder).wait(atMost: end.timeIntervalSinceNow) { interruption.happened }
                }
            }
            try MergedParts(folders).write(
                into: out, allowedSkew: skew ?? .zero, baseline: baseline, shown: shown)
        }
    }
}

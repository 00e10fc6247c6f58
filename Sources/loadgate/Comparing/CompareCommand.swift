import ArgumentParser
import Baselines
import Foundation
import Loadgate
import Reports
import Scenarios

/// `loadgate compare A B`
struct CompareCommand: ParsableCommand {
    /// What goes to standard output.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        /// The table for people.
        case text
        /// The comparison as results have it.
        case json
    }

    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Compare runs that were made before; nothing is sent.",
        discussion: ManualPage(
            description: """
                A is the reference, B is what is judged. Each is a baseline's file, or folders of runs with commas between \
                them; the folder of a gate or of a recording stands for all its runs. The method is that of loadgate gate, \
                so A needs 10 runs and B 5 for a verdict.

                Where B is the folder of a search for a capacity, its capacity is compared with that of A: another search's \
                folder, or a baseline's file that has one.
                """,
            examples: [
                (
                    "loadgate compare baselines/signoff.json reports/latest",
                    "the newest gate's runs, with the current baseline"
                ),
                ("loadgate compare reports/monday reports/tuesday,reports/wednesday", "recordings with each other"),
            ],
            exitCodes: [
                (0, "no regression"), (2, "a regression"), (3, "not shown either way, or not comparable"),
                (65, "a result or baseline is invalid"),
            ],
            seeAlso: ["loadgate gate", "docs/regression-gate.md"]
        ).discussion)

    @Argument(help: ArgumentHelp("The reference: a baseline's file, or folders.", valueName: "a"), completion: .file())
    var reference: String

    @Argument(
        help: ArgumentHelp("The runs that are judged: a baseline's file, or folders.", valueName: "b"),
        completion: .file())
    var candidate: String

    @Option(help: ArgumentHelp("A ratio up to this is not a regression. (default: 5%)", valueName: "ratio"))
    var tolerance: String?

    @Option(help: ArgumentHelp("A shift below this is not a regression. (default: 100us)", valueName: "duration"))
    var floor: String?

    @Option(help: ArgumentHelp("The chance of a false alarm over all steps. (default: 5%)", valueName: "chance"))
    var alpha: String?

    @Option(help: "What to print on standard output.")
    var format: Format = .text

    @Flag(help: "Print notes and all measures, too.")
    var details = false

    func validate() throws { _ = try settings }

    func run() throws {
        try reportingErrors {
            if let search = try RecordedSearch(candidate.split(separator: ",").map(String.init)) {
                try compareCapacity(search.result)
                return
            }
            let (was, isNow) = (try side(reference), try side(candidate))
            let comparison = try compare(was, isNow)
            if format == .json {
                try show(comparison)
            } else {
                let summary = ComparisonSummary(
                    comparison, order: isNow.runs.first?.steps.map(\.name) ?? [],
                    style: Console.wantsColour(STDOUT_FILENO) ? .colour : .plain, width: Console.width ?? 100,
                    isDetailed: details)
                Console.result(summary.text)
            }
            try Conclusion(comparison.verdict).finish()
        }
    }

    private func compareCapacity(_ result: RunResult) throws {
        guard let capacity = result.capacity else { throw ExitCode.internalError }
        if floor != nil || alpha != nil {
            throw ValidationError("--floor and --alpha are about latencies: capacities are compared by their intervals")
        }
        if let refusal = CapacityRecord.refusal(of: result), result.partial {
            throw UnusableResult("\(candidate): \(refusal)")
        }
        let comparison = CapacityComparison(
            capacity, result.environment, with: try CapacityReference.read(reference),
            tolerance: try settings.tolerance, redact: { $0 })
        if format == .json {
            try show(comparison)
        } else {
            let name =
                Conclusion(comparison.verdict).exitCode == .success ? "PASS" : comparison.verdict.rawValue.uppercased()
            Console.result("\(name): \(comparison.reason)\n")
        }
        try Conclusion(comparison.verdict).finish()
    }

    private func show(_ comparison: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        Console.result(String(decoding: try encoder.encode(comparison), as: UTF8.self) + "\n")
    }

    private struct Side {
        var name: String
        var runs: [RunRecord]
        /// nil where results don't say.
        var environment: Environment?
    }

    /// A baseline's file is no result: only that has a `series`.
    private func side(_ text: String) throws -> Side {
        let paths = text.split(separator: ",").map(String.init)
        guard !paths.isEmpty else { throw ValidationError("compare wants two sets of runs, got an empty one") }
        if paths.count == 1, Self.isBaseline(paths[0]) {
            let baseline = try BaselineFile.read(paths[0])
            guard !baseline.runs.isEmpty else {
                throw UnusableResult("\(text) has a capacity and no runs: give the folder of a search beside it")
            }
            return Side(name: text, runs: baseline.runs, environment: baseline.environment)
        }
        let recorded = try RecordedRuns(paths)
        let problems = recorded.problems(allowsFailing: true)
        guard problems.isEmpty else { throw UnusableResult(problems.joined(separator: "\n")) }
        let isKnown = recorded.runs.allSatisfy { $0.result.environment != nil }
        return Side(
            name: text, runs: recorded.runs.map { RunRecord($0.result) },
            environment: isKnown ? try recorded.environment() : nil)
    }

    private static func isBaseline(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        guard path.hasSuffix(".json"), FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
            !isFolder.boolValue
        else { return false }
        return (try? ResultFile.read(path)) == nil
    }

    private func compare(_ was: Side, _ isNow: Side) throws -> Comparison {
        let settings = try settings
        guard var before = was.environment, var now = isNow.environment else {
            var comparison = RunComparison.judge(
                baseline: was.runs, candidate: isNow.runs, reference: was.name, settings: settings)
            comparison.notes = (comparison.notes ?? []) + ["what the runs were made with is not known of all of them"]
            return comparison
        }
        var notes: [String] = []
        if (before.calibration == nil) != (now.calibration == nil) {
            // Single runs have none; whoever compares them by hand knows the machine.
            (before.calibration, now.calibration) = (nil, nil)
            notes = ["one side has no calibration, so nobody knows whether the machine was equally fast"]
        }
        let baseline = Baseline(scenario: "", accepted: "", environment: before, runs: was.runs)
        var comparison = RunComparison.judge(
            isNow.runs, in: now, against: baseline, file: was.name, settings: settings)
        if !notes.isEmpty { comparison.notes = (comparison.notes ?? []) + notes }
        return comparison
    }

    private var settings: ComparisonSettings {
        get throws {
            var settings = ComparisonSettings()
            if let tolerance {
                guard let ratio = OptionValue.ratio(tolerance) else {
                    throw ValidationError("--tolerance wants a ratio such as 5%, got '\(tolerance)'")
                }
                settings.tolerance = ratio
            }
            if let floor {
                guard let seconds = OptionValue.seconds(floor) else {
                    throw ValidationError("--floor wants a duration such as 1ms, got '\(floor)'")
                }
                settings.floor = seconds * 1e3
            }
            if let alpha {
                guard let chance = OptionValue.ratio(alpha), chance > 0, chance <= BaselineRule.maximumAlpha else {
                    throw ValidationError("--alpha wants a chance above 0% and up to 20%, got '\(alpha)'")
                }
                settings.alpha = chance
            }
            return settings
        }
    }
}

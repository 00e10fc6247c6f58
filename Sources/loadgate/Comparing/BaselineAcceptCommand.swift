import ArgumentParser
import Baselines
import Foundation
import Loadgate
import Reports
import Scenarios

/// `loadgate baseline accept DIR…`
struct BaselineAcceptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: "Take runs that were made before as the baseline, once people agreed to them.",
        discussion: ManualPage(
            description: """
                The folders are those of runs, gates or recordings. Their runs take the place of the baseline's, or join \
                them with --add: a gate of 5 runs that shows an intended change is too few for a baseline, two of them are \
                enough. All runs must be valid, of one load and one machine. The folder of a search for a capacity gives \
                the baseline its capacity, and leaves its runs as they are.
                """,
            examples: [
                (
                    "loadgate baseline accept reports/gate-1 reports/gate-2",
                    "the runs of two gates take the baseline's place"
                ),
                ("loadgate baseline accept reports/latest --add --note \"same build\"", "they join it"),
            ],
            files: [("the scenario's baseline: file", "the baseline, unless --to names another")],
            exitCodes: [
                (0, "the file is written"), (65, "runs that can't be taken, with every reason"),
                (70, "the file can't be written"),
            ],
            seeAlso: ["loadgate gate", "loadgate baseline record", "docs/regression-gate.md"]
        ).discussion)

    @Argument(help: ArgumentHelp("Folders of runs, gates or recordings.", valueName: "dir"), completion: .directory)
    var folders: [String]

    @Option(
        help: ArgumentHelp("Write the baseline here, instead of where the runs' scenario says.", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var to: String?

    @Flag(help: "Keep the baseline's runs, too; runs that it has already are left out.")
    var add = false

    @Flag(help: "Take runs of another load than the baseline's, e.g. after the scenario was changed.")
    var newLoad = false

    @Flag(help: "Take runs in which an objective failed, too.")
    var allowFailing = false

    @Option(help: ArgumentHelp("The reason, kept in the file.", valueName: "text"))
    var note: String?

    @Flag(name: .shortAndLong, help: "Print nothing but errors.")
    var quiet = false

    func validate() throws {
        if let note, !(Baseline.noteLengths ~= note.unicodeScalars.count) {
            throw ValidationError("--note wants 1 to \(Baseline.noteLengths.upperBound) characters")
        }
        guard !folders.isEmpty else { throw ValidationError("accept wants folders of runs") }
        if add, newLoad { throw ValidationError("--add and --new-load: runs of two loads can't make one baseline") }
    }

    func run() throws {
        try reportingErrors {
            if let search = try RecordedSearch(folders) {
                if add || newLoad {
                    throw ValidationError("--add and --new-load are about runs, and \(folders[0]) is a search")
                }
                let location = try place(search.result)
                try location.check()
                try location.add(search.result, note: note, allowsFailing: allowFailing, isQuiet: quiet)
                return
            }
            let recorded = try RecordedRuns(folders)
            let problems = recorded.problems(allowsFailing: allowFailing)
            guard problems.isEmpty else { throw UnusableResult(problems.joined(separator: "\n")) }
            let location = try place(recorded.runs.first?.result)
            var environment = try recorded.environment()
            var runs = recorded.runs.map { RunRecord($0.result) }
            var note = note
            let old =
                FileManager.default.fileExists(atPath: location.path) && (add || !newLoad) ? try location.kept : nil
            if let old, !old.runs.isEmpty {
                try compare(environment, with: old)
                if add {
                    (runs, environment) = try Self.joined(old, runs, environment)
                    note = note ?? old.note
                }
            } else if add {
                throw UnusableResult("--add: there is no baseline \(location.shown) to add to")
            }
            let least = ComparisonSettings().minimumReferenceRuns
            guard least...Baseline.maximumRuns ~= runs.count else {
                throw UnusableResult(
                    "a baseline has \(least) to \(Baseline.maximumRuns) runs, and these are \(runs.count): "
                        + (runs.count < least ? "give more folders, or --add them" : "give fewer folders"))
            }
            try location.check()
            if environment.calibration == nil {
                Console.note(
                    "loadgate: not every run has a calibration (those of loadgate run have none): the baseline can't tell "
                        + "whether a machine is as fast as this one was")
            }
            try location.write(
                Baseline(
                    scenario: recorded.runs.first?.result.name ?? "", accepted: Date().formatted(.iso8601), note: note,
                    environment: environment, runs: runs.sorted { $0.started < $1.started },
                    capacity: old?.capacity),
                isQuiet: quiet)
        }
    }

    /// Where the baseline is: as told, else as the runs' scenario says.
    private func place(_ result: RunResult?) throws -> BaselinePath {
        if let to { return BaselinePath(path: to, shown: to) }
        guard let file = result?.scenario?.file else {
            throw ValidationError("the runs name no scenario file: say with --to where the baseline is")
        }
        do {
            let scenario = try ScenarioReader(
                environment: ProcessInfo.processInfo.environment, kinds: Kinds.standard.ofScenarios
            ).read(path: file)
            if let rule = scenario.baseline { return BaselinePath(path: rule.path, shown: rule.shown) }
        } catch {
            throw ValidationError("\(error)\nThe runs' scenario can't be read: say with --to where the baseline is")
        }
        throw ValidationError("\(file) names no baseline: say with --to where it is")
    }

    /// Runs of another load are refused unless told; those of another machine only where both would stand together.
    private func compare(_ environment: Environment, with old: Baseline) throws {
        if environment.scenarioSHA256 != old.environment.scenarioSHA256 {
            throw UnusableResult(
                "the runs are of another load than the baseline's (\(environment.scenarioSHA256.prefix(12))…, was "
                    + "\(old.environment.scenarioSHA256.prefix(12))…): --new-load takes them all the same")
        }
        let differences = environment.differences(fromUncalibrated: old.environment).filter(\.blocks)
        if add, !differences.isEmpty {
            throw UnusableResult(
                "--add: the runs don't go with the baseline's: "
                    + differences.map(\.description).joined(separator: "; "))
        }
    }

    private static func joined(
        _ old: Baseline, _ runs: [RunRecord], _ environment: Environment
    ) throws -> ([RunRecord], Environment) {
        let fresh = runs.filter { !old.runs.contains($0) }
        guard !fresh.isEmpty else { throw UnusableResult("--add: the baseline has all of these runs already") }
        var environment = environment
        // A calibration of some of the runs would not be one of the baseline.
        if let one = old.environment.calibration, let other = environment.calibration {
            environment.calibration = Calibration(
                throughput: one.throughput + other.throughput,
                cpuMicroseconds: one.cpuMicroseconds + other.cpuMicroseconds)
        } else {
            environment.calibration = nil
        }
        return (old.runs + fresh, environment)
    }
}

import ArgumentParser
import Baselines
import Foundation
import Loadgate
import Reports
import Scenarios

/// `loadgate baseline show [FILE…]`
struct BaselineShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show baselines: each step with the median and the spread of its runs.",
        discussion: ManualPage(
            description: "Prints a table for each file, with what the runs were made on, and how long ago.",
            examples: [
                ("loadgate baseline show", "all of the folder baselines"),
                ("loadgate baseline show scenarios/baseline.yaml", "the one that the scenario names"),
            ],
            exitCodes: [(65, "a file is not a valid baseline; every problem is listed with its line")],
            seeAlso: ["loadgate baseline record", "docs/regression-gate.md"]
        ).discussion)

    @Argument(
        help: ArgumentHelp(
            "Baseline files, or scenarios that name one. (default: all of the folder baselines)", valueName: "file"),
        completion: .file(extensions: ["json", "yaml", "yml"]))
    var files: [String] = []

    func run() throws {
        try reportingErrors {
            var problems: [String] = []
            for path in try paths() {
                do {
                    let baseline = try BaselineFile.read(path)
                    let table = BaselineTable(
                        baseline, style: Console.wantsColour(STDOUT_FILENO) ? .colour : .plain,
                        width: Console.width ?? 100)
                    Console.result(table.text(path: path, age: Self.age(baseline)))
                } catch {
                    problems.append("\(error)")
                }
            }
            guard problems.isEmpty else { throw UnusableResult(problems.joined(separator: "\n")) }
        }
    }

    private func paths() throws -> [String] {
        guard files.isEmpty else { return try files.map(Self.path) }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "baselines")) ?? []
        let found = names.filter { $0.hasSuffix(".json") }.sorted().map { "baselines/\($0)" }
        guard !found.isEmpty else {
            throw UnusableResult(
                "there is no baseline in the folder baselines: loadgate baseline record FILE makes one")
        }
        return found
    }

    private static func path(_ file: String) throws -> String {
        guard [".yaml", ".yml"].contains(where: file.hasSuffix) else { return file }
        let scenario = try ScenarioReader(
            environment: ProcessInfo.processInfo.environment, kinds: Kinds.standard.ofScenarios
        ).read(path: file)
        guard let rule = scenario.baseline else {
            throw UnusableResult("\(file) names no baseline: add baseline: {file: …} to it")
        }
        return rule.path
    }

    /// `today`, `yesterday`, `12 days ago`.
    private static func age(_ baseline: Baseline) -> String? {
        guard let accepted = try? Date.ISO8601FormatStyle().parse(baseline.accepted) else { return nil }
        let days = Int(Date().timeIntervalSince(accepted) / 86_400)
        if days < 0 { return "in the future: whose clock is wrong?" }
        return days == 0 ? "less than a day ago" : "\(counted(days, "day")) ago"
    }
}

import ArgumentParser
import Foundation
import Generator
import Loadgate
import Measures
import Reports
import Scenarios

/// What the workers of a load left, and the one result that is made of it.
struct MergedParts {
    /// The folders as they were named.
    private let folders: [String]

    init(_ folders: [String]) { self.folders = folders }

    /// The parts in a folder that the workers shared.
    init(_ shared: String) { folders = [shared] }

    /// A folder that workers shared stands for theirs.
    private var workers: [String] {
        folders.flatMap { folder in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            let own = names.filter { $0.wholeMatch(of: #/worker-\d+/#) != nil }
            guard !names.contains("progress.jsonl"), !own.isEmpty else { return [folder] }
            return own.sorted { ($0.count, $0) < ($1.count, $1) }.map { "\(folder)/\($0)" }
        }
    }

    /// Makes the result, leaves it with its reports in a folder, and prints it. `baseline`: the file of the baseline that it is
    /// compared with; nil: the scenario's.
    ///
    /// - Throws: The verdict's exit code unless that is 0; 65 where the parts are not of one load.
    func write(into out: String, allowedSkew: Span, baseline: String? = nil, shown: ShownOptions) throws {
        // One is open for each worker.
        Descriptors.raiseLimit()
        var result: RunResult
        do {
            result = try RunResult(merging: workers, allowedSkew: allowedSkew)
        } catch let refusal as MergeRefusal {
            for problem in refusal.problems { Console.note("loadgate: \(problem)") }
            throw ExitCode.invalidScenario
        }
        try compare(&result, with: baseline)
        let folder = try OutputDirectory(named: out, scenario: result.name, started: Date())
        let report = ResultFolder.write(result, into: folder.path) { Console.note("loadgate: \($0)") }
        try shown.finish(result, report: report)
    }

    /// Shows where the whole lies among the runs of the baseline, as a run of one process does by itself.
    private func compare(_ result: inout RunResult, with baseline: String?) throws {
        let recorded = workers.lazy.compactMap { try? ProgressLog.header(of: "\($0)/progress.jsonl") }.first
        guard baseline != nil || recorded?.plan?.baseline != nil else { return }
        if let baseline, !FileManager.default.fileExists(atPath: baseline) {
            throw UnusableResult("loadgate: --baseline \(baseline): there is no such file")
        }
        let rule = recorded?.plan?.baseline?.rule(at: baseline) ?? baseline.map { BaselineRule(path: $0, shown: $0) }
        guard let rule else { return }
        try result.compare(with: rule, scenario: result.scenario?.file ?? "FILE") { Console.note("loadgate: \($0)") }
    }
}

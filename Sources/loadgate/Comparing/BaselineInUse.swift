import Baselines
import Foundation
import Reports
import Scenarios

/// The baseline that runs are compared with.
struct BaselineInUse {
    /// Its file as comparisons name it, secrets replaced.
    var name: String
    var baseline: Baseline
    var settings: ComparisonSettings

    /// Reads the baseline of a gate.
    ///
    /// - Throws: `UnusableResult` where there is none, `BaselineFile.Invalid` with every problem of it.
    init(path: String, name: String, rule: BaselineRule?, scenario: String) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw UnusableResult(
                "there is no baseline \(name) yet: record one with\n  loadgate baseline record \(scenario) --to \(path)"
            )
        }
        self.name = name
        baseline = try BaselineFile.read(path)
        settings = ComparisonSettings(rule)
    }

    /// The baseline of a single run; nil where nobody recorded one yet, which is said.
    init?(ofRun rule: BaselineRule, file: String) throws {
        guard FileManager.default.fileExists(atPath: rule.path) else {
            Console.note(
                "loadgate: no baseline \(rule.shown) yet: loadgate baseline record \(file) makes one to compare with")
            return nil
        }
        try self.init(path: rule.path, name: rule.shown, rule: rule, scenario: file)
    }

    /// What a single run can say: where it lies among the baseline's. It decides nothing.
    func comparison(of result: RunResult) -> Comparison? {
        guard let environment = result.environment?.environment else { return nil }
        return RunComparison.place(
            RunRecord(result), in: environment, against: baseline, file: name, settings: settings)
    }
}

extension ComparisonSettings {
    /// The settings of a scenario; the language's defaults where it says nothing.
    init(_ rule: BaselineRule?) {
        self.init()
        if let alpha = rule?.alpha { self.alpha = alpha }
        if let tolerance = rule?.tolerance { self.tolerance = tolerance }
        if let floor = rule?.floor {
            let (seconds, attoseconds) = floor.components
            self.floor = Double(seconds) * 1e3 + Double(attoseconds) / 1e15
        }
    }
}

/// A result or baseline that can't be used for what was asked.
struct UnusableResult: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}

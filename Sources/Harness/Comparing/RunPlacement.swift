import Baselines
import Foundation
package import Reports
package import Scenarios

/// Where a single run lies among those of its scenario's baseline. It decides nothing.
struct RunPlacement {
    private let rule: BaselineRule
    /// Nil while nobody recorded it.
    private let baseline: Baseline?

    /// Reads the baseline. Where there is none yet, it says how to make one.
    ///
    /// - Throws: `BaselineFile.Invalid` with every problem of the file.
    init(_ rule: BaselineRule, scenario: String, onProblem: (String) -> Void) throws {
        self.rule = rule
        let isThere = FileManager.default.fileExists(atPath: rule.path)
        baseline = isThere ? try BaselineFile.read(rule.path) : nil
        if !isThere {
            onProblem(
                "no baseline \(rule.shown) yet: loadgate baseline record \(scenario) makes one to compare with"
            )
        }
    }

    /// The run's place; nil where it had no load.
    func comparison(of result: RunResult) -> Comparison? {
        guard let environment = result.environment else { return nil }
        let settings = ComparisonSettings(rule)
        guard let baseline else { return RunComparison.place(withoutBaseline: rule.shown, settings: settings) }
        return RunComparison.place(
            RunRecord(result), in: environment, against: baseline, file: rule.shown, settings: settings)
    }
}

extension RunResult {
    /// Compares a run of several processes with the earlier runs of a baseline, as a run of one process does by itself. One that was cut
    /// off, or changed by hand, has no place among them.
    ///
    /// - Throws: `BaselineFile.Invalid` with every problem of the file.
    package mutating func compare(with rule: BaselineRule, scenario: String, onProblem: (String) -> Void) throws {
        guard !partial, changes == nil else { return }
        guard var location = try RunPlacement(rule, scenario: scenario, onProblem: onProblem).comparison(of: self)
        else {
            return
        }
        location.section = rule.section
        location.criterion = rule.criterion
        if let fleet {
            // What the environment says is said of one machine.
            let note = "the load was carried by \(fleet.segments) workers; the environment is that of worker 0"
            location.notes = (location.notes ?? []) + [note]
        }
        comparison = location
    }
}

extension Comparison {
    /// Takes its row of the sign-off table from the scenario.
    package mutating func takeCriterion(of scenario: Scenario) {
        section = scenario.baseline?.section.map(scenario.secrets.redact)
        criterion = scenario.baseline?.criterion.map(scenario.secrets.redact)
    }
}

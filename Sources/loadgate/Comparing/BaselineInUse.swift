import Baselines
import Foundation
import Loadgate
import Reports
import Scenarios

/// The baseline that the runs of a gate are compared with.
struct BaselineInUse {
    /// Its file as comparisons name it, secrets replaced.
    var name: String
    var baseline: Baseline
    var settings: ComparisonSettings

    /// Reads it.
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
}

/// A result or baseline that can't be used for what was asked.
struct UnusableResult: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}

import ArgumentParser
import Baselines
import Dispatch
import Foundation
import Glibc
import Loadgate
import Reports
import Scenarios
import VerificationKit

/// Runs one after the other, each a process of its own. The run is the unit of all comparisons, so nothing is kept from
/// one to the next: services start again with each, too.
final class RunSeries {
    /// A run with its place.
    struct Entry {
        /// Its folder, beside the series' own result.
        var folder: String
        var result: RunResult
    }

    /// Runs that can't be used.
    struct Refusal: Error, CustomStringConvertible {
        var code: ExitCode
        var description: String
    }

    let output: OutputDirectory
    /// The runs so far, in the order in which they were made.
    private(set) var entries: [Entry] = []
    private var calibration = Calibration(throughput: [], cpuMicroseconds: [])

    /// Whether a receiver that lacks something was named.
    private var toldOfPush = false

    private let file: String
    private let options: SeriesOptions
    private let total: Int
    private let calibrates: Bool
    private let interruption: Interruption
    private let begin = DispatchTime.now()
    /// What the first run will take, by its stages; nil where one ends with its last iteration.
    private let expected: Double?

    /// How often an invalid run is made again.
    private static let repeats = 2

    /// Makes a series of `total` runs; `what` names its folder: `reports/<name>-<what>-<time>`.
    init(
        _ scenario: Scenario, file: String, what: String, total: Int, calibrates: Bool, options: SeriesOptions,
        interruption: Interruption
    ) throws {
        self.file = file
        self.options = options
        self.total = total
        self.calibrates = calibrates
        self.interruption = interruption
        let ends = scenario.loads.map(\.end)
        let load = ends.contains(nil) ? nil : ends.compactMap(\.self).max()
        let extra = calibrates ? try options.calibrationSeconds + 0.3 : 0
        expected = load.map { Double($0.components.seconds) + Double($0.components.attoseconds) / 1e18 + extra + 0.5 }
        output = try OutputDirectory(named: options.out, scenario: "\(scenario.name)-\(what)", started: Date())
        if calibrates, CalibrationLoad.target == nil {
            note(
                "paintbox-target is not beside loadgate: there will be no calibration, so the baseline can't tell "
                    + "whether the machine is as fast as it was")
        }
    }

    /// Makes the next run. One that is invalid, because the generator was the bottleneck, is made again.
    ///
    /// - Parameters:
    ///   - name: Words for it besides its number, e.g. the target's; also in the folder's name.
    ///   - allowsFailing: Whether a failed objective is taken.
    /// - Throws: `Refusal`, the failure of the run's process, or `ExitCode.interrupted`.
    @discardableResult
    func run(_ name: String? = nil, target: String? = nil, allowsFailing: Bool = true) throws -> Entry {
        do {
            return try next(name, target: target, allowsFailing: allowsFailing)
        } catch let code as ExitCode where code == .interrupted {
            note("interrupted: \(entries.count) of \(total) runs are in \(output.path)")
            throw code
        }
    }

    private func next(_ name: String?, target: String?, allowsFailing: Bool) throws -> Entry {
        let number = entries.count + 1
        let label = name.map { " (\($0))" } ?? ""
        if !options.quiet { Console.note("run \(number) of \(total)\(label)\(timeLeft)") }
        let folder = "run-\(number)\(name.map { "-\($0)" } ?? "")"
        for attempt in 0...Self.repeats {
            let machine =
                calibrates
                ? try CalibrationLoad(seconds: options.calibrationSeconds, interruption: interruption).run() : nil
            var result = try RunProcess(
                file: file, options: options.options(target: target), values: options.values.all,
                folder: output.file(folder), interruption: interruption
            ).run()
            if result.partial { throw refusal(result, number, "was ended by an objective: \(result.abortedBy ?? "")") }
            if result.audit.verdict == .invalid {
                let causes = result.audit.reasons.map { "\($0.cause): \($0.hint)" }.joined(separator: "; ")
                try setAside(folder, attempt)
                guard attempt < Self.repeats else {
                    throw Refusal(
                        code: .undecided,
                        description: "run \(number) of \(total) was invalid \(attempt + 1) times, so nothing can be "
                            + "compared: \(causes)")
                }
                note("run \(number) of \(total) was invalid and is made again: \(causes)")
                continue
            }
            if result.verdict == .fail, !allowsFailing { throw refusal(result, number, Self.failed(result)) }
            if let machine {
                calibration.throughput += machine.throughput
                calibration.cpuMicroseconds += machine.cpuMicroseconds
                result.environment?.calibration = machine
                // Only the run's own file lacks the calibration then; the comparison has it.
                do { try ResultFile.write(result, to: output.file("\(folder)/result.json")) } catch { note("\(error)") }
            }
            if !toldOfPush, let push = result.push?.first(where: { !$0.isComplete || $0.dropped > 0 || $0.refused > 0 })
            {
                toldOfPush = true
                note("\(push.to) did not take all of run \(number): \(push.reason ?? "no answer")")
            }
            let entry = Entry(folder: folder, result: result)
            entries.append(entry)
            return entry
        }
        throw ExitCode.internalError
    }

    /// What the runs were made with, with the calibrations of all; nil before the first.
    var environment: Environment? {
        var environment = entries.first?.result.environment
        environment?.calibration = calibration.throughput.isEmpty ? nil : calibration
        return environment
    }

    private func refusal(_ result: RunResult, _ number: Int, _ why: String) -> Refusal {
        Refusal(code: .failed, description: "run \(number) of \(total) \(why)")
    }

    /// What failed in a run, in words.
    static func failed(_ result: RunResult) -> String {
        let objectives = result.objectives.filter { $0.verdict == .fail && $0.severity == .hard }
        let names = objectives.map { objective in
            let observed = objective.observed.map { " (observed \(Figure.measured($0, objective.unit)))" } ?? ""
            return objective.objective + observed
        }
        return "failed: \(names.joined(separator: "; "))"
    }

    /// An invalid run stays to be looked at, under another name.
    private func setAside(_ folder: String, _ attempt: Int) throws {
        let path = output.file(folder)
        guard rename(path, "\(path)-invalid-\(attempt + 1)") == 0 else {
            throw Refusal(
                code: .internalError, description: "can't rename \(path): \(String(cString: strerror(errno)))")
        }
    }

    private var timeLeft: String {
        let elapsed = Double(DispatchTime.now().uptimeNanoseconds - begin.uptimeNanoseconds) / 1e9
        guard let each = entries.isEmpty ? expected : elapsed / Double(entries.count) else { return "" }
        let seconds = each * Double(total - entries.count)
        return seconds < 90
            ? ", about \(max(1, Int(seconds.rounded()))) s left" : ", about \(Int((seconds / 60).rounded())) min left"
    }

    private func note(_ text: String) { Console.note("loadgate: \(text)") }
}

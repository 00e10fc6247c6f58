import Baselines
import Foundation
import Reports
import VerificationKit

/// Runs that lie in folders: of single runs, of gates and of recordings.
struct RecordedRuns {
    /// A run with the path of its result.
    struct Run {
        var path: String
        var result: RunResult
    }

    private(set) var runs: [Run] = []

    /// Reads the runs of some folders. A gate's folder stands for the runs it judged, a recording's for all of its valid
    /// ones.
    ///
    /// - Throws: `UnusableResult` where a folder holds no run or a run is given twice, and what reading throws.
    init(_ paths: [String]) throws {
        for path in paths { runs += try Self.runs(path) }
        // The run is the unit: one that counted twice would make chance look like evidence.
        var seen: [RunRecord] = []
        for run in runs {
            let record = RunRecord(run.result)
            guard !seen.contains(record) else { throw UnusableResult("\(run.path): this run is given more than once") }
            seen.append(record)
        }
    }

    private static func runs(_ path: String) throws -> [Run] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw UnusableResult("\(path): no such file or folder")
        }
        guard isFolder.boolValue else { return [Run(path: path, result: try ResultFile.read(path))] }
        let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
        let own = folder + "/result.json"
        guard FileManager.default.fileExists(atPath: own) else { return try recording(folder) }
        let result = try ResultFile.read(own)
        guard result.capacity == nil else {
            throw UnusableResult("\(folder) is a search for a capacity, not a run")
        }
        guard let members = result.runs else { return [Run(path: own, result: result)] }
        return try members.filter { $0.role == .candidate }.map { member in
            // A result from elsewhere must not lead out of its folder.
            guard !member.folder.contains("/"), member.folder != "..", !member.folder.isEmpty else {
                throw UnusableResult("\(own): \(member.folder) is not a folder beside it")
            }
            let path = "\(folder)/\(member.folder)/result.json"
            return Run(path: path, result: try ResultFile.read(path))
        }
    }

    /// `run-1` to `run-N` that came to their end; those that were set aside as invalid have longer names.
    private static func recording(_ folder: String) throws -> [Run] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        let numbers = names.compactMap { $0.hasPrefix("run-") ? Int($0.dropFirst("run-".count)) : nil }.sorted()
        let runs = try numbers.compactMap { number -> Run? in
            let path = "\(folder)/run-\(number)/result.json"
            guard FileManager.default.fileExists(atPath: path) else { return nil }
            let result = try ResultFile.read(path)
            // The one that was under way when the recording was interrupted.
            return result.partial ? nil : Run(path: path, result: result)
        }
        guard !runs.isEmpty else { throw UnusableResult("\(folder) holds no result.json, nor runs that do") }
        return runs
    }

    /// What stands against taking these runs for comparison, in words; every problem.
    func problems(allowsFailing: Bool) -> [String] {
        runs.compactMap { run in
            let result = run.result
            if result.generator.reactors == 0 { return "\(run.path): no load was sent" }
            if result.partial { return "\(run.path): the run broke off before its end" }
            if result.changes != nil { return "\(run.path): its load was changed by hand while it ran" }
            if result.audit.verdict == .invalid {
                return "\(run.path): the run is invalid: \(result.audit.reasons.first?.cause ?? "")"
            }
            if result.verdict == .fail, !allowsFailing {
                return "\(run.path): \(RunSeries.failed(result)) (--allow-failing takes it all the same)"
            }
            return nil
        }
    }

    /// What the runs were made with, with the calibrations of all where each has one.
    ///
    /// - Throws: `UnusableResult` where they were made with different things, or a result doesn't say.
    func environment() throws -> Environment {
        let environments = try runs.map { run in
            guard let environment = run.result.environment else {
                throw UnusableResult("\(run.path) doesn't say what it was made with: it can't be part of a baseline")
            }
            return environment
        }
        guard var common = environments.first else { throw UnusableResult("there is no run") }
        for (run, environment) in zip(runs, environments) {
            if let difference = environment.differences(fromUncalibrated: common).first(where: \.blocks) {
                throw UnusableResult("\(run.path) is not like the first run: \(difference)")
            }
        }
        let calibrations = environments.compactMap(\.calibration)
        common.calibration =
            calibrations.count == environments.count
            ? Calibration(
                throughput: calibrations.flatMap(\.throughput),
                cpuMicroseconds: calibrations.flatMap(\.cpuMicroseconds)) : nil
        return common
    }
}

import Baselines
import ChildProcesses
import Foundation
import Glibc
import Loadgate
import Measures
import Reports

/// A short closed load on the reference target that comes with Loadgate: how fast the machine is just now, whatever is
/// being tested. Two machines of one model differ in it, and so does one machine with other work on it.
struct CalibrationLoad {
    /// How long it is measured, in seconds.
    var seconds: Double
    var interruption: Interruption

    /// The reference target's program beside this one; nil where it isn't installed.
    static var target: String? {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let path = URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("paintbox-target").path
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }

    /// Carries it out; nil where the reference target isn't installed.
    func run() throws -> Calibration? {
        guard let program = Self.target else { return nil }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("loadgate-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let log = folder + "/target.log"
        let command = [program, "--port", "0", "--control-port", "0", "--rate-limit", "off"]
        let process = try ChildProcess(command, log: log)
        defer { process.end(grace: 5) }
        let scenario = folder + "/calibration.yaml"
        try Data(try text(target: url(of: process, log)).utf8).write(to: URL(fileURLWithPath: scenario))
        let result = try RunProcess(
            file: scenario,  // Always alike: it tells how fast the machine is, not what it grants.
            options: ["--reactors", "1", "--scheduling", "normal"], folder: folder + "/run", interruption: interruption
        ).run()
        let count = result.outcomes[.ok] ?? 0
        guard count > 0, result.seconds > 0 else {
            throw RunProcess.Failure(code: .internalError, description: "the calibration load got no answers")
        }
        let all = Double(count + result.generator.warmup)
        func rounded(_ value: Double) -> Double { (value * 1e3).rounded() / 1e3 }
        return Calibration(
            throughput: [rounded(Double(count) / result.seconds)],
            cpuMicroseconds: [rounded(result.generator.cpuSeconds * 1e6 / all)])
    }

    private func text(target: String) -> String {
        """
        name: calibration
        target: \(target)
        flows: {main: {steps: [{name: projects, get: /api/v1/projects}]}}
        load: [{users: 4, for: 200ms, warmup: true}, {users: 4, for: \(Int(seconds * 1e3))ms}]

        """
    }

    /// Where the target listens, as it says itself: the system chose the port.
    private func url(of process: ChildProcess, _ log: String) throws -> String {
        for _ in 0..<2_000 {
            let lines = ((try? String(contentsOfFile: log, encoding: .utf8)) ?? "").split(separator: "\n")
            if let line = lines.first(where: { $0.contains(" listening on http") }),
                let url = line.split(separator: " ").last
            {
                return String(url)
            }
            guard process.ending == nil else { break }
            usleep(5_000)
        }
        throw RunProcess.Failure(
            code: .unreachable,
            description: "loadgate: calibration: paintbox-target "
                + (process.ending.map(\.description) ?? "doesn't say where it listens"))
    }
}

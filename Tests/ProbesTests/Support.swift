import Foundation
import Glibc
import Scenarios

@testable import Probes

/// A scenario with the probes given, as YAML of the key `probes`, and objectives.
func scenario(
    _ probes: String, objectives: [String] = [], environment: [String: String] = [:],
    target: String = "http://127.0.0.1:1"
) throws -> Scenario {
    let indented = probes.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
    let list = objectives.map { "\n  - \($0)" }.joined()
    return try ScenarioReader(environment: environment, kinds: ScenarioKinds()).read(
        """
        name: probed
        target: \(target)
        flows: {main: {steps: [{get: /}]}}
        load: [{users: 1, for: 1s}]
        probes:
        \(indented)
        \(list.isEmpty ? "" : "objectives:\(list)")
        """, file: "probed.yaml")
}

/// Why a probe can't be read; nil where it can.
func reason(_ runner: ProbeRunner, _ name: String = "p") -> String? {
    do throws(ProbeFailure) {
        _ = try runner.read(name)
        return nil
    } catch {
        return error.reason
    }
}

/// The descriptors that this process has open.
func openDescriptors() -> Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
}

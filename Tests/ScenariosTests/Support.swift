import BrowserVerification
import CacheVerification
import Foundation
import InputVerification
import RateLimitVerification
import SecretsManager
import SourceScan

@testable import Scenarios

extension ScenarioKinds {
    /// The language with the kinds of verification that stand above it.
    static let all = ScenarioKinds(
        verifications: VerificationKinds([
            RateLimitRule.self, CacheRule.self, HeaderRule.self, CORSRule.self, InputRule.self, CredentialRule.self,
            SecretRule.self,
        ]))
}

extension KeyTable {
    /// All tables.
    static var all: [KeyTable] { all(.all) }
}

/// The least that a scenario needs, with lines added at its end.
func minimal(_ more: String = "", target: String = "http://127.0.0.1:8080") -> String {
    """
    name: tiny
    target: \(target)
    flows: {main: {steps: [{name: home, get: /}]}}
    load: [{users: 1, for: 1s}]
    \(more)
    """
}

/// The scenario with one step whose keys are given, each on its own line.
func withStep(_ keys: String..., before: String = "") -> String {
    let indented = keys.map { "        \($0)" }.joined(separator: "\n")
    return """
        name: tiny
        target: http://127.0.0.1:8080
        load: [{users: 1, for: 1s}]
        \(before.isEmpty ? "description: none" : before)
        flows:
          main:
            steps:
              -
        \(indented)
        """
}

/// The problems of a scenario, a line each.
func problems(
    _ text: String, environment: [String: String] = [:], secrets: SecretSource? = nil, file: String = "s.yaml",
    target: String? = nil
) -> [String] {
    do throws(InvalidScenario) {
        _ = try ScenarioReader(environment: environment, secretSource: secrets, kinds: .all)
            .read(text, file: file, target: target)
        return []
    } catch {
        return error.problems.map(\.description)
    }
}

/// A valid scenario.
func read(
    _ text: String, environment: [String: String] = [:], secrets: SecretSource? = nil, file: String = "s.yaml",
    target: String? = nil
) throws -> Scenario {
    try ScenarioReader(environment: environment, secretSource: secrets, kinds: .all).read(
        text, file: file, target: target)
}

/// A page of the documentation, by its path under `docs`.
func documentation(_ name: String) throws -> String {
    let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: root.appendingPathComponent("docs").appendingPathComponent(name), encoding: .utf8)
}

/// A folder that is gone when the test is.
final class TemporaryFolder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("scenarios-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and gives its path.
    @discardableResult
    func write(_ name: String, _ contents: [UInt8]) throws -> String {
        let url = URL(fileURLWithPath: path).appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(contents).write(to: url)
        return url.path
    }

    @discardableResult
    func write(_ name: String, _ contents: String) throws -> String { try write(name, Array(contents.utf8)) }
}

import Foundation
import Scenarios
import TestSupport
import VerificationKit

@testable import SourceScan

/// A folder with files, and a git repository where a test makes one.
struct ScannedFolder {
    let folder: TemporaryFolder
    var url: URL { folder.url }

    init() throws { folder = try TemporaryFolder() }

    func write(_ path: String, _ bytes: [UInt8]) throws {
        let file = url.appendingPathComponent(path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    func write(_ path: String, _ text: String) throws { try write(path, Array(text.utf8)) }

    /// A git command that has to succeed; what it prints, without blanks at its ends.
    @discardableResult
    func git(_ command: String, in folder: String = ".") throws -> String {
        let settings =
            "-c user.name=t -c user.email=t@localhost -c init.defaultBranch=main -c commit.gpgsign=false -c protocol.file.allow=always"
        let result = try Binary.shell("cd '\(url.path)/\(folder)' && git \(settings) \(command)")
        guard result.code == 0 else { throw TestFailure("git \(command): \(result.errors)") }
        return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func commit(_ message: String = "work") throws {
        try git("add -A -f")
        try git("commit -q --allow-empty -m '\(message)'")
    }

    func rule(history: Bool = false, _ change: (inout CredentialRule) -> Void = { _ in }) -> CredentialRule {
        var rule = CredentialRule(paths: [url.path])
        rule.history = history
        rule.scanners = .none
        change(&rule)
        return rule
    }

    func scan(history: Bool = false, _ change: (inout CredentialRule) -> Void = { _ in }) -> VerificationReport {
        Self.scan(rule(history: history, change))
    }

    static func scan(
        _ rule: CredentialRule, today: CalendarDay? = nil, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) -> VerificationReport {
        SourceScan.report(
            DeclaredVerification(name: "source", rule: rule), rule, today: today, shouldStop: shouldStop)
    }
}

extension VerificationReport {
    func finding(_ check: String) -> VerificationFinding? { findings.first { $0.check == check } }
    func verdict(_ check: String) -> Verdict? { finding(check)?.verdict }
    /// All its words.
    var words: String {
        findings.map { "\($0.check) \($0.expected) \($0.observed) \($0.evidence)" }.joined(separator: "\n")
    }
}

/// A result of a SARIF file.
struct SARIFFound: Equatable {
    var rule: String
    var file: String
    var line: Int?
    var fingerprint: String
    var commit: String?
    var versions: Int
    var isSuppressed: Bool
    var sources: [String]

    static func read(_ path: String) throws -> [SARIFFound] {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        guard let log = try JSONSerialization.jsonObject(with: data) as? [String: Any],
            let run = (log["runs"] as? [[String: Any]])?.first, let results = run["results"] as? [[String: Any]]
        else { throw TestFailure("no SARIF log") }
        return try results.map { result in
            guard let rule = result["ruleId"] as? String,
                let location = (result["locations"] as? [[String: Any]])?.first?["physicalLocation"] as? [String: Any],
                let uri = (location["artifactLocation"] as? [String: Any])?["uri"] as? String,
                let prints = result["partialFingerprints"] as? [String: String],
                let properties = result["properties"] as? [String: Any]
            else { throw TestFailure("a result lacks its parts: \(result)") }
            return SARIFFound(
                rule: rule, file: uri.removingPercentEncoding ?? uri,
                line: (location["region"] as? [String: Any])?["startLine"] as? Int,
                fingerprint: prints["loadgateCredential/v1"] ?? "", commit: properties["commit"] as? String,
                versions: properties["versions"] as? Int ?? 0,
                isSuppressed: !((result["suppressions"] as? [Any]) ?? []).isEmpty,
                sources: properties["sources"] as? [String] ?? [])
        }
    }
}

internal import Credentials
internal import Foundation
internal import Scenarios
internal import VerificationKit

/// The findings in the Static Analysis Results Interchange Format, version 2.1.0 (OASIS).
struct SARIFLog: Encodable {
    private struct Message: Encodable { var text: String }
    private struct Rule: Encodable {
        var id: String
        var shortDescription: Message
    }
    private struct Driver: Encodable {
        var name = "Loadgate"
        var rules: [Rule]
    }
    private struct Tool: Encodable { var driver: Driver }
    private struct Artifact: Encodable { var uri: String }
    private struct Region: Encodable {
        var startLine: Int
        var startColumn: Int?
    }
    private struct PhysicalLocation: Encodable {
        var artifactLocation: Artifact
        var region: Region?
    }
    private struct Location: Encodable { var physicalLocation: PhysicalLocation }
    private struct Suppression: Encodable {
        var kind = "external"
        var justification: String
    }
    private struct Properties: Encodable {
        var preview: String
        var sources: [String]
        var commit: String?
        var versions: Int
    }
    private struct Found: Encodable {
        var ruleId: String
        var ruleIndex: Int
        var level = "error"
        var message: Message
        var locations: [Location]
        var partialFingerprints: [String: String]
        /// Empty, not absent, so that a reader knows that nothing suppresses it.
        var suppressions: [Suppression]
        var properties: Properties
    }
    private struct Notification: Encodable {
        var level = "warning"
        var message: Message
    }
    private struct Invocation: Encodable {
        var executionSuccessful: Bool
        var toolExecutionNotifications: [Notification]
    }
    private struct Run: Encodable {
        var tool: Tool
        var columnKind = "unicodeCodePoints"
        var invocations: [Invocation]
        var results: [Found]
    }
    private enum CodingKeys: String, CodingKey {
        case schema = "$schema"
        case version
        case runs
    }

    private let schema = "https://json.schemastore.org/sarif-2.1.0.json"
    private let version = "2.1.0"
    private let runs: [Run]

    /// The log of a scan.
    init(_ result: ScanResult) {
        let ids = Set(CredentialKind.allCases.map(\.rawValue) + result.all.map(\.rule)).sorted()
        let index = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($0.element, $0.offset) })
        let rules = ids.map { Rule(id: $0, shortDescription: Message(text: Self.title($0))) }
        let gaps =
            (result.problems + result.tree.gaps).map { "\($0.path): \($0.reason)" } + (result.history?.gaps ?? [])
            + (result.tree.ended.map { ["not all files were read, because \($0.reason)"] } ?? [])
        let invocation = Invocation(
            executionSuccessful: gaps.isEmpty,
            toolExecutionNotifications: gaps.map { Notification(message: Message(text: $0)) })
        runs = [
            Run(
                tool: Tool(driver: Driver(rules: rules)), invocations: [invocation],
                results: result.all.map { Self.found($0, index[$0.rule] ?? -1) })
        ]
    }

    /// The log as indented JSON.
    var json: Data {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return try encoder.encode(self)
        }
    }

    private static func found(_ finding: FoundCredential, _ index: Int) -> Found {
        let artifact = Artifact(
            uri: finding.path.addingPercentEncoding(withAllowedCharacters: unescaped) ?? finding.path)
        let region = finding.location.map { Region(startLine: $0.line, startColumn: $0.column > 0 ? $0.column : nil) }
        let `where` = finding.commit.map { " It was brought by commit \($0)." } ?? ""
        return Found(
            ruleId: finding.rule, ruleIndex: index,
            message: Message(text: "\(title(finding.rule)) \(finding.preview) should not be here.\(`where`)"),
            locations: [Location(physicalLocation: PhysicalLocation(artifactLocation: artifact, region: region))],
            partialFingerprints: ["loadgateCredential/v1": finding.fingerprint],
            suppressions: finding.allowance.map { [Suppression(justification: $0)] } ?? [],
            properties: Properties(
                preview: finding.preview, sources: finding.sources, commit: finding.commit, versions: finding.versions))
    }

    /// The rule's name in words: `aws_access_key_id` is "Aws access key id".
    private static func title(_ rule: String) -> String {
        let words = rule.replacing("_", with: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    /// What a path in a URI holds as it is (RFC 3986 §3.3); a colon would look like a scheme.
    private static let unescaped = CharacterSet(
        charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/!$&'()*+,;=@")
}

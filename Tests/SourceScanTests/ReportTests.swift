import Credentials
import Foundation
import Scenarios
import TestSupport
import Testing
import VerificationKit

@testable import SourceScan

@Suite struct ReportTests {
    @Test("Findings come in their order, name twenty places, and say that more are in the log")
    func order() throws {
        let folder = try ScannedFolder()
        try folder.git("init -q")
        for number in 10..<35 { try folder.write("\(number).ini", "password = \("Zp9" + "kfwe7xq")\(number)\n") }
        try folder.commit()
        var rule = folder.rule(history: true)
        rule.allowed = [AllowedCredential(reason: "none", origin: "x:1")]
        rule.allowed[0].rule = "fly_token"
        rule.sarif = try TemporaryFolder().path + "/log.sarif"
        rule.scanners = .auto
        let report = ScannedFolder.scan(rule)
        #expect(report.findings.map(\.check) == ScanReport.checks.filter { report.finding($0) != nil })
        #expect(
            report.findings.map(\.check) == [
                "work_tree", "history", "external_scanners", "allowlist", "coverage", "sarif",
            ])
        #expect(report.kind == "credentials")
        #expect(report.name == "source")
        let evidence = try #require(report.finding("work_tree")).evidence
        #expect(evidence.components(separatedBy: ": generic_password").count == 21)
        #expect(evidence.contains("29.ini:1:12"))
        #expect(evidence.contains("; and 5 more."))
        #expect(report.finding("work_tree")?.observed == "25 findings in 25 files")
        #expect(
            report.figures.map(\.name) == ["files", "bytes", "history_objects", "history_bytes", "findings", "allowed"])
        // 25 files and the commit's message.
        #expect(report.figures.first { $0.name == "history_objects" }?.value == 26)
    }

    @Test("The severity that the scenario declares is that of the findings")
    func severity() throws {
        let folder = try ScannedFolder()
        try folder.write("a.ini", "password = \("Zp9" + "kfwe7xq")\n")
        let rule = folder.rule()
        var declared = DeclaredVerification(name: "source", rule: rule)
        declared.severity = .advisory
        let report = SourceScan.report(declared, rule, shouldStop: { false })
        #expect(report.findings.allSatisfy { $0.severity == .advisory })
    }

    @Test("The page tells of every check and every rule, and of no others")
    func page() throws {
        let page = try String(
            contentsOf: Binary.package.appendingPathComponent("docs/verifications/credentials.md"), encoding: .utf8)
        func rows(_ heading: String) -> Set<String> {
            let section = page.components(separatedBy: "\n## ").first { $0.hasPrefix(heading) } ?? ""
            let names = section.components(separatedBy: "\n").compactMap { line -> [String]? in
                guard line.hasPrefix("| `"), let cell = line.dropFirst(2).components(separatedBy: " |").first else {
                    return nil
                }
                return cell.components(separatedBy: "`").enumerated().filter { !$0.offset.isMultiple(of: 2) }.map(
                    \.element)
            }
            return Set(names.flatMap { $0 })
        }
        #expect(rows("Findings") == Set(ScanReport.checks))
        #expect(rows("Rules") == Set(CredentialKind.allCases.map(\.rawValue)))
    }

    @Test("Every planted text, cut at every byte, is searched without harm")
    func cuts() {
        let scanner = CredentialScanner()
        for planted in PlantedCorpus.secrets(seed: 5) where planted.text.utf8.count < 700 {
            let bytes = Array(planted.text.utf8)
            for end in bytes.indices {
                let found = scanner.candidates(in: Array(bytes[..<end]), path: planted.path)
                #expect(found.allSatisfy { 0 <= $0.range.lowerBound && $0.range.upperBound <= end })
            }
        }
    }
}

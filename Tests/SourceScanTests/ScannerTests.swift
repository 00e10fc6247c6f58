import Foundation
import Scenarios
import TestSupport
import Testing
import VerificationKit

@testable import SourceScan

@Suite struct ScannerTests {
    private func folder() throws -> ScannedFolder {
        let folder = try ScannedFolder()
        try folder.git("init -q")
        try folder.write("a.py", "x = 1\npassword = '\("Zp9" + "kfwe7xq")'\n")
        // A short word is a password to detect-secrets, and none to the rules here.
        try folder.write("b.py", "db_password = '\("ki" + "tten")'\n")
        try folder.commit()
        return folder
    }

    private func check(_ name: String, _ report: VerificationReport, _ log: String) throws {
        let finding = try #require(report.finding("external_scanners"))
        #expect(finding.evidence.contains(name))
        #expect(finding.verdict == .pass || finding.verdict == .fail, "\(finding.evidence)")
        let found = try SARIFFound.read(log)
        let own = try #require(found.first { $0.file == "a.py" && $0.rule == "generic_password" && $0.commit == nil })
        #expect(found.filter { $0.file == "a.py" && $0.line == 2 && $0.commit == nil }.count == 1)
        #expect(own.sources.first == "loadgate")
    }

    @Test(
        "What detect-secrets finds is merged: the same line once, what it alone finds under its name",
        .enabled(
            if: ProgramRun.find("detect-secrets") != nil, "detect-secrets is not installed (pip install detect-secrets)"
        ))
    func detectSecrets() throws {
        let folder = try folder()
        let log = try TemporaryFolder().path + "/log.sarif"
        let report = folder.scan {
            $0.scanners = .auto
            $0.sarif = log
        }
        try check("detect-secrets", report, log)
        let found = try SARIFFound.read(log)
        #expect(found.first { $0.file == "a.py" }?.sources.contains("detect-secrets") == true)
        let theirs = try #require(found.first { $0.file == "b.py" && $0.sources.contains("detect-secrets") })
        #expect(theirs.rule == "detect-secrets:Secret Keyword")
        #expect(theirs.line == 1)
        #expect(report.verdict("external_scanners") == .fail)
        let allowed = folder.scan {
            $0.scanners = .auto
            var entry = AllowedCredential(reason: "an animal", origin: "x:1")
            entry.fingerprint = theirs.fingerprint
            $0.allowed = [entry]
        }
        #expect(allowed.finding("external_scanners")?.observed.hasSuffix("1 allowed") == true)
        // The same line, elsewhere in the file, is the same finding.
        try folder.write("b.py", "import os\n\n\n  db_password = '\("ki" + "tten")'\n")
        let moved = try TemporaryFolder().path + "/log.sarif"
        _ = folder.scan {
            $0.scanners = .auto
            $0.sarif = moved
        }
        #expect(try SARIFFound.read(moved).contains { $0.fingerprint == theirs.fingerprint && $0.line == 4 })
    }

    @Test(
        "What gitleaks finds is merged, in the work tree and in the history",
        .enabled(if: ProgramRun.find("gitleaks") != nil, "gitleaks is not installed"))
    func gitleaks() throws {
        let folder = try folder()
        let log = try TemporaryFolder().path + "/log.sarif"
        let report = folder.scan(history: true) {
            $0.scanners = .auto
            $0.sarif = log
        }
        try check("gitleaks", report, log)
    }

    @Test("Where no other scanner is installed that is said and does not count; where none is wanted, nothing is")
    func none() throws {
        let folder = try folder()
        let report = folder.scan { $0.scanners = .auto }
        let isInstalled = ["gitleaks", "detect-secrets"].contains { ProgramRun.find($0) != nil }
        #expect(isInstalled || report.finding("external_scanners")?.severity == .advisory)
        #expect(isInstalled || report.finding("external_scanners")?.observed == "none installed")
        #expect(folder.scan().finding("external_scanners") == nil)
    }
}

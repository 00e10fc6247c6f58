import Credentials
import Foundation
import Scenarios
import TestSupport
import Testing
import VerificationKit

@testable import SourceScan

@Suite struct CorpusTests {
    @Test(
        "Every planted secret is found in the work tree, at its line and by its rule, and none is shown",
        arguments: [1, 2, 3])
    func planted(seed: UInt64) throws {
        let planted = PlantedCorpus.secrets(seed: seed)
        #expect(planted.count >= 60)
        let folder = try ScannedFolder()
        for secret in planted { try folder.write(secret.path, secret.text) }
        let log = try TemporaryFolder().path + "/log.sarif"
        let report = folder.scan { $0.sarif = log }
        let found = try SARIFFound.read(log)
        for secret in planted {
            let isFound = found.contains {
                $0.file == secret.path && $0.line == secret.line && $0.rule == secret.kind.rawValue
            }
            #expect(isFound, "\(secret.path): \(found.filter { $0.file == secret.path })")
        }
        // Beside the planted ones only the key id that stands beside a planted secret key.
        #expect(found.count == planted.count + 1)
        #expect(report.verdict("work_tree") == .fail)
        #expect(report.verdict == .fail)
        let told = try report.words + String(contentsOfFile: log, encoding: .utf8)
        for secret in planted { #expect(!told.contains(secret.secret), "\(secret.path)") }
    }

    @Test("Every planted secret is found in the history after it was deleted, with the commit that brought it")
    func history() throws {
        let planted = PlantedCorpus.secrets(seed: 4)
        let folder = try ScannedFolder()
        try folder.git("init -q")
        try folder.write("README.md", "Paintbox\n")
        try folder.commit("first")
        for secret in planted { try folder.write(secret.path, secret.text) }
        try folder.commit("oops")
        let culprit = try folder.git("rev-parse HEAD")
        try folder.git("rm -rq .")
        try folder.write("README.md", "Paintbox 2\n")
        try folder.commit("take them out")
        let log = try TemporaryFolder().path + "/log.sarif"
        let report = folder.scan(history: true) { $0.sarif = log }
        #expect(report.verdict("work_tree") == .pass)
        #expect(report.verdict("history") == .fail)
        let found = try SARIFFound.read(log)
        for secret in planted {
            let isFound = found.contains {
                $0.file == secret.path && $0.line == secret.line && $0.rule == secret.kind.rawValue
                    && $0.commit == culprit
            }
            #expect(isFound, "\(secret.path): \(found.filter { $0.file == secret.path })")
        }
        let told = try report.words + String(contentsOfFile: log, encoding: .utf8)
        for secret in planted { #expect(!told.contains(secret.secret), "\(secret.path)") }
    }

    @Test("Nothing is found in files that only look as if they held credentials", arguments: [11, 12, 13, 14, 15])
    func clean(seed: UInt64) throws {
        let files = CleanCorpus.files(seed: seed)
        #expect(files.count >= 40)
        let folder = try ScannedFolder()
        try folder.git("init -q")
        for file in files { try folder.write(file.path, file.text) }
        try folder.commit()
        let report = folder.scan(history: true)
        #expect(report.verdict == .pass, "\(report.words)")
        #expect(report.finding("work_tree")?.observed == "no finding by these rules")
        #expect(report.finding("history")?.observed == "no finding by these rules")
        #expect(report.figures.first { $0.name == "files" }?.value == Double(files.count))
    }

    @Test("This repository holds no credential")
    func own() {
        var rule = CredentialRule(paths: [Binary.package.path])
        rule.scanners = .none
        rule.untracked = .none
        rule.excluded = [".build"]
        let report = ScannedFolder.scan(rule)
        #expect(report.verdict("work_tree") == .pass, "\(report.words)")
    }
}

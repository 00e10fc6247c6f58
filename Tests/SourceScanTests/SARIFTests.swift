import Credentials
import Foundation
import Scenarios
import TestSupport
import Testing
import VerificationKit

@testable import SourceScan

@Suite struct SARIFTests {
    @Test("The log has what SARIF 2.1.0 asks for, in every part")
    func structure() throws {
        let folder = try ScannedFolder()
        try folder.git("init -q")
        try folder.write("a b/ü:1.ini", "password = \("Zp9" + "kfwe7xq")\n")
        try folder.commit()
        let path = try TemporaryFolder().path + "/new/folder/log.sarif"
        let report = folder.scan(history: true) { $0.sarif = path }
        #expect(report.verdict("sarif") == .pass)
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        let log = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(Set(log.keys) == ["$schema", "version", "runs"])
        #expect(log["version"] as? String == "2.1.0")
        let run = try #require((log["runs"] as? [[String: Any]])?.first)
        // The names of §3.14, run object; no other is allowed there.
        #expect(Set(run.keys) == ["tool", "columnKind", "invocations", "results"])
        #expect(run["columnKind"] as? String == "unicodeCodePoints")
        let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
        let rules = try #require(driver["rules"] as? [[String: Any]])
        let ids = rules.compactMap { $0["id"] as? String }
        #expect(Set(ids) == Set(CredentialKind.allCases.map(\.rawValue)))
        #expect(ids.count == CredentialKind.allCases.count)
        let results = try #require(run["results"] as? [[String: Any]])
        #expect(results.count == 2)
        for result in results {
            let index = try #require(result["ruleIndex"] as? Int)
            #expect(ids[index] == result["ruleId"] as? String)
            #expect(["none", "note", "warning", "error"].contains(result["level"] as? String))
            let message = try #require((result["message"] as? [String: Any])?["text"] as? String)
            #expect(!message.isEmpty && !message.contains("kfwe"))
            let location = try #require(
                (result["locations"] as? [[String: Any]])?.first?["physicalLocation"] as? [String: Any])
            // A URI reference: no blank, no letter outside ASCII, no colon that could end a scheme.
            #expect((location["artifactLocation"] as? [String: Any])?["uri"] as? String == "a%20b/%C3%BC%3A1.ini")
            let region = try #require(location["region"] as? [String: Int])
            #expect(region == ["startLine": 1, "startColumn": 12])
        }
        let invocation = try #require((run["invocations"] as? [[String: Any]])?.first)
        #expect(invocation["executionSuccessful"] as? Bool == true)
    }

    @Test("A log that can't be written is a failure, and what was not searched is told in it")
    func failures() throws {
        let folder = try ScannedFolder()
        try folder.write("a.txt", String(repeating: "x", count: 100))
        let failed = folder.scan { $0.sarif = "/proc/none/log.sarif" }
        #expect(failed.verdict("sarif") == .fail)
        #expect(
            failed.finding("sarif")?.evidence
                == "The file can't be written: /proc/none/log.sarif: No such file or directory.")
        let path = try TemporaryFolder().path + "/log.sarif"
        _ = folder.scan {
            $0.maximumFileBytes = 10
            $0.sarif = path
        }
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.contains("\"executionSuccessful\" : false"))
        #expect(text.contains("a.txt: it has 100 bytes"))
    }
}

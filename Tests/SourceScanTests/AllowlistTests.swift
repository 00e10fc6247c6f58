import Foundation
import Scenarios
import TestSupport
import Testing
import VerificationKit

@testable import SourceScan

@Suite struct AllowlistTests {
    private static let password = "Zp9" + "kfwe7xq"

    private func folder() throws -> ScannedFolder {
        let folder = try ScannedFolder()
        try folder.write("app/db.ini", "password = \(Self.password)\n")
        return folder
    }

    private func entry(_ change: (inout AllowedCredential) -> Void) -> AllowedCredential {
        var entry = AllowedCredential(reason: "a key of the emulator", origin: "allow.yaml:7")
        change(&entry)
        return entry
    }

    private func fingerprint(_ folder: ScannedFolder) throws -> String {
        let log = try TemporaryFolder().path + "/log.sarif"
        _ = folder.scan { $0.sarif = log }
        return try #require(try SARIFFound.read(log).first).fingerprint
    }

    @Test("A fingerprint outlives moved lines, renamed files and other quotes, and is another for another secret")
    func fingerprints() throws {
        let folder = try folder()
        let first = try fingerprint(folder)
        #expect(first.utf8.count == 16)
        try FileManager.default.removeItem(atPath: folder.url.path + "/app")
        try folder.write("moved/other.yaml", "\n\n# more\nDB_PASSWORD: '\(Self.password)'\n")
        #expect(try fingerprint(folder) == first)
        try folder.write("moved/other.yaml", "DB_PASSWORD: '\(Self.password)1'\n")
        #expect(try fingerprint(folder) != first)
    }

    @Test("What an entry names is allowed, with its reason in the report and in SARIF")
    func allowed() throws {
        let folder = try folder()
        let print = try fingerprint(folder)
        let fitting: [(inout AllowedCredential) -> Void] = [
            { $0.fingerprint = print }, { $0.path = "app/**" }, { $0.path = "*.ini" }, { $0.path = "app" },
            { $0.rule = "generic_password" },
            { entry in
                entry.fingerprint = print
                entry.path = "app/db.ini"
                entry.rule = "generic_password"
            },
        ]
        for change in fitting {
            let log = try TemporaryFolder().path + "/log.sarif"
            let report = folder.scan {
                $0.allowed = [entry(change)]
                $0.sarif = log
            }
            #expect(report.verdict == .pass)
            #expect(report.finding("work_tree")?.observed == "no finding by these rules, 1 allowed")
            #expect(report.verdict("allowlist") == .pass)
            #expect(
                report.finding("allowlist")?.evidence.hasSuffix("fingerprint \(print): a key of the emulator.") == true)
            #expect(try SARIFFound.read(log).map(\.isSuppressed) == [true])
        }
        let other: [(inout AllowedCredential) -> Void] = [
            { $0.fingerprint = "0123456789abcdef" }, { $0.path = "db" }, { $0.path = "app/*.yaml" },
            { $0.rule = "fly_token" },
            { entry in
                entry.fingerprint = print
                entry.rule = "fly_token"
            },
        ]
        for change in other {
            let report = folder.scan { $0.allowed = [entry(change)] }
            #expect(report.verdict("work_tree") == .fail)
            #expect(report.verdict("allowlist") == .fail)
            #expect(report.finding("allowlist")?.severity == .advisory)
            #expect(
                report.finding("allowlist")?.evidence.contains("allow.yaml:7 (a key of the emulator) fits no finding")
                    == true)
        }
    }

    @Test("An entry is good up to its day, and no longer")
    func days() throws {
        let folder = try folder()
        func report(on today: String) -> VerificationReport {
            let rule = folder.rule { rule in
                rule.allowed = [
                    entry {
                        $0.path = "app"
                        $0.until = CalendarDay("2026-03-31")
                    }
                ]
            }
            return ScannedFolder.scan(rule, today: CalendarDay(today))
        }
        #expect(report(on: "2026-03-31").verdict == .pass)
        let late = report(on: "2026-04-01")
        #expect(late.verdict("work_tree") == .fail)
        #expect(late.finding("allowlist")?.evidence.contains("ended on 2026-03-31") == true)
    }

    @Test("Where not all was searched, no entry is called unused")
    func incomplete() throws {
        let folder = try folder()
        let report = folder.scan {
            $0.allowed = [entry { $0.rule = "fly_token" }]
            $0.maximumFileBytes = 4
        }
        #expect(report.verdict("coverage") == .inconclusive)
        #expect(report.verdict("allowlist") == .pass)
    }

    @Test(
        "A glob is met by names, by paths and by folders",
        arguments: [
            ("*.ini", "a/b/c.ini", true), ("*.ini", "c.ini", true), ("*.ini", "c.ini.bak", false),
            ("vendor", "a/vendor/x", true),
            ("vendor/", "vendor/x", true), ("vendor/x", "vendor/x/y/z", true), ("vendor/x", "a/vendor/x", false),
            ("**/x", "a/b/x", true), ("**/x", "x", true), ("a/**/z", "a/z", true), ("a/**/z", "a/b/c/z", true),
            ("a/**/z", "b/a/z", false), ("a/*", "a/b/c", true), ("a?c", "abc", true), ("a?c", "ac", false),
            ("*a*b*c*", "xxaxxbxxcxx", true), ("*a*b*c*", "xxaxxcxxbxx", false), ("**", "a", true), ("a/b", "a", false),
        ])
    func globs(glob: String, path: String, expected: Bool) {
        #expect(PathGlob(glob).matches(path) == expected, "\(glob) \(path)")
    }
}

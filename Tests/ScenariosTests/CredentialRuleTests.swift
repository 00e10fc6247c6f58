import Testing

@testable import Scenarios
@testable import SourceScan

@Suite struct CredentialRuleTests {
    private func rule(_ text: String, in folder: TemporaryFolder) throws -> CredentialRule {
        let scenario = try read(minimal("verify: [{credentials: \(text)}]"), file: folder.path + "/s.yaml")
        guard let rule = try #require(scenario.verifications.first).rule as? CredentialRule else {
            Issue.record("no rule")
            return CredentialRule(paths: [])
        }
        return rule
    }

    @Test("Unless given, ignored files and the history are left out, and other scanners are asked")
    func defaults() throws {
        let folder = try TemporaryFolder()
        let rule = try rule("{paths: [., /srv/x]}", in: folder)
        #expect(rule.paths == [folder.path + "/.", "/srv/x"])
        #expect(!rule.history)
        #expect(rule.untracked == .unignored)
        #expect(rule.scanners == .auto)
        #expect(rule.maximumFileBytes == 5 << 20)
        #expect(rule.timeout == .seconds(600))
        #expect(rule.sarif == nil)
        #expect(rule.allowed.isEmpty && rule.excluded.isEmpty)
    }

    @Test("All keys are read, an allowlist where it stands or from its own file")
    func keys() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "allow.yaml",
            """
            - {fingerprint: 0123456789abcdef, reason: a key of the emulator, until: 2026-12-31}
            - path: Tests/**
              rule: generic_password
              reason: made up
            - {rule: "detect-secrets:Secret Keyword", reason: labels}
            """)
        let rule = try rule(
            """
            {paths: [.], history: true, untracked: all, exclude: [vendor, "*.min.js"], allow: allow.yaml,
                sarif: out/log.sarif, max_file: 64KiB, scanners: none, timeout: 90s}
            """, in: folder)
        #expect(rule.history && rule.untracked == .all && rule.scanners == .none)
        #expect(rule.excluded == ["vendor", "*.min.js"])
        #expect(rule.sarif == folder.path + "/out/log.sarif")
        #expect(rule.maximumFileBytes == 65_536)
        #expect(rule.timeout == .seconds(90))
        #expect(rule.allowed.map(\.reason) == ["a key of the emulator", "made up", "labels"])
        #expect(rule.allowed[0].fingerprint == "0123456789abcdef")
        #expect(rule.allowed[0].until?.description == "2026-12-31")
        #expect(rule.allowed[1].path == "Tests/**")
        #expect(rule.allowed[1].rule == "generic_password")
        #expect(rule.allowed[1].origin == folder.path + "/allow.yaml:2")
        let inline = try self.rule("{paths: [.], allow: [{path: a, reason: b}]}", in: folder)
        #expect(inline.allowed.map(\.reason) == ["b"])
    }

    @Test("What is wrong is told with its place, in the allowlist's own file as well")
    func problems() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "allow.yaml",
            """
            - {fingerprint: 0123, reason: short}
            - {path: a}
            - {reason: nothing named}
            - {rule: github_tokn, reason: typo}
            - {path: a, reason: b, until: 2026-02-30, owner: me}
            """)
        let text = minimal(
            """
            verify:
              - credentials:
                  paths: []
                  untracked: some
                  exclude: [/abs]
                  allow: allow.yaml
                  max_file: 0B
                  scaners: none
            """)
        let file = folder.path + "/s.yaml"
        let found = ScenariosTests.problems(text, file: file).map { $0.replacing(folder.path + "/", with: "") }
        #expect(
            found == [
                "s.yaml:7:14: expected at least one path",
                "s.yaml:8:18: expected none or unignored or all, found \"some\"",
                "s.yaml:9:17: a glob is seen from the root of what is searched: \"/abs\" can't begin so",
                "s.yaml:11:17: expected a size from 1B to 1GiB, found \"0B\"",
                "s.yaml:12:7: unknown key \"scaners\" (did you mean \"scanners\"?)",
                "allow.yaml:1:17: expected 16 hexadecimal digits in small letters, found \"0123\"",
                "allow.yaml:2:3: missing key \"reason\"",
                "allow.yaml:3:3: expected what is allowed: a fingerprint, a path or a rule",
                "allow.yaml:4:10: no rule is called \"github_tokn\" (did you mean \"github_token\"?)",
                "allow.yaml:5:31: expected a day such as 2026-12-31, found \"2026-02-30\"",
                "allow.yaml:5:43: unknown key \"owner\" (known here: fingerprint, path, rule, reason, until)",
            ])
        let missing = ScenariosTests.problems(
            minimal("verify: [{credentials: {paths: [.], allow: no.yaml}}]"), file: file)
        #expect(missing.first?.hasSuffix("the file \"no.yaml\" can't be read: no such file") == true)
    }

    @Test("Days are those of the calendar, and follow each other")
    func days() throws {
        #expect(CalendarDay("2024-02-29") != nil)
        for wrong in [
            "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-01", "2024-1-01", "24-01-01", "2024-01-01 ", "",
        ] {
            #expect(CalendarDay(wrong) == nil, "\(wrong)")
        }
        #expect(CalendarDay(secondsSince1970: 0)?.description == "1970-01-01")
        #expect(CalendarDay(secondsSince1970: -1)?.description == "1969-12-31")
        #expect(CalendarDay(secondsSince1970: 951_782_400)?.description == "2000-02-29")
        #expect(CalendarDay(secondsSince1970: 1_798_761_599)?.description == "2026-12-31")
        for text in ["0001-01-01", "1600-02-29", "1969-12-31", "1970-01-01", "2000-02-29", "2000-03-01", "9999-12-31"] {
            let day = try #require(CalendarDay(text))
            #expect(CalendarDay(secondsSince1970: Int64(day.daysSince1970) * 86_400) == day)
        }
        let first = try #require(CalendarDay("2026-12-31"))
        let second = try #require(CalendarDay("2027-01-01"))
        #expect(first < second && !(second < first))
    }
}

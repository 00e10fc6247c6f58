import Foundation
import Measures
import Scenarios
import TestSupport
import Testing
import VerificationKit

@testable import SecretsManager

@Suite("The verification of secrets", .serialized)
struct SecretsVerificationTests {
    // Assembled here, so that no file of the project holds it.
    private static let word = ["hunter", "2", "horse"].joined(separator: "-")

    private func rule(_ names: [String], _ change: (inout SecretRule) -> Void = { _ in }) -> SecretRule {
        var rule = SecretRule(names: names)
        change(&rule)
        return rule
    }

    /// The report, which shows no secret anywhere.
    private func report(
        _ rule: SecretRule, _ environment: [String: String], sources: [String] = [], now: Date = Date()
    ) -> VerificationReport {
        var secrets = Secrets()
        for source in sources { secrets.add(Self.word, shown: source) }
        let declared = DeclaredVerification(name: "kept", rule: rule)
        let report = SecretsVerification.report(
            declared, rule: rule, secrets: secrets, environment: environment, now: now)
        let hidden = [Self.word, environment["AWS_SECRET_ACCESS_KEY"], environment["AWS_SESSION_TOKEN"]].compactMap {
            $0
        }
        for word in hidden { #expect(!"\(report)".contains(word)) }
        return report
    }

    private func line(_ report: VerificationReport, _ check: String) -> String {
        guard let finding = report.findings.first(where: { $0.check == check }) else { return "none" }
        return "\(finding.verdict.rawValue) \(finding.severity.rawValue): \(finding.observed): \(finding.evidence)"
    }

    @Test("Secrets as they should be pass every check, and the run that takes its own from there")
    func passes() throws {
        let cloud = try Cloud()
        try cloud.keep(
            "database", "{\"password\": \"\(Self.word)\", \"host\": \"db\", \"user\": {\"name\": \"paintbox\"}}")
        try cloud.keep("redis", Self.word)
        let user = try cloud.user("auditor", may: ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"])
        try cloud.demandSignatures()
        let rule = rule(["database", "redis"]) {
            $0.region = "us-east-1"
            $0.endpoint = Text(cloud.url)
            $0.fields = ["database": ["password", "host", "user.name"]]
            $0.maxAge = .seconds(90 * 86_400)
            $0.mustBeUsed = true
        }
        var environment = try cloud.environment(user)
        // The rule goes before the environment.
        environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1"
        environment["AWS_REGION"] = "eu-west-1"
        let report = report(
            rule, environment, sources: ["${env:PAINTBOX_URL}", "${aws-secret:database#password}", "${file:body.json}"])
        #expect(report.verdict == .pass)
        #expect(
            report.findings.map(\.check) == [
                "exists", "not_scheduled_for_deletion", "not_empty", "not_placeholder", "fields", "max_age",
                "used_by_run", "none_elsewhere",
            ])
        #expect(report.findings.allSatisfy { $0.verdict == .pass }, "\(report.findings)")
        #expect(line(report, "exists") == "pass hard: 2 of 2 as expected: database, redis")
        #expect(line(report, "fields") == "pass hard: 1 of 1 as expected: database")
        #expect(line(report, "used_by_run") == "pass hard: 1: database#password")
        #expect(
            line(report, "none_elsewhere")
                == "pass hard: 0: By their names no credentials, so not counted: ${env:PAINTBOX_URL}, ${file:body.json}"
        )
        #expect(report.kind == "secrets" && report.name == "kept" && report.exchanges == 4)
        let exhibits = report.findings[0].exhibits
        #expect(
            exhibits.map(\.request) == [
                "secretsmanager GetSecretValue database", "secretsmanager GetSecretValue redis",
            ])
        #expect(exhibits[0].answer.hasPrefix("200, JSON object of 3 members, version of 2"))
        #expect(exhibits[1].answer.hasPrefix("200, no JSON object, version of 2"))
        #expect(exhibits[0].received <= exhibits[1].sent)
        #expect(report.figures.prefix(2).map(\.value) == [2, 2])

        // A hundred and one days on, both are too old; that is told, and doesn't count.
        let later = Date(timeIntervalSinceNow: 101 * 86_400)
        let old = self.report(rule, environment, sources: ["${aws-secret:redis}"], now: later)
        #expect(old.verdict == .pass)
        #expect(
            line(old, "max_age").hasPrefix("fail advisory: 0 of 2 as expected, 2 not: database: 101 days old, since 2"))
        #expect(line(old, "max_age").contains("rotation is off"))
        #expect(old.figures.last?.name == "oldest_version_days")
    }

    @Test("What is wrong with each secret is told by its name, what isn't known is inconclusive")
    func fails() throws {
        let cloud = try Cloud()
        try cloud.keep("good", Self.word)
        try cloud.keep("blank", " \n")
        try cloud.keep("none", "{}")
        try cloud.keep("sample", "Change-Me")
        try cloud.keep(
            "form",
            "{\"password\": \"secret\", \"host\": \"localhost\", \"user\": \"admin\", \"port\": null, \"tls\": \"\"}")
        try cloud.keep("gone", Self.word)
        try cloud.setUp("DeleteSecret", ["SecretId": "gone", "RecoveryWindowInDays": 7])
        let user = try cloud.user("auditor", may: ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"])
        let stranger = try cloud.user("stranger", may: ["s3:GetObject"])
        try cloud.demandSignatures()
        let names = ["good", "blank", "none", "sample", "form", "gone", "absent"]
        let rule = rule(names) {
            $0.fields = ["form": ["password", "port", "tls", "token"], "good": ["a"], "gone": ["b"]]
            $0.mustBeUsed = true
        }
        let report = report(
            rule, try cloud.environment(user), sources: ["${env:API_TOKEN}", "${file:certs/client.key}", "${env:RATE}"])
        #expect(report.verdict == .fail)
        #expect(
            line(report, "exists")
                == "fail hard: 6 of 7 as expected, 1 not: absent: there is no such secret. "
                + "create what is missing, or mend the name or the region")
        let deletion = line(report, "not_scheduled_for_deletion")
        #expect(
            deletion.hasPrefix("fail hard: 5 of 7 as expected, 1 not, 1 not known: gone: scheduled for deletion on 2"))
        #expect(deletion.contains("not known: absent: not read"))
        #expect(
            line(report, "not_empty")
                == "fail hard: 3 of 7 as expected, 2 not, 2 not known: blank: empty; none: empty. "
                + "not known: gone: not read; absent: not read. give it its value")
        #expect(
            line(report, "not_placeholder").contains(
                "sample: the secret is a placeholder; form: \"password\" is a placeholder. not known: gone"))
        #expect(
            line(report, "fields")
                == "fail hard: 0 of 3 as expected, 2 not, 1 not known: good: no JSON object; form: \"port\" is empty, "
                + "\"tls\" is empty, \"token\" is missing. not known: gone: not read. add the members")
        #expect(line(report, "max_age") == "none")
        #expect(line(report, "used_by_run").hasPrefix("fail hard: none: the scenario has no ${aws-secret:…}"))
        #expect(
            line(report, "none_elsewhere")
                == "fail hard: 2: ${env:API_TOKEN}, ${file:certs/client.key}. Take these from the manager, too. "
                + "By their names no credentials, so not counted: ${env:RATE}")

        // Who may not read knows nothing: neither pass nor fail.
        let barred = self.report(self.rule(["good"]), try cloud.environment(stranger))
        #expect(barred.verdict == .inconclusive)
        #expect(
            line(barred, "exists").hasPrefix(
                "inconclusive hard: 0 of 1 as expected, 1 not known: not known: good: access denied to the environment")
        )
        #expect(line(barred, "not_empty").hasPrefix("inconclusive hard"))
        // Unless the scenario wants it, where the run takes its secrets from doesn't count.
        #expect(line(barred, "used_by_run").hasPrefix("fail advisory"))
        let forged = try cloud.environment((user.keyID, user.secretKey + "x"))
        #expect(line(self.report(self.rule(["good"]), forged), "exists").contains("the signature is wrong"))
        #expect(
            line(self.report(self.rule(["good"]), try cloud.environment()), "exists").contains("no credentials: tried"))
    }

    @Test("A run that is interrupted leaves the rest inconclusive")
    func interrupted() {
        let rule = rule(["a", "b"])
        let report = SecretsVerification.report(
            DeclaredVerification(name: "kept", rule: rule), rule: rule, secrets: Secrets(), environment: [:]
        ) { true }
        #expect(report.verdict == .inconclusive)
        #expect(line(report, "exists").contains("a: interrupted; b: interrupted"))
        #expect(report.exchanges == 0)
    }

    @Test("Nothing that was looked at is no data")
    func noData() {
        let judge = SecretsJudge(
            rule: rule([]) { $0.fields = ["a": ["b"]] }, observations: [], sources: [], now: Date())
        #expect(judge.findings.prefix(5).allSatisfy { $0.verdict == .noData })
    }

    @Test(
        "Placeholders are told from values",
        arguments: [
            ("changeme", true, true), (" CHANGE_ME\n", true, true), ("<password>", true, true),
            ("${DB_PASSWORD}", true, true),
            ("{{ password }}", true, true), ("your-token-here", true, true), ("xxxxxxxx", true, false),
            ("****", true, false), ("password", true, false), ("admin", true, false), ("localhost", false, false),
            ("", false, false), ("a", false, false), ("correct horse battery staple", false, false),
            ("5432", false, false), ("<", false, false), ("%", false, false),
        ])
    func placeholders(value: String, ofSecret: Bool, ofAnything: Bool) {
        #expect(Placeholder.isOne(value, ofSecret: true) == ofSecret)
        #expect(Placeholder.isOne(value, ofSecret: false) == ofAnything)
    }

    @Test(
        "Credentials are told by their names",
        arguments: [
            ("API_TOKEN", true), ("DB_PASSWORD", true), ("KEY", true), ("apiKey", true), ("certs/client.key", true),
            ("BASIC_AUTH", true), ("MONKEY_URL", false), ("PAINTBOX_URL", false), ("RATE", false), ("body.json", false),
            ("AUTHOR", false), ("", false),
        ])
    func credentialNames(name: String, isOne: Bool) { #expect(CredentialName.isOne(name) == isOne) }

    @Test("Every check has its place in the page, and the page no other")
    func page() throws {
        let page = try String(
            contentsOf: Binary.package.appendingPathComponent("docs/verifications/secrets.md"), encoding: .utf8)
        let rule = rule(["a"]) {
            $0.fields = ["a": ["b"]]
            $0.maxAge = .seconds(1)
        }
        let checks = SecretsJudge(rule: rule, observations: [], sources: [], now: Date()).findings.map(\.check)
        let told = page.split(separator: "\n").compactMap {
            $0.hasPrefix("### `") ? String($0.dropFirst(5).dropLast()) : nil
        }
        #expect(told == checks)
    }

    @Test("Every example of the page is valid")
    func examples() throws {
        let page = try String(
            contentsOf: Binary.package.appendingPathComponent("docs/verifications/secrets.md"), encoding: .utf8)
        let examples = page.components(separatedBy: "\n```").filter { $0.hasPrefix("yaml\n") }.map { $0.dropFirst(5) }
        #expect(examples.count >= 2)
        for example in examples {
            _ = try ScenarioReader(
                environment: [:], kinds: ScenarioKinds(verifications: VerificationKinds([SecretRule.self]))
            ).read(String(example), file: "example.yaml")
        }
    }
}

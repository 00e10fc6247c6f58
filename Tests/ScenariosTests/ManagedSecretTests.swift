import NIOConcurrencyHelpers
import Testing

@testable import Scenarios
@testable import SecretsManager

@Suite struct ManagedSecretTests {
    /// A source with one secret, and what it was asked.
    private final class Manager: Sendable {
        private let asked = NIOLockedValueBox<[String]>([])
        private let contents: [String: String]

        init(_ contents: [String: String]) { self.contents = contents }

        var names: [String] { asked.withLockedValue { $0 } }

        var source: SecretSource {
            { name in
                self.asked.withLockedValue { $0.append(name) }
                guard let value = self.contents[name] else {
                    return .failure(UnreadableSecret(reason: "there is no such secret"))
                }
                return .success(value)
            }
        }
    }

    // Assembled here, so that no file of the project holds it.
    private let word = ["hunter", "2", "horse"].joined(separator: "-")

    @Test("A secret stands whole, or a member of its JSON, and shows by its name only")
    func values() throws {
        let manager = Manager([
            "db":
                "{\"password\": \"\(word)\", \"port\": 5432, \"in\": {\"a.b\": \"\(word)2\"}, \"hosts\": [\"a\", 1.50]}",
            "arn:aws:secretsmanager:eu-west-1:1:secret:token-x": "\(word)3",
        ])
        let scenario = try read(
            minimal(
                """
                defaults:
                  http:
                    headers:
                      A: "Bearer ${aws-secret:db#password}"
                      B: "${aws-secret:db#port} ${aws-secret:db#in.a.b} ${aws-secret:db#hosts}"
                      C: "${aws-secret:arn:aws:secretsmanager:eu-west-1:1:secret:token-x}"
                      D: "${env:TOKEN} ${aws-secret:db#port}"
                """), environment: ["TOKEN": "t"], secrets: manager.source)
        #expect(
            scenario.defaults.headers.map(\.value.constant) == [
                "Bearer \(word)", "5432 \(word)2 [\"a\", 1.50]", "\(word)3", "t 5432",
            ])
        #expect(
            scenario.defaults.headers.map(\.value.shown) == [
                "Bearer ${aws-secret:db#password}",
                "${aws-secret:db#port} ${aws-secret:db#in.a.b} ${aws-secret:db#hosts}",
                "${aws-secret:arn:aws:secretsmanager:eu-west-1:1:secret:token-x}", "${env:TOKEN} ${aws-secret:db#port}",
            ])
        // Once for a name, whatever members are asked for.
        #expect(manager.names == ["db", "arn:aws:secretsmanager:eu-west-1:1:secret:token-x"])
        #expect(
            scenario.secrets.redact("a \(word) b \(word)2") == "a ${aws-secret:db#password} b ${aws-secret:db#in.a.b}")
        #expect(
            scenario.secrets.sources == [
                "${aws-secret:db#password}", "${aws-secret:db#port}", "${aws-secret:db#in.a.b}",
                "${aws-secret:db#hosts}", "${aws-secret:arn:aws:secretsmanager:eu-west-1:1:secret:token-x}",
                "${env:TOKEN}",
            ])
        #expect(scenario.secrets.unread.isEmpty)
    }

    @Test("Every secret is asked for, and all that is wrong is told at its place")
    func problems() {
        let manager = Manager(["db": "{\"user\": null, \"text\": \"\(word)\"}", "plain": word])
        let found = ScenariosTests.problems(
            minimal(
                """
                authorised: ["${aws-secret:absent}", "${aws-secret:gone#a}", "${aws-secret:absent#b}"]
                defaults:
                  timeout: ${aws-secret:db#text}
                  http:
                    headers:
                      A: "${aws-secret:db#user}"
                      B: "x${aws-secret:db#pass.word}"
                      C: "${aws-secret:plain#a}"
                      D: "${aws-secret:db#text.x}"
                """), secrets: manager.source)
        #expect(
            found == [
                "s.yaml:5:15: the secret \"absent\" can't be read: there is no such secret",
                "s.yaml:5:39: the secret \"gone\" can't be read: there is no such secret",
                "s.yaml:5:63: the secret \"absent\" can't be read: there is no such secret",
                "s.yaml:7:12: expected a duration such as 250ms, 10s, 5m, which the value of "
                    + "\"${aws-secret:db#text}\" is not",
                "s.yaml:10:11: the secret \"db\" has null as its member \"user\"",
                "s.yaml:11:12: the secret \"db\" has no member \"pass.word\"",
                "s.yaml:12:11: the secret \"plain\" is not a JSON object that \"a\" could be found in",
                "s.yaml:13:11: the secret \"db\" is not a JSON object that \"text.x\" could be found in",
            ])
        #expect(manager.names == ["absent", "gone", "db", "plain"])
    }

    /// A secret wherever one may stand.
    private let everywhere = """
        name: tiny
        target: "${aws-secret:s}"
        authorised: ["${aws-secret:s}"]
        services:
          app: {command: ["${aws-secret:s}"], ready: "${aws-secret:s}", start_timeout: "${aws-secret:s}"}
        identities: {count: "${aws-secret:s#a}", header: X, value: "${aws-secret:s}"}
        data: {rows: {file: "${aws-secret:s}.csv"}}
        defaults:
          timeout: "${aws-secret:s}"
          source_addresses: ["${aws-secret:s}"]
          tls: {ca: "${aws-secret:s}", server_name: "${aws-secret:s}/"}
          http:
            headers: {X-Token: "Bearer ${aws-secret:s}"}
            proxy: "http://a:${aws-secret:s}@host:1"
            resolve: {"a:1": "${aws-secret:s}"}
        flows:
          main:
            weight: "${aws-secret:s}"
            steps:
              - get: "http://${aws-secret:s}:${aws-secret:s}/${rows.a}"
                expect: "${aws-secret:s}"
                checks: ["body contains ${aws-secret:s}", "json $.a == ${aws-secret:s}"]
              - {get: "${aws-secret:s}/${user}", auth: {basic: {user: "${aws-secret:s}", password: "${aws-secret:s}"}}}
              - {get: /, auth: {aws: {region: "${aws-secret:s}", service: s, key_id: "${aws-secret:s}", secret_key: s}}}
              - pause: "${aws-secret:s}"
              - {calculate: /, tolerance: "${aws-secret:s}", answers: {$.a: "${aws-secret:s}"}}
              - {put: /, upload: "${aws-secret:s}", when: "${user} < ${aws-secret:s}"}
              - {post: /p, multipart: {a: {value: b, type: "${aws-secret:s}"}}}
              - {websocket: "${aws-secret:s}", send: {binary: "1${aws-secret:s}"}, reply: "json $.a == ${aws-secret:s}"}
              - {post: "${aws-secret:s}", json: {a: "${aws-secret:s}"}}
        load: [{arrivals: "${aws-secret:s}", for: "${aws-secret:s}", warmup: "${aws-secret:s}"}]
        limits: {max_users: "${aws-secret:s}"}
        verify:
          - secrets: {provider: aws, region: "${aws-secret:s}", endpoint: "${aws-secret:s}", names: [a]}
        """

    @Test("Without a source nobody is asked, and what depends on a secret's value is not judged")
    func unread() throws {
        let found = ScenariosTests.problems(everywhere)
        #expect(found == [])
        let scenario = try read(
            minimal("identities: {count: 1, header: X, value: \"a ${aws-secret:s#t}\"}", target: "${aws-secret:s}"))
        #expect(scenario.identities?.value.shown == "a ${aws-secret:s#t}")
        #expect(scenario.secrets.unread == ["${aws-secret:s}", "${aws-secret:s#t}"])
        #expect(scenario.secrets.sources == scenario.secrets.unread)
        // What is wrong with the name itself is told all the same.
        #expect(
            ScenariosTests.problems(minimal(target: "${aws-secret:s*}")) == [
                "s.yaml:2:9: \"s*\" is not a valid secret name"
            ])
    }

    @Test("A secret stands in no problem, whatever is wrong with it")
    func hidden() {
        for value in [word, "{\"a\": \"\(word)\"", "\(word)\r\n\u{0}", "{\"\(word)\": \(word)}"] {
            let manager = Manager(["s": value])
            for text in [everywhere, everywhere.replacing("aws-secret:s}", with: "aws-secret:s#a}")] {
                let found = ScenariosTests.problems(text, secrets: manager.source)
                #expect(found.count >= 15)
                #expect(!found.contains { $0.contains("hunter") })
            }
        }
    }

    @Test(
        "A path leads through objects, and a name with dots is found, too",
        arguments: [
            ("a", "{\"a\": \"x\"}", "x"), ("a.b", "{\"a\": {\"b\": 1}}", "1"),
            ("a.b", "{\"a.b\": \"y\", \"a\": {\"b\": 1}}", "y"),
            ("a.b.c", "{\"a\": {\"b.c\": true}}", "true"), ("a", "{\"a\": 1, \"a\": \"\\u0041\"}", "A"),
            ("a.b", "{\"a\": \"{\\\"b\\\": \\\"z\\\"}\"}", "z"), ("", "{\"\": \"e\"}", "e"),
        ])
    func members(path: String, text: String, value: String) throws {
        #expect(try SecretMember.value(of: path, in: text) == value)
    }

    @Test(
        "What a path doesn't lead to is told apart",
        arguments: [
            ("a", "", SecretMember.Problem.noObject), ("a", "[1]", .noObject), ("a", "{\"a\": 1} x", .noObject),
            ("a", "{}", .missing), ("a.b", "{\"a\": {}}", .missing), ("a.b", "{\"a\": 1}", .noObject),
            ("a", "{\"a\": null}", .null), ("a.b", "{\"a\": {\"b\": null}}", .null), ("a.", "{\"a\": {}}", .missing),
            (String(repeating: "a.", count: 10_000), "{\"a\": {}}", .missing),
        ])
    func absent(path: String, text: String, problem: SecretMember.Problem) {
        #expect(throws: problem) { try SecretMember.value(of: path, in: text) }
    }

    @Test("A verification of secrets is read with all its keys, and strictly")
    func rule() throws {
        let scenario = try read(
            minimal(
                """
                verify:
                  - secrets:
                      provider: aws
                      region: "${env:REGION}"
                      endpoint: "${env:MANAGER}"
                      names: [paintbox/production/database, rds!cluster-1]
                      fields: {paintbox/production/database: [password, host]}
                      max_age: 90d
                      used_by_run: true
                """), environment: ["REGION": "eu-west-1", "MANAGER": "http://127.0.0.1:5000"])
        guard let rule = scenario.verifications[0].rule as? SecretRule else {
            Issue.record("no rule")
            return
        }
        #expect(rule.names == ["paintbox/production/database", "rds!cluster-1"])
        #expect(rule.region == "eu-west-1")
        #expect(rule.endpoint?.constant == "http://127.0.0.1:5000")
        #expect(rule.fields == ["paintbox/production/database": ["password", "host"]])
        #expect(rule.maxAge == .seconds(90 * 86_400))
        #expect(rule.mustBeUsed)
        #expect(
            ScenariosTests.problems(
                minimal(
                    """
                    verify:
                      - secrets: {provider: gcp, region: eu/west, endpoint: "tcp://x", names: [a b, c, c], max_age: 90}
                      - secrets: {name: two, provider: aws, names: [], fields: {d: []}}
                    """)
            ).map { $0.split(separator: ": ", maxSplits: 1).last ?? "" } == [
                "expected aws, found \"gcp\"", "expected a region such as us-east-1, found \"eu/west\"",
                "\"tcp://x\": expected http://host[:port][/path] or https://…", "\"a b\" is not a valid secret name",
                "\"c\" occurs more than once",
                "\"90\" lacks a unit: expected a duration such as 250ms, 10s, 5m",
                "expected at least one name of a secret", "\"d\" is not one of the names",
                "expected at least one member",
            ])
    }
}

import Foundation
import Scenarios
import Testing

/// A kind of verification as a module outside declares it: by what is public alone.
private struct EchoRule: VerificationRule {
    static let kind = "echo"
    static let summary = "A service says what it is told."

    struct Keys: KeyGroup {
        static let about = GroupAbout("echo", "A service that says what it is told")
        let request = Included(VerifiedRequestKeys())
        let times = Key("times", .integer(1...9), "How often; once unless given.")
        let tone = Key("tone", .choice(Tone.self), "How loud.", required: true)
        let patience = Key("patience", .group(PatienceKeys.self), "How long it may take.")
    }

    struct PatienceKeys: KeyGroup {
        static let about = GroupAbout("patience", "How long something may take")
        let usual = Key("usual", .duration, "As a rule.")
        let most = Key("most", .duration, "Ever.")

        var rules: [KeyRule] { [.exactlyOne(of: usual, most, missing: "expected usual or most") { "\($0), \($1)" }] }
    }

    enum Tone: String, CaseIterable {
        case low, loud
    }

    var request: VerifiedRequest
    var times: Int
    var tone: Tone
    var usual: Duration?

    init?(_ keys: KeyValues<Keys>, _ reading: Reading, _ context: VerifyContext) {
        if keys.times == 9, let node = keys.node(\.times) { reading.report(node.location, "nine is too much") }
        guard let request = reading.request(keys.request), let tone = keys.tone else { return nil }
        self.request = request
        self.tone = tone
        times = keys.times ?? 1
        usual = keys.patience?.usual
    }

    var namedRequests: [VerifiedRequest] { [request] }
}

@Suite("Kinds of verification from outside") struct VerificationKindTests {
    private let kinds = ScenarioKinds(
        verifications: VerificationKinds(ScenarioKinds.all.verifications.types + [EchoRule.self]))

    private func read(_ entry: String, _ kinds: ScenarioKinds) throws(InvalidScenario) -> Scenario {
        let text = "name: tiny\ntarget: http://127.0.0.1:1\nverify:\n  - \(entry)\n"
        return try ScenarioReader(environment: [:], kinds: kinds).read(text, file: "s.yaml")
    }

    private func problems(_ entry: String, _ kinds: ScenarioKinds) -> [String] {
        do throws(InvalidScenario) {
            _ = try read(entry, kinds)
            return []
        } catch {
            return error.problems.map { String($0.description.dropFirst("s.yaml:4:".count)) }
        }
    }

    @Test("A kind that is registered is read with what every verification has")
    func reading() throws {
        let entry =
            "echo: {name: e, severity: advisory, post: /echo, json: {a: 1}, times: 2, tone: loud, patience: {usual: 2s}}"
        let declared = try #require(try read(entry, kinds).verifications.first)
        #expect(declared.kind == "echo")
        #expect(declared.name == "e")
        #expect(declared.severity == .advisory)
        #expect(declared.requests.map(\.method) == [.post])
        let rule = try #require(declared.rule as? EchoRule)
        #expect(rule.times == 2)
        #expect(rule.tone == .loud)
        #expect(rule.usual == .seconds(2))
        #expect(rule.request.body == .json(.object([.init(name: "a", value: .raw("1"))])))
    }

    @Test(
        "What is wrong is told at its place, by its keys and by itself",
        arguments: [
            ("echo: {get: /}", ["11: missing key \"tone\""]),
            (
                "echo: {tone: low}",
                [
                    "11: expected a request: one of get, head, post, put, patch, delete, options"
                ]
            ),
            ("echo: {get: /, tone: loudd}", ["26: expected low or loud, found \"loudd\" (did you mean \"loud\"?)"]),
            ("echo: {get: /, tone: low, tims: 2}", ["31: unknown key \"tims\" (did you mean \"times\"?)"]),
            ("echo: {get: /, tone: low, times: 10}", ["38: expected a whole number from 1 to 9, found \"10\""]),
            ("echo: {get: /, tone: low, times: 9}", ["38: nine is too much"]),
            ("echo: {get: /, tone: low, patience: {}}", ["41: expected usual or most"]),
            ("echo: {get: /, tone: low, patience: {usual: 1s, most: 2s}}", ["53: most, usual"]),
        ])
    func faults(entry: String, expected: [String]) {
        #expect(problems(entry, kinds) == expected)
    }

    @Test("A kind that isn't registered is unknown, whichever that is")
    func unknown() {
        #expect(problems("echo: {get: /, tone: low}", .all).first?.hasPrefix("5: unknown key \"echo\"") == true)
        let without = ScenarioKinds(verifications: VerificationKinds([EchoRule.self]))
        let secrets = problems("secrets: {provider: aws, names: [a]}", without)
        #expect(secrets.first == "5: unknown key \"secrets\" (known here: echo)")
    }

    @Test("The schema has the kinds that are registered, with their keys")
    func schema() throws {
        let text = ScenarioSchema.json(kinds)
        let schema = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let definitions = try #require(schema["$defs"] as? [String: [String: Any]])
        let kindsThere = try #require(definitions["verification"]?["properties"] as? [String: Any])
        #expect(Set(kindsThere.keys) == Set(kinds.verifications.names))
        let echo = try #require(definitions["echo"])
        #expect(echo["required"] as? [String] == ["tone"])
        let keys = try #require(echo["properties"] as? [String: [String: Any]])
        #expect(Set(keys.keys).isSuperset(of: ["name", "severity", "get", "json", "times", "tone", "patience"]))
        #expect(keys["tone"]?["enum"] as? [String] == ["low", "loud"])
        #expect((echo["oneOf"] as? [Any])?.count == 7)
        #expect(definitions["patience"]?["oneOf"] != nil)
    }
}

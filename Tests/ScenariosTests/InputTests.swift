import Foundation
import Testing

@testable import InputVerification
@testable import Scenarios

@Suite struct InputTests {
    private func rule(_ keys: String...) throws -> InputRule {
        let text = minimal("verify:\n  - input:\n" + keys.map { "      \($0)" }.joined(separator: "\n"))
        guard let rule = try read(text).verifications.first?.rule as? InputRule else {
            throw InvalidScenario(problems: [])
        }
        return rule
    }

    @Test("What is not given has its default")
    func defaults() throws {
        let rule = try rule("post: /api", "json: {area: 10, name: \"x ${n}\"}")
        #expect(rule.request.method == .post)
        #expect(
            rule.body
                == .object([
                    .init(name: "area", value: .raw("10")),
                    .init(
                        name: "name",
                        value: .text(Text(pieces: [.literal("x "), .variable(.catalogueNumber)]))),
                ]))
        #expect(rule.expect == [400...407, 409...428, 430...499])
        #expect(rule.expectValid == [200...299])
        #expect(rule.accepts == [] && rule.skip == [])
        #expect(rule.optional == [] && rule.types == [] && rule.limits == [])
        #expect(rule.size == 10_485_760 && rule.bodies == 300 && rule.seed == 1 && !rule.isStrict)
    }

    @Test("Every key is read")
    func keys() throws {
        let rule = try rule(
            "put: /api", "json: [{area: 10, note: x}]", "expect: [400, 413..415]", "expect_valid: 201",
            "accepts: [extra_members, duplicate_keys]", "skip: [large_bodies]", "optional: [\"$[0].note\"]",
            "types: {\"$[0].area\": [string, \"null\"], $: [object]}", "limits: {\"$[0].area\": -0.5..20}",
            "strict: true",
            "size: 2MiB", "bodies: 31", "seed: 0")
        #expect(rule.expect == [400...400, 413...415])
        #expect(rule.expectValid == [201...201])
        #expect(rule.accepts == [.extraMembers, .duplicateKeys])
        #expect(rule.skip == [.largeBodies])
        #expect(rule.optional.map(\.source) == ["$[0].note"])
        #expect(rule.types.map(\.path.source) == ["$[0].area", "$"])
        #expect(rule.types.map(\.types) == [[.string, .null], [.object]])
        #expect(rule.limits.map(\.range) == [-0.5...20])
        #expect(rule.isStrict && rule.size == 2_097_152 && rule.bodies == 31 && rule.seed == 0)
    }

    @Test(
        "What can't be meant is a problem at its place",
        arguments: [
            (["post: /api"], "s.yaml:7:7: missing key \"json\": a valid body, from which hostile ones are derived"),
            (
                ["post: /api", "json: text"],
                "s.yaml:8:13: expected a JSON object or list as the body, found \"text\""
            ),
            (
                ["post: /api", "form: {a: b}"],
                "s.yaml:8:7: hostile bodies are derived from \"json\", not from \"form\""
            ),
            (["get: /api", "json: {a: 1}"], "s.yaml:7:7: a GET request has no body that could be hostile"),
            (
                ["post: /api", "json: {a: 1}", "skip: [zero]"],
                "s.yaml:9:14: unknown kind \"zero\" (did you mean \"zeros\"?)"
            ),
            (["post: /api", "json: {a: 1}", "optional: [$.b]"], "s.yaml:9:18: \"$.b\" is not in the body"),
            (
                ["post: /api", "json: {a: 1}", "optional: [a]"],
                "s.yaml:9:18: expected a JSON path such as $.projects[0].id, found \"a\""
            ),
            (
                ["post: /api", "json: {a: 1}", "types: {$.a: [text]}"],
                "s.yaml:9:21: expected null or boolean or number or string or array or object, found \"text\""
            ),
            (
                ["post: /api", "json: {a: 1}", "limits: {$.a: 5}"],
                "s.yaml:9:21: expected a range such as 0.01..100000, found \"5\""
            ),
            (
                ["post: /api", "json: {a: 1}", "limits: {$.a: 5..2}"],
                "s.yaml:9:21: expected a range such as 0.01..100000, found \"5..2\""
            ),
            (
                ["post: /api", "json: {a: 1}", "limits: {$.a: 2..5}"],
                "s.yaml:9:21: the valid body's 1 is outside this range"
            ),
            (
                ["post: /api", "json: {a: x}", "limits: {$.a: 2..5}"],
                "s.yaml:9:16: \"$.a\" is not a number in the body"
            ),
            (["post: /api", "json: {a: 1}", "size: 1GiB"], "s.yaml:9:13: expected a size from 1B to 256MiB"),
            (
                ["post: /api", "json: {a: 1}", "bodies: 5"],
                "s.yaml:9:15: expected a whole number from 31 to 10000, found \"5\""
            ),
            (
                ["post: /api", "json: {a: 1}", "expect: 4xx"],
                "s.yaml:9:15: expected a status from 100 to 599, or two such as 200..299, found \"4xx\""
            ),
            (
                [
                    "post: /api", "json: {a: 1}",
                    "skip: [\(InputKind.allCases.map(\.rawValue).joined(separator: ", "))]",
                ],
                "s.yaml:9:7: nothing is left to send: every kind is skipped"
            ),
        ])
    func problems(keys: [String], problem: String) {
        let text = minimal("verify:\n  - input:\n" + keys.map { "      \($0)" }.joined(separator: "\n"))
        #expect(ScenariosTests.problems(text) == [problem])
    }

    @Test("Every example of the verification's page is valid, and every key is told of")
    func page() throws {
        let page = try documentation("verifications/input.md")
        let blocks = page.components(separatedBy: "\n```").filter { $0.hasPrefix("yaml\n") }
        #expect(blocks.count >= 2)
        for block in blocks { #expect(ScenariosTests.problems(String(block.dropFirst(5))) == [], "\(block)") }
        for key in KeyTable(VerificationKeys<InputRule>.self).keys
        where !["form", "body", "get", "head"].contains(key.name) {
            #expect(page.contains("`\(key.name)`") || page.contains("\(key.name): "), "\(key.name)")
        }
    }
}

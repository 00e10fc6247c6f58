import Foundation
import Scenarios
import Testing

@testable import RateLimitVerification

@Suite struct RateLimitPageTests {
    private func page() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent("docs/verifications/rate-limit.md"), encoding: .utf8)
    }

    @Test("The page has every check, and no other")
    func labels() throws {
        let table = try #require(try page().components(separatedBy: "## What is found").last)
        let rows = table.components(separatedBy: "\n").filter { $0.hasPrefix("| `") }
        let labels = rows.compactMap { $0.components(separatedBy: "`").dropFirst().first }
        #expect(labels == RateLimitJudge.checks)
    }

    @Test("Its examples are valid, and declare what they say")
    func examples() throws {
        let blocks = try page().components(separatedBy: "\n```").filter { $0.hasPrefix("yaml\n") }
        #expect(blocks.count == 3)
        var rules: [RateLimitRule] = []
        for block in blocks {
            let scenario = try ScenarioReader(environment: [:], kinds: .of(RateLimitRule.self)).read(
                String(block.dropFirst(5)), file: "s.yaml")
            rules += scenario.verifications.compactMap { $0.rule as? RateLimitRule }
        }
        let first = rules.prefix(5)
        #expect(first.map(\.limit) == [100, 100, 20, 10, 1000])
        #expect(first.map(\.window) == [.seconds(60), .seconds(60), .seconds(10), .seconds(1), .seconds(60)])
        #expect(first.map(\.capacity) == [100, 20, 20, 6, 1000])
        #expect(rules[1].methods == [.head, .options] && rules[1].model == .tokenBucket)
        #expect(rules[2].identities.count == 3 && rules[2].prolongs)
        #expect(rules[3].sources.count == 3 && rules[3].status == 503)
        #expect(rules[4].allowance == 0.25 && rules[4].resolution == .seconds(1))
        let later = Array(rules.dropFirst(5))
        #expect(later.count == 4)
        #expect(later[0].quotas.map(\.shown) == ["5/s", "100/min", "1000/min of all clients"])
        #expect(later[1].rejected.count == 2)
        #expect(later[2].concurrency == ConcurrencyRule(limit: 10) && later[2].quotas.isEmpty)
        #expect(later[3].penalty?.after == 3)
    }
}

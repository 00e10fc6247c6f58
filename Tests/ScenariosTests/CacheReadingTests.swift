import Foundation
import Testing
import VerificationKit

@testable import CacheVerification
@testable import Scenarios

@Suite struct CacheReadingTests {
    private let probe = "probes: {origin: {get: \"http://127.0.0.1:8081/metrics\"}}"

    private func scenario(_ keys: String) -> String {
        minimal(
            """
            \(probe)
            verify:
              - cache: {get: "/a-${n}", catalogue: 10, requests: 20\(keys.isEmpty ? "" : ", \(keys)")}
            """)
    }

    private func rule(_ keys: String) throws -> CacheRule {
        let verification = try #require(try read(scenario(keys)).verifications.first)
        guard let rule = verification.rule as? CacheRule else {
            throw InvalidScenario(problems: [])
        }
        return rule
    }

    @Test("A cache needs little, and the rest is said by defaults")
    func defaults() throws {
        let rule = try rule("")
        #expect(rule.catalogue == 10)
        #expect(rule.requests == 20)
        #expect(rule.first == 0)
        #expect(rule.popularity == .zipf(0.8))
        #expect(rule.seed == 1)
        #expect(rule.parallel == 8)
        #expect(rule.rate == nil)
        #expect(!rule.isColdThenWarm)
        #expect(rule.hit == .auto)
        #expect(rule.origin == nil)
        #expect(rule.atLeast == nil)
        #expect(rule.eligible == 1)
        #expect(rule.clear == nil && rule.purge == nil && rule.vary.isEmpty && rule.query.isEmpty)
        #expect(DeclaredVerification(name: "cache", rule: rule).requests.count == 1)
    }

    @Test("A cache may say all of it")
    func everything() throws {
        let rule = try rule(
            """
            from: 100, popularity: zipf 1.1, seed: 7, parallel: 16, rate: 600/min, cold: true, hit: header X-My-Cache,
                  origin: probe origin, at_least: 80%, eligible: 95%, timeout: 3s,
                  clear: {delete: /all}, vary: [{Accept-Language: de}, {Accept-Language: fr}, {}],
                  query: {lg: other, utm_source=x: same},
                  purge: {get: "/a-${n}", method: PURGE, change: {post: /revise, json: {n: "${n}"}},
                          version: header X-Version, within: 10s, every: 250ms}
            """)
        #expect(rule.first == 100)
        #expect(rule.popularity == .zipf(1.1))
        #expect(rule.seed == 7)
        #expect(rule.parallel == 16)
        #expect(rule.rate == 10)
        #expect(rule.isColdThenWarm)
        #expect(rule.hit == .header("X-My-Cache"))
        #expect(rule.origin == "origin")
        #expect(rule.atLeast == 0.8)
        #expect(rule.eligible == 0.95)
        #expect(rule.request.timeout == .seconds(3))
        #expect(rule.clear?.request.method == .delete)
        #expect(rule.vary.map { $0.map(\.name) } == [["Accept-Language"], ["Accept-Language"], []])
        #expect(
            rule.query == [
                CacheRule.QueryVariant(query: "lg", isOther: true),
                CacheRule.QueryVariant(query: "utm_source=x", isOther: false),
            ])
        let purge = try #require(rule.purge)
        #expect(purge.order.method == "PURGE")
        #expect(purge.order.request.url.variables == [.catalogueNumber])
        #expect(purge.change?.request.body == .json(.object([.init(name: "n", value: .variable(.catalogueNumber))])))
        #expect(purge.version == .header("X-Version"))
        #expect(purge.within == .seconds(10))
        #expect(purge.every == .milliseconds(250))
        let requests = DeclaredVerification(name: "cache", rule: rule).requests
        #expect(requests.map(\.method) == [.get, .delete, .get, .post])
    }

    @Test(
        "The names of fields that say what was a hit",
        arguments: [
            ("auto", CacheRule.HitField.auto), ("cache-status", .cacheStatus), ("cf-cache-status", .cfCacheStatus),
            ("x-cache", .xCache), ("x-proxy-cache", .xProxyCache), ("age", .age), ("header  X-A", .header("X-A")),
        ])
    func hits(text: String, field: CacheRule.HitField) throws {
        #expect(try rule("hit: \(text)").hit == field)
    }

    @Test(
        "What is wrong is said at its place",
        arguments: [
            (
                "popularity: zipf",
                "expected uniform, or zipf and an exponent above 0 and at most 10 such as zipf 0.8, found \"zipf\""
            ),
            (
                "popularity: zipf 0",
                "expected uniform, or zipf and an exponent above 0 and at most 10 such as zipf 0.8, found \"zipf 0\""
            ),
            (
                "popularity: zipf -1",
                "expected uniform, or zipf and an exponent above 0 and at most 10 such as zipf 0.8, found \"zipf -1\""
            ),
            (
                "popularity: normal",
                "expected uniform, or zipf and an exponent above 0 and at most 10 such as zipf 0.8, found \"normal\""
            ),
            ("parallel: 0", "expected a whole number from 1 to 256, found \"0\""),
            ("rate: 0/s", "expected a rate above 0/s"),
            ("at_least: 120%", "\"120%\" is not a ratio: a ratio is at most 100%"),
            (
                "hit: x-cach",
                "expected auto, cache-status, cf-cache-status, x-cache, x-proxy-cache, age or header NAME, found \"x-cach\" (did you mean \"x-cache\"?)"
            ),
            ("hit: header", "expected header and the name of a header field, found \"header\""),
            ("hit: header a b", "expected header and the name of a header field, found \"header a b\""),
            ("origin: origin", "expected probe and its name, found \"origin\""),
            ("origin: probe orign", "unknown probe \"orign\" (did you mean \"origin\"?)"),
            ("vary: [{A: b}]", "expected 2 to 16 sets of header fields, whose answers must not be mixed up"),
            ("vary: [{A: b}, {a: b}]", "two sets of header fields are the same: their answers can't be told apart"),
            ("query: {a&b: other}", "expected a parameter of a query such as lg or lg=1, found \"a&b\""),
            ("query: {\"=1\": other}", "expected a parameter of a query such as lg or lg=1, found \"=1\""),
            ("query: {lg: maybe}", "expected other or same, found \"maybe\""),
            (
                "purge: {post: /p, every: 1us}",
                "\"within\" takes more than 10000 looks, or \"every\" is shorter than 1ms"
            ),
            ("purge: {post: /p, version: tag}", "expected auto, etag, body or header NAME, found \"tag\""),
            ("purge: {post: /p, method: a b}", "expected a method such as PURGE, found \"a b\""),
            ("purge: {within: 1s}", "expected a request: one of get, head, post, put, patch, delete, options"),
            ("purge: {post: /p, chang: 1}", "unknown key \"chang\" (did you mean \"change\"?)"),
            ("clear: {post: /p, get: /p}", "one request: \"get\" can't stand beside \"post\""),
            ("clear: /p", "expected a mapping with the keys get, head, post, put …, found \"/p\""),
        ])
    func problems(keys: String, problem: String) throws {
        let found = ScenariosTests.problems(scenario(keys))
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.hasSuffix(": \(problem)") == true, "\(found)")
    }

    @Test("A catalogue of several objects needs their number in the URL")
    func number() {
        let text = minimal("verify: [{cache: {get: /a, catalogue: 10, requests: 20}}]")
        #expect(
            ScenariosTests.problems(text) == [
                "s.yaml:5:18: the URL lacks ${n}, by which the 10 objects of the catalogue differ"
            ])
        #expect(ScenariosTests.problems(minimal("verify: [{cache: {get: /a, catalogue: 1, requests: 20}}]")) == [])
    }

    @Test("Objectives may ask for the hit ratio of a cache by its name")
    func objective() {
        #expect(ScenariosTests.problems(scenario("name: cdn") + "\nobjectives: [hit_ratio of cdn > 80%]") == [])
    }

    @Test("The examples of the page about caches are valid")
    func examples() throws {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: root.appendingPathComponent("docs/verifications/cache.md"), encoding: .utf8)
        let examples = page.components(separatedBy: "\n```").filter { $0.hasPrefix("yaml\n") }.map { $0.dropFirst(5) }
        #expect(examples.count == 3)
        for example in examples { #expect(ScenariosTests.problems(String(example)) == [], "\(example)") }
    }
}

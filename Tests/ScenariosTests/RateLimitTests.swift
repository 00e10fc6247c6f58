import Testing

@testable import RateLimitVerification
@testable import Scenarios

@Suite struct RateLimitTests {
    private func entry(_ keys: String) -> String { minimal("verify: [{rate_limit: {get: /a, \(keys)}}]") }

    private func rule(_ keys: String) throws -> RateLimitRule? {
        let scenario = try read(entry(keys))
        guard let rule = scenario.verifications.first?.rule as? RateLimitRule else { return nil }
        return rule
    }

    @Test(
        "Limits are requests per any window",
        arguments: [
            ("100/min", 100, Duration.seconds(60)), ("5/s", 5, .seconds(1)), ("20/10s", 20, .seconds(10)),
            ("3/250ms", 3, .milliseconds(250)), ("1000/h", 1000, .seconds(3600)), ("7/2min", 7, .seconds(120)),
            ("7/m", 7, .seconds(60)), ("9/1.5s", 9, .milliseconds(1500)),
        ])
    func limits(text: String, limit: Int, window: Duration) throws {
        let rule = try #require(try rule("limit: \(text)"))
        #expect(rule.limit == limit)
        #expect(rule.window == window)
        #expect(rule.capacity == limit)
        #expect(text.wholeMatch(of: try Regex(RateLimitQuantity.pattern)) != nil)
    }

    @Test(
        "What is wrong is told with its place",
        arguments: [
            ("limit: 100", "expected a limit such as 100/min, 5/s, 20/10s, found \"100\""),
            ("limit: 0/s", "expected a limit of 1 to 10000 requests, found \"0/s\""),
            ("limit: 10001/s", "expected a limit of 1 to 10000 requests, found \"10001/s\""),
            ("limit: 1.5/s", "expected a limit such as 100/min, 5/s, 20/10s, found \"1.5/s\""),
            ("limit: 5/", "expected a limit such as 100/min, 5/s, 20/10s, found \"5/\""),
            ("limit: 5/10", "expected a limit such as 100/min, 5/s, 20/10s, found \"5/10\""),
            ("limit: 5/99ms", "expected a window of 100ms to 1h, found \"5/99ms\""),
            ("limit: 5/2h", "expected a window of 100ms to 1h, found \"5/2h\""),
            (
                "limit: 5/s, model: bucket",
                "expected any or fixed_window or sliding_log or sliding_counter or token_bucket or leaky_bucket, found \"bucket\""
            ),
            ("limit: 5/s, burst: 0", "expected a whole number from 1 to 10000, found \"0\""),
            (
                "limit: 5/s, model: sliding_log, burst: 6",
                "a sliding_log admits the limit at once: it has no other burst"
            ),
            ("limit: 5/s, identities: [a]", "identities need the header field that carries them: \"identity\""),
            ("limit: 5/s, identity: X, identities: [a, a]", "\"a\": the identity occurs more than once"),
            ("limit: 5/s, identity: X, identities: [\"\"]", "an identity holds at least one character"),
            ("limit: 5/s, identity: a b", "\"a b\" is not a valid header name"),
            (
                "limit: 5/s, identity: X, sources: [127.0.0.1]",
                "clients are told apart either by a header field or by address: \"sources\" can't stand beside \"identity\""
            ),
            (
                "limit: 5/s, sources: [localhost]",
                "expected a numeric address such as 127.0.0.1 or ::1, found \"localhost\""
            ),
            ("limit: 5/s, tolerance: 5%", "\"tolerance\" belongs to enforcement: approximate"),
            ("limit: 5/s, resolution: 1s", "expected at most a quarter of the window"),
            ("limit: 5/s, status: 200", "expected a whole number from 300 to 599, found \"200\""),
            (
                "limit: 5/s, methods: [GOT]",
                "expected GET or HEAD or POST or PUT or PATCH or DELETE or OPTIONS, found \"GOT\" (did you mean \"GET\"?)"
            ),
            ("limit: 5/s, fields: [date]", "expected retry_after or ratelimit or x_ratelimit, found \"date\""),
            ("limit: 5/s, spoof: [Connection]", "the header field Connection is set by the generator"),
            ("limt: 5/s", "unknown key \"limt\" (did you mean \"limit\"?)"),
            ("model: any", "expected what is limited: \"limit\", \"limits\" or \"concurrency\""),
            ("limits: []", "expected at least one limit"),
            ("limits: [5]", "expected a limit such as 100/min, 5/s, 20/10s, found \"5\""),
            (
                "limit: 5/s, limits: [100/min]",
                "\"limits\" can't stand beside \"limit\": put all of them into limits"
            ),
            ("limits: [5/s, 5/s]", "5/s is there twice"),
            (
                "limits: [5/s, 1000/min]",
                "1000/min can never be reached: 5/s admits 305 at most in that time"
            ),
            (
                "limits: [100/s, {limit: 50/min, burst: 20, model: token_bucket}]",
                "100/s can never be reached: 50/min admits 100 at most in that time"
            ),
            (
                "limits: [100/min, {limit: 50/min, per: all}]",
                "100/min can never be reached: 50/min of all clients admits 100 at most in that time"
            ),
            (
                "limits: [5/s, 100/min], burst: 20",
                "each of limits has its own burst: limits: [{limit: 100/min, burst: …}]"
            ),
            (
                "limits: [5/s, {limit: 100/min, model: sliding_log, burst: 20}]",
                "a sliding_log admits the limit at once: it has no other burst"
            ),
            ("limits: [5/s, {limit: 100/min, per: user}]", "expected client or all, found \"user\""),
            ("limits: [5/s, {burst: 3}]", "missing key \"limit\""),
            ("limit: 5/s, concurrency: 0", "expected a whole number from 1 to 1000, found \"0\""),
            ("limit: 5/s, concurrency: {per: all}", "missing key \"limit\""),
            ("limit: 5/s, penalty: 0s", "expected a duration above 0s, found \"0s\""),
            ("limit: 5/s, penalty: 2h", "expected a time of 100ms to 1h"),
            ("limit: 5/s, penalty: {for: 60s, after: 0}", "expected a whole number from 1 to 1000, found \"0\""),
            (
                "concurrency: 5, penalty: 60s",
                "\"penalty\" is of a limit, and there is none: \"limit\" or \"limits\""
            ),
            (
                "limit: 5/s, rejected: json $.error = limited",
                "unknown comparison \"=\" (did you mean \"==\"?)"
            ),
            ("limit: 5/s, rejected: []", "expected at least one check"),
            (
                "limit: 5/s, rejected: response_time < 5ms",
                "a time says nothing here: expected a check of the answer itself"
            ),
            (
                "limit: 5/s, rejected: status == 403, status: 403",
                "\"status\" can't stand beside \"rejected\", which says what a rejection looks like: rejected: [status == 403, …]"
            ),
            (
                "limit: 5/s, rejected: json $.error exists, methods: [HEAD]",
                "answers to HEAD have no body: \"rejected\" can't be told by it there"
            ),
        ])
    func wrong(keys: String, problem: String) {
        let found = problems(entry(keys))
        #expect(found.contains { $0.hasSuffix(problem) }, "\(found)")
    }

    @Test("Secrets stay secrets, and every key reaches the rule")
    func values() throws {
        let scenario = try read(
            entry(
                "identity: X-API-Key, identities: [\"${env:KEY}\", b], limit: 5/s, model: leaky_bucket, burst: 7, "
                    + "enforcement: approximate, layer: edge, resolution: 10ms, spoof: [], status: 503, "
                    + "methods: [HEAD], prolongs: true, fields: [retry_after, ratelimit, x_ratelimit]"),
            environment: ["KEY": "hidden-key"])
        guard let rule = scenario.verifications.first?.rule as? RateLimitRule else {
            Issue.record("no rule")
            return
        }
        #expect(rule.identities.map(\.shown) == ["${env:KEY}", "b"])
        #expect(scenario.secrets.redact("hidden-key") == "${env:KEY}")
        #expect(rule.model == .leakyBucket && rule.capacity == 7 && rule.allowance == 0.2)
        #expect(rule.resolution == .milliseconds(10) && rule.spoof == [] && rule.status == 503)
        #expect(rule.methods == [.head] && rule.prolongs && rule.fields.count == 3)
    }

    @Test("Several limits, requests at once, bans and signs of a rejection reach the rule")
    func several() throws {
        let found = try rule(
            "limits: [100/min, {limit: 5/s, burst: 8, model: token_bucket}, {limit: 1000/min, per: all}], "
                + "concurrency: {limit: 10, per: all}, penalty: {for: 60s, after: 3}, "
                + #"rejected: ["status == 200", "json $.error == limited"]"#)
        let rule = try #require(found)
        #expect(rule.quotas.map(\.shown) == ["5/s", "100/min", "1000/min of all clients"])
        #expect(rule.quotas[0].capacity == 8 && rule.quotas[0].model == .tokenBucket)
        #expect(rule.concurrency?.shown == "10 at once of all clients")
        #expect(rule.penalty?.duration == .seconds(60) && rule.penalty?.after == 3)
        #expect(rule.rejected.map(\.source) == ["status == 200", "json $.error == limited"])
        #expect(rule.rejectsByBody)
        let short = try #require(try self.rule("concurrency: 4"))
        #expect(short.concurrency == ConcurrencyRule(limit: 4) && short.quotas.isEmpty)
        let ban = try #require(try self.rule("limit: 5/s, penalty: 60s"))
        #expect(ban.penalty == PenaltyRule(duration: .seconds(60)))
    }
}

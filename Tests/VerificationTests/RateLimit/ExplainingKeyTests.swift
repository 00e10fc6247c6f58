import Measures
import RateLimitVerification
import Scenarios
import Testing

@testable import VerificationKit

/// Limiters that are right, and scenarios that declare something else.
@Suite("Rate limit: the key that would explain what fails")
struct ExplainingKeyTests {
    /// What is declared, the limiter that is there, and what each finding that fails must name.
    struct Wrong: CustomTestStringConvertible, Sendable {
        var testDescription: String
        /// One of these stands in the text of each finding that fails.
        var keys: [String]
        var limit: Int
        var window: Double
        var quirks: [SimulatedLimiter.Quirk]
        var rule: @Sendable (inout RateLimitRule) -> Void
        var make: @Sendable () -> any SimulatedAlgorithm

        init(
            _ name: String, _ keys: String..., limit: Int = 20, window: Double = 10,
            quirks: [SimulatedLimiter.Quirk] = [.silent],
            rule: @escaping @Sendable (inout RateLimitRule) -> Void = { _ in },
            _ make: @escaping @Sendable () -> any SimulatedAlgorithm
        ) {
            testDescription = name
            self.keys = keys
            self.limit = limit
            self.window = window
            self.quirks = quirks
            self.rule = rule
            self.make = make
        }
    }

    static let wrong: [Wrong] = [
        // Burst: too small by half, so that no burst that is sent uses it up; by two; by much; too large.
        Wrong("a bucket of 20, burst 10 declared", "`burst: 20`", rule: { $0.burst = 10 }) {
            TokenBucket(burst: 20, rate: 2)
        },
        Wrong("a bucket of 20, burst 18 declared", "`burst: 20`", rule: { $0.burst = 18 }) {
            TokenBucket(burst: 20, rate: 2)
        },
        Wrong("a bucket of 60, burst 10 declared", "`burst: 59`", "`burst: 60`", rule: { $0.burst = 10 }) {
            TokenBucket(burst: 60, rate: 2)
        },
        Wrong("a bucket of 30, none declared", "`burst: 30`") { TokenBucket(burst: 30, rate: 2) },
        Wrong("a bucket of 5, burst 10 declared", "`burst: 5`", rule: { $0.burst = 10 }) {
            TokenBucket(burst: 5, rate: 2)
        },
        Wrong("nginx' burst=20, its number declared", "`burst: 21`", limit: 100, window: 60, rule: { $0.burst = 20 }) {
            NginxRequests(burst: 20, perMinute: 100, delays: false)
        },
        Wrong("nginx' burst=20, none declared", "`burst: 21`", limit: 100, window: 60) {
            NginxRequests(burst: 20, perMinute: 100, delays: false)
        },
        Wrong("nginx without a burst, one declared", "`burst: 1`", limit: 100, window: 60, rule: { $0.burst = 21 }) {
            NginxRequests(burst: 0, perMinute: 100, delays: false)
        },
        // 8 requests at once don't use 21 up, but 8 and 24 in disguise do.
        Wrong("nginx' burst=20, 5 declared", "`burst: 21`", limit: 100, window: 60, rule: { $0.burst = 5 }) {
            NginxRequests(burst: 20, perMinute: 100, delays: false)
        },
        // Windows have no burst but the limit.
        Wrong("a fixed window, a smaller burst declared", "`burst: 20`", rule: { $0.burst = 10 }) {
            FirstRequestWindow(limit: 20, window: 10)
        },
        Wrong("a fixed window, a larger burst declared", "`burst: 20`", rule: { $0.burst = 40 }) {
            FirstRequestWindow(limit: 20, window: 10)
        },
        Wrong(
            "a log, a small bucket declared", "`model: sliding_log`, `burst: 20`", "`model: any`, `burst: 20`",
            rule: { ($0.burst, $0.model) = (10, .tokenBucket) }
        ) { SlidingLog(limit: 20, window: 10) },
        // Limit and window.
        Wrong("a limit of 25", "`limit: 25/10s`") { FirstRequestWindow(limit: 25, window: 10) },
        Wrong("a limit of 40, of which no burst that is sent sees the end", "`limit: 40/10s`") {
            FirstRequestWindow(limit: 40, window: 10)
        },
        Wrong("a limit of 10", "`limit: 10/10s`") { FirstRequestWindow(limit: 10, window: 10) },
        Wrong("a window of 8 s", "`limit: 20/8s`") { FirstRequestWindow(limit: 20, window: 8) },
        Wrong("a window of 13 s", "`limit: 20/13s`") { SlidingLog(limit: 20, window: 13) },
        Wrong("twice the rate", "`limit: 40/10s`", rule: { ($0.burst, $0.model) = (20, .tokenBucket) }) {
            TokenBucket(burst: 20, rate: 4)
        },
        // 1 a second is 10 per 10 s.
        Wrong("half the rate and half the bucket", "`limit: 10/10s`", rule: { $0.model = .tokenBucket }) {
            TokenBucket(burst: 10, rate: 1)
        },
        // Model, what counts, and what a rejection is.
        Wrong("a bucket, a fixed window declared", "`model: token_bucket`", rule: { $0.model = .fixedWindow }) {
            TokenBucket(burst: 20, rate: 2)
        },
        Wrong("a fixed window, a bucket declared", "`model: fixed_window`", rule: { $0.model = .tokenBucket }) {
            FirstRequestWindow(limit: 20, window: 10)
        },
        Wrong("rejected requests count", "`prolongs: true`") { HAProxyRate(limit: 20, period: 10) },
        Wrong("rejections by 503", "`status: 503`", quirks: [.silent, .status(503)]) {
            SlidingLog(limit: 20, window: 10)
        },
        Wrong("rejections by 403", "`status: 403`", quirks: [.silent, .status(403)]) {
            SlidingLog(limit: 20, window: 10)
        },
        // 13 at once are all admitted, so that 403 doesn't begin where the declared burst ends.
        Wrong(
            "rejections by 403, and a burst too small", "`status: 403`, `burst: 20`", quirks: [.silent, .status(403)],
            rule: { $0.burst = 10 }
        ) { TokenBucket(burst: 20, rate: 2) },
    ]

    @Test("Each finding that fails names the key with its value, and with it the limiter passes", arguments: wrong)
    func names(wrong: Wrong) throws {
        let report = RateLimitFixtures.report(
            SimulatedLimiter(limit: wrong.limit, window: wrong.window, wrong.quirks, make: wrong.make),
            RateLimitFixtures.rule(limit: wrong.limit, window: wrong.window, wrong.rule), seed: 1)
        let failed = report.findings.filter { $0.verdict == .fail }
        #expect(!failed.isEmpty)
        for finding in failed {
            let named = wrong.keys.contains { finding.evidence.contains($0) }
            #expect(named, "\(finding.check): \(finding.evidence.suffix(300))")
            #expect(!finding.evidence.contains("enforcement: approximate"), "\(finding.check)")
        }
    }

    @Test(
        "Where nothing is rejected the text says what that may mean, and names no number that would explain everything")
    func unlimited() throws {
        let report = RateLimitFixtures.report(
            SimulatedLimiter(limit: 20, window: 10, [.silent]) { FirstRequestWindow(limit: 1_000_000, window: 10) },
            RateLimitFixtures.rule(), seed: 1)
        let limit = try #require(report.findings.first { $0.check == "over_admission" })
        #expect(
            limit.verdict == .fail && limit.evidence.contains("Nothing was rejected: `limit` or `burst`"), "\(limit)")
        #expect(!report.findings.contains { $0.evidence.contains("would explain") })
    }

    @Test("A limiter that is wrong whatever is declared is not explained away")
    func defective() throws {
        // Twice the limit where a race is on, else exact: no number explains both.
        let report = RateLimitFixtures.report(
            SimulatedLimiter(limit: 20, window: 10, [.silent, .race(0.004)]) { SlidingLog(limit: 20, window: 10) },
            RateLimitFixtures.rule(), seed: 1)
        let race = try #require(report.findings.first { $0.check == "race_cold" })
        #expect(race.verdict == .fail && !race.evidence.contains("would explain"), "\(race)")
    }
}

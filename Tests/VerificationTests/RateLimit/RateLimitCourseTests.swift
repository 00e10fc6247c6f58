import Measures
import Scenarios
import Testing

@testable import Verification

/// Courses against simulated limiters, in virtual time.
@Suite struct RateLimitCourseTests {
    /// A limiter that does what its rule says.
    struct Correct: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var rule: @Sendable () -> RateLimitRule
        var limiter: @Sendable () -> SimulatedLimiter
        /// What the model finding names.
        var model: RateLimitRule.Model

        init(
            _ name: String, _ model: RateLimitRule.Model, limit: Int = 20, window: Double = 10,
            quirks: [SimulatedLimiter.Quirk] = [], rule: @escaping @Sendable (inout RateLimitRule) -> Void = { _ in },
            _ make: @escaping @Sendable () -> any SimulatedAlgorithm
        ) {
            testDescription = name
            self.model = model
            self.rule = { RateLimitFixtures.rule(limit: limit, window: window, rule) }
            limiter = { SimulatedLimiter(limit: limit, window: window, quirks, make: make) }
        }
    }

    static let correct: [Correct] = [
        Correct("fixed window from the first request", .fixedWindow) { FirstRequestWindow(limit: 20, window: 10) },
        Correct("fixed window aligned to the clock", .fixedWindow, quirks: [.epochReset]) {
            ClockWindow(limit: 20, window: 10)
        },
        Correct("sliding log", .slidingLog) { SlidingLog(limit: 20, window: 10) },
        Correct("sliding log that counts all", .slidingLog, quirks: [.silent], rule: { $0.prolongs = true }) {
            SlidingLog(limit: 20, window: 10, countsRejected: true)
        },
        Correct("sliding counter aligned to the clock", .slidingCounter) {
            SlidingCounter(limit: 20, window: 10, fromFirstRequest: false, countsRejected: false, comparesBefore: false)
        },
        Correct("sliding counter compared before", .slidingCounter) {
            SlidingCounter(limit: 20, window: 10, fromFirstRequest: false, countsRejected: false, comparesBefore: true)
        },
        Correct("sliding counter from the first request", .slidingCounter) {
            SlidingCounter(limit: 20, window: 10, fromFirstRequest: true, countsRejected: false, comparesBefore: false)
        },
        Correct("HAProxy's stick table", .slidingCounter, quirks: [.silent], rule: { $0.prolongs = true }) {
            HAProxyRate(limit: 20, period: 10)
        },
        Correct("token bucket", .tokenBucket) { TokenBucket(burst: 20, rate: 2) },
        Correct("token bucket of a small burst", .tokenBucket, rule: { $0.burst = 5 }) {
            TokenBucket(burst: 5, rate: 2)
        },
        Correct("token bucket of a large burst", .tokenBucket, rule: { $0.burst = 50 }) {
            TokenBucket(burst: 50, rate: 2)
        },
        Correct("GCRA in milliseconds", .tokenBucket, limit: 7, window: 1, rule: { $0.burst = 7 }) {
            CellRate(burst: 7, rate: 7)
        },
        Correct(
            "nginx without a burst", .leakyBucket, limit: 100, window: 60, quirks: [.silent, .status(503)],
            rule: { ($0.burst, $0.status) = (1, 503) }
        ) { NginxRequests(burst: 0, perMinute: 100, delays: false) },
        Correct(
            "nginx with burst and nodelay", .leakyBucket, limit: 100, window: 60, quirks: [.silent],
            rule: { $0.burst = 21 }
        ) { NginxRequests(burst: 20, perMinute: 100, delays: false) },
        Correct(
            "nginx with burst", .leakyBucket, limit: 1200, window: 60, quirks: [.silent], rule: { $0.burst = 21 }
        ) { NginxRequests(burst: 20, perMinute: 1200, delays: true) },
        Correct("fixed window of a minute", .fixedWindow, limit: 100, window: 60) {
            FirstRequestWindow(limit: 100, window: 60)
        },
        Correct("sliding log of a second", .slidingLog, limit: 5, window: 1) { SlidingLog(limit: 5, window: 1) },
        Correct("one request per window", .fixedWindow, limit: 1, window: 2) {
            FirstRequestWindow(limit: 1, window: 2)
        },
    ]

    @Test("Correct limiters pass, whatever the latencies, and the model is among those named", arguments: correct)
    func accepts(correct: Correct) {
        for seed in UInt64(1)...20 {
            let report = RateLimitFixtures.report(correct.limiter(), correct.rule(), seed: seed)
            #expect(RateLimitFixtures.complaints(report) == [], "seed \(seed)")
            #expect(report.verdict == .pass, "seed \(seed)")
            let model = report.findings.first { $0.check == "model" }
            let named = model?.observed.contains(correct.model.rawValue) ?? false
            #expect(named, "seed \(seed): \(model?.observed ?? "")")
        }
    }
}

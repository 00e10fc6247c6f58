import Measures
import RateLimitVerification
import Scenarios
import Testing

@testable import VerificationKit

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
        let reports = RateLimitFixtures.reports(correct.limiter, correct.rule, seeds: Seeds.all)
        #expect(reports.count == Seeds.all.count)
        for (seed, report) in reports {
            #expect(RateLimitFixtures.complaints(report) == [], "seed \(seed)")
            #expect(report.verdict == .pass, "seed \(seed)")
            let model = report.findings.first { $0.check == "model" }
            let named = model?.observed.contains(correct.model.rawValue) ?? false
            #expect(named, "seed \(seed): \(model?.observed ?? "")")
        }
    }
}

/// Limiters with a mistake.
@Suite struct RateLimitMutantTests {
    struct Mutant: CustomTestStringConvertible, Sendable {
        var testDescription: String
        /// Checks of which one must fail.
        var checks: Set<String>
        var rule: @Sendable () -> RateLimitRule
        var limiter: @Sendable () -> SimulatedLimiter

        init(
            _ name: String, _ check: String, or other: String? = nil, limit: Int = 20, window: Double = 10,
            quirks: [SimulatedLimiter.Quirk] = [], rule: @escaping @Sendable (inout RateLimitRule) -> Void = { _ in },
            _ make: @escaping @Sendable () -> any SimulatedAlgorithm
        ) {
            testDescription = name
            checks = Set([check, other].compactMap { $0 })
            self.rule = { RateLimitFixtures.rule(limit: limit, window: window, rule) }
            limiter = { SimulatedLimiter(limit: limit, window: window, quirks, make: make) }
        }

        /// Each client has an algorithm made for its name.
        init(
            _ name: String, _ check: String, limit: Int = 20, window: Double = 10,
            quirks: [SimulatedLimiter.Quirk] = [],
            perClient make: @escaping @Sendable (String) -> any SimulatedAlgorithm
        ) {
            testDescription = name
            checks = [check]
            rule = { RateLimitFixtures.rule(limit: limit, window: window) }
            limiter = { SimulatedLimiter(limit: limit, window: window, quirks, perClient: make) }
        }
    }

    static let mutants: [Mutant] = [
        Mutant("fixed window that counts after it has decided", "race_cold", quirks: [.race(0.004)]) {
            FirstRequestWindow(limit: 20, window: 10)
        },
        Mutant("primed race", "race_primed", quirks: [.race(0.004)]) { SlidingLog(limit: 20, window: 10) },
        Mutant("bucket that counts after it has decided", "race_cold", quirks: [.race(0.004)]) {
            TokenBucket(burst: 20, rate: 2)
        },
        Mutant("clock window that counts after it has decided", "race_cold", quirks: [.race(0.004)]) {
            ClockWindow(limit: 20, window: 10)
        },
        Mutant("fails open under concurrency", "race_cold", quirks: [.failsOpen(above: 6)]) {
            FirstRequestWindow(limit: 20, window: 10)
        },
        Mutant("one too many, fixed window", "limit") { FirstRequestWindow(limit: 21, window: 10) },
        Mutant("one too many, clock window", "limit") { ClockWindow(limit: 21, window: 10) },
        Mutant("one too many, sliding log", "over_admission") { SlidingLog(limit: 21, window: 10) },
        Mutant("one too many, bucket", "burst") { TokenBucket(burst: 21, rate: 2) },
        Mutant("one too many, sliding counter", "burst") {
            SlidingCounter(limit: 21, window: 10, fromFirstRequest: false, countsRejected: false, comparesBefore: false)
        },
        Mutant("one too few", "under_admission") { FirstRequestWindow(limit: 19, window: 10) },
        Mutant("one too few, bucket", "burst") { TokenBucket(burst: 19, rate: 2) },
        Mutant("each request renews the window", "under_admission") {
            FirstRequestWindow(limit: 20, window: 10, everyRequestRenews: true)
        },
        Mutant("double rate", "limit") { TokenBucket(burst: 20, rate: 4) },
        Mutant("half the rate", "limit") { TokenBucket(burst: 20, rate: 1) },
        Mutant("double limit", "limit") { FirstRequestWindow(limit: 40, window: 10) },
        Mutant("window too short", "window") { FirstRequestWindow(limit: 20, window: 8) },
        Mutant("window too long", "window") { SlidingLog(limit: 20, window: 13) },
        Mutant("no limit at all", "limit") { FirstRequestWindow(limit: 1_000_000, window: 10) },
        Mutant("forged field makes a new client", "spoofing", quirks: [.trusts("X-Forwarded-For")]) {
            FirstRequestWindow(limit: 20, window: 10)
        },
        Mutant("another forged field, bucket", "spoofing", quirks: [.trusts("Forwarded")]) {
            TokenBucket(burst: 20, rate: 2)
        },
        Mutant("one count for all", "isolation", quirks: [.sharedByAll]) { FirstRequestWindow(limit: 20, window: 10) },
        Mutant("one bucket for all", "isolation", quirks: [.sharedByAll]) { TokenBucket(burst: 20, rate: 2) },
        Mutant("blocked while load persists", "prolongation") {
            SlidingLog(limit: 20, window: 10, countsRejected: true)
        },
        Mutant("each rejection blocks again", "prolongation") { PunishingLog(limit: 20, window: 10) },
        // Either says that more is rejected than the limit explains.
        Mutant(
            "HAProxy where rejected requests must not count", "prolongation", or: "under_admission", quirks: [.silent]
        ) {
            HAProxyRate(limit: 20, period: 10)
        },
        Mutant("Retry-After too early", "recovery", quirks: [.promises(0.5)]) {
            FirstRequestWindow(limit: 20, window: 10)
        },
        Mutant("Retry-After too early, log", "recovery", quirks: [.promises(0.7)]) {
            SlidingLog(limit: 20, window: 10)
        },
        Mutant("Retry-After far too late", "retry_after", quirks: [.promises(100)]) {
            FirstRequestWindow(limit: 20, window: 10)
        },
        Mutant("Retry-After malformed", "retry_after", quirks: [.malformedRetryAfter]) {
            FirstRequestWindow(limit: 20, window: 10)
        },
        Mutant("remaining stays", "ratelimit_fields", quirks: [.steadyRemaining]) { TokenBucket(burst: 20, rate: 2) },
        Mutant("fields malformed", "ratelimit_fields", quirks: [.malformedFields]) {
            SlidingLog(limit: 20, window: 10)
        },
        Mutant("fields name another limit", "ratelimit_fields", quirks: [.wrongLimitField]) {
            SlidingLog(limit: 20, window: 10)
        },
        Mutant(
            "fields missing", "ratelimit_fields", quirks: [.silent], rule: { $0.fields = [.retryAfter, .rateLimit] }
        ) { SlidingLog(limit: 20, window: 10) },
        Mutant("rejections cached", "not_cached", quirks: [.cachesRejections(30)]) {
            FirstRequestWindow(limit: 20, window: 10)
        },
        Mutant(
            "a method is not limited", "methods", quirks: [.exempts("HEAD")], rule: { $0.methods = [.head, .options] }
        ) {
            FirstRequestWindow(limit: 20, window: 10)
        },
        Mutant("others wait while one is blocked", "neighbours", quirks: [.slowsOthers(0.3)]) {
            FirstRequestWindow(limit: 20, window: 10)
        },
        Mutant("another status", "status", quirks: [.status(503)]) { SlidingLog(limit: 20, window: 10) },
        Mutant("fixed window where a log is declared", "model", rule: { $0.model = .slidingLog }) {
            FirstRequestWindow(limit: 20, window: 10)
        },
        Mutant("clock window where a log is declared", "over_admission", rule: { $0.model = .slidingLog }) {
            ClockWindow(limit: 20, window: 10)
        },
        Mutant("bucket where a fixed window is declared", "model", rule: { $0.model = .fixedWindow }) {
            TokenBucket(burst: 20, rate: 2)
        },
        Mutant("log where a bucket is declared", "model", rule: { $0.model = .tokenBucket }) {
            SlidingLog(limit: 20, window: 10)
        },
        Mutant("nginx' burst not declared", "burst", limit: 100, window: 60, quirks: [.silent]) {
            NginxRequests(burst: 20, perMinute: 100, delays: false)
        },
    ]

    @Test("Every mistake is found, with every seed, by the check that is about it", arguments: mutants)
    func finds(mutant: Mutant) {
        var missed: [String] = []
        let reports = RateLimitFixtures.reports(mutant.limiter, mutant.rule, seeds: Seeds.all)
        #expect(reports.count == Seeds.all.count)
        for (seed, report) in reports {
            let failures = RateLimitFixtures.failures(report)
            if mutant.checks.isDisjoint(with: failures) || report.verdict != .fail {
                missed.append(
                    "seed \(seed): \(failures.sorted()), \(report.findings.first { $0.check == "model" }?.evidence ?? ""), \(RateLimitFixtures.complaints(report))"
                )
            }
            // Someone can look for himself.
            for finding in report.findings where finding.verdict == .fail {
                #expect(!finding.evidence.isEmpty && finding.exhibits.count <= 4, "\(finding.check)")
            }
        }
        #expect(missed.isEmpty, "\(missed.count) missed: \(missed.first ?? "")")
    }
}

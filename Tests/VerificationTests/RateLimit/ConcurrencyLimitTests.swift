import Measures
import Scenarios
import Testing

@testable import RateLimitVerification
@testable import VerificationKit

/// Requests at once.
@Suite("Rate limit: requests at once") struct ConcurrencyLimitTests {
    private static func rule(
        _ limit: Int = 10, _ scope: RateLimitQuota.Scope = .client, _ change: (inout RateLimitRule) -> Void = { _ in }
    ) -> RateLimitRule {
        RateLimitFixtures.rule { rule in
            rule.limitsRate = false
            var concurrency = ConcurrencyRule(limit: limit)
            concurrency.scope = scope
            rule.concurrency = concurrency
            change(&rule)
        }
    }

    private static func limiter(
        _ mistake: SimulatedSlots.Mistake = .none, limit: Int = 10, hold: Double = 0.4, isOfAll: Bool = false
    ) -> SimulatedLimiter {
        var limiter = SimulatedLimiter(limit: 1_000_000, window: 1, [.silent]) {
            FirstRequestWindow(limit: 1_000_000, window: 1)
        }
        limiter.places = SimulatedSlots(limit: limit, hold: hold, mistake, isOfAll: isOfAll)
        return limiter
    }

    @Test("Honest ones pass, of each client and of all")
    func accepts() {
        for (scope, limit) in [(RateLimitQuota.Scope.client, 10), (.client, 1), (.all, 10), (.all, 3)] {
            let reports = RateLimitFixtures.sessions(
                { Self.limiter(limit: limit, isOfAll: scope == .all) }, { Self.rule(limit, scope) })
            for (seed, report) in reports {
                #expect(RateLimitFixtures.complaints(report) == [], "\(scope) \(limit), seed \(seed)")
                #expect(
                    report.findings.map(\.check) == ["concurrency", "slots"] + (scope == .client ? ["held_apart"] : []))
            }
        }
    }

    @Test(
        "Each mistake fails the check that is about it",
        arguments: [
            (SimulatedSlots.Mistake.oneMore, "concurrency"), (.oneLess, "concurrency"), (.unlimited, "concurrency"),
            (.leaksRejected, "slots"), (.leaksAborted, "slots"), (.leaksAnswered, "slots"), (.shared, "held_apart"),
        ])
    func finds(mistake: SimulatedSlots.Mistake, check: String) {
        for (seed, report) in RateLimitFixtures.sessions({ Self.limiter(mistake) }, { Self.rule() }) {
            let failures = RateLimitFixtures.failures(report)
            #expect(failures.contains(check), "seed \(seed): \(RateLimitFixtures.complaints(report))")
        }
    }

    @Test("A request that is answered too fast shows nothing, and nobody is accused")
    func fast() {
        for (seed, report) in RateLimitFixtures.sessions({ Self.limiter(hold: 0.003) }, { Self.rule() }) {
            let finding = report.findings.first { $0.check == "concurrency" }
            #expect(finding?.verdict == .inconclusive, "seed \(seed)")
            #expect(
                finding?.evidence.contains("too fast for 13 to be under way at once for certain") ?? false,
                "\(finding?.evidence ?? "")")
        }
    }

    @Test("Requests that wait for a place are neither rejected nor too many")
    func waiting() {
        // Three places, each of them for one after the other.
        var record = ConcurrencyRecord()
        for (index, number, from, to) in [
            (ConcurrencyRecord.Purpose.alone, 1, 0, 400),
            (.together, 3, 1_000, 1_405), (.together, 3, 1_000, 1_810),
        ] {
            for _ in 0..<number { record.take(Self.answer(from, to), at: index) }
        }
        let finding = Self.judged(record, limit: 3)
        #expect(finding?.verdict == .inconclusive)
        #expect(
            finding?.evidence.contains("it seems that requests wait for a place") ?? false,
            "\(String(describing: finding))")
    }

    @Test("One more than the limit is accused only if it can't have come after another one")
    func certainty() {
        // Four at once where three are allowed: all answered within one request's time.
        var record = ConcurrencyRecord()
        record.take(Self.answer(0, 400), at: .alone)
        for _ in 0..<4 { record.take(Self.answer(1_000, 1_410), at: .together) }
        record.take(Self.answer(1_000, 1_003, status: 429), at: .together)
        #expect(Self.judged(record, limit: 3)?.verdict == .fail)
        // The last one came late enough for a place to be free again.
        record = ConcurrencyRecord()
        record.take(Self.answer(0, 400), at: .alone)
        for _ in 0..<3 { record.take(Self.answer(1_000, 1_410), at: .together) }
        record.take(Self.answer(1_000, 1_820), at: .together)
        record.take(Self.answer(1_000, 1_003, status: 429), at: .together)
        #expect(Self.judged(record, limit: 3)?.verdict == .inconclusive)
    }

    @Test("Requests that are answered much faster than alone show nothing")
    func faster() {
        var record = ConcurrencyRecord()
        record.take(Self.answer(0, 1_000), at: .alone)
        for _ in 0..<6 { record.take(Self.answer(2_000, 2_001), at: .together) }
        let finding = Self.judged(record, limit: 3)
        #expect(finding?.verdict == .inconclusive)
        #expect(finding?.evidence.contains("much faster than alone") ?? false, "\(String(describing: finding))")
    }

    private static func judged(_ record: ConcurrencyRecord, limit: Int) -> VerificationFinding? {
        ConcurrencyJudge(rule(limit), ConcurrencyRule(limit: limit), record).findings().first
    }

    private static func answer(_ from: Int, _ to: Int, status: Int = 200) -> ProbeRun.Answer {
        var observed = ObservedExchange(
            planned: PlannedExchange(isSecure: false, host: "127.0.0.1", port: 80, target: "/"),
            sent: Instant(nanoseconds: Int64(from) * 1_000_000), received: Instant(nanoseconds: Int64(to) * 1_000_000),
            outcome: .ok)
        observed.status = status
        return ProbeRun.Answer(shot: 0, tag: .plain, observed: observed)
    }

    @Test("Beside a limit that admits fewer at once, requests keep a distance or it is said that they can't")
    func besideLimits() {
        let limiter: @Sendable () -> SimulatedLimiter = {
            var limiter = SimulatedLimiter(limit: 5, window: 1, [.silent]) { SlidingLog(limit: 5, window: 1) }
            limiter.places = SimulatedSlots(limit: 6, hold: 5)
            return limiter
        }
        let rule: @Sendable () -> RateLimitRule = {
            Self.rule(6) { ($0.limitsRate, $0.limit, $0.window) = (true, 5, .seconds(1)) }
        }
        // The limit's own part is left out: its answers take five seconds.
        for seed in Seeds.all {
            var service = SimulatedService(limiter(), seed: seed)
            var course = ConcurrencyCourse(
                DeclaredVerification(name: "api", rule: rule()), rule: rule(), concurrency: ConcurrencyRule(limit: 6),
                maker: RequestMaker(Scenario(name: "s", target: Text("http://127.0.0.1:8080"), flows: [], load: [])),
                seed: seed, rest: 2.2)
            let report = service.run(&course)
            #expect(RateLimitFixtures.complaints(report) == [], "seed \(seed)")
        }
    }
}

import Measures
import Scenarios
import Testing

@testable import RateLimitVerification
@testable import VerificationKit

/// Courses with fewer clients than probes, with disturbances, and cut short.
@Suite struct RateLimitClientTests {
    private func limiter(_ quirks: [SimulatedLimiter.Quirk] = []) -> SimulatedLimiter {
        SimulatedLimiter(limit: 20, window: 10, quirks) { SlidingLog(limit: 20, window: 10) }
    }

    @Test("Given identities take turns, and are never shown")
    func given() {
        let rule = RateLimitFixtures.rule {
            $0.identities = (1...3).map { Text(pieces: [.secret(value: "secret-\($0)", shown: "${env:KEY}")]) }
        }
        for seed in UInt64(1)...10 {
            let report = RateLimitFixtures.report(limiter(), rule, seed: seed)
            #expect(RateLimitFixtures.complaints(report) == [], "seed \(seed)")
            let shown = report.findings.flatMap { [$0.evidence, $0.observed] + $0.exhibits.map(\.request) }
            #expect(!shown.contains { $0.contains("secret-") })
            #expect(report.findings.first { $0.check == "isolation" }?.severity == .hard)
        }
        let shared = RateLimitFixtures.report(limiter([.sharedByAll]), rule, seed: 1)
        #expect(RateLimitFixtures.failures(shared).contains("isolation"))
    }

    @Test("Source addresses are clients; one address alone can't show isolation")
    func addresses() throws {
        let sources = RateLimitFixtures.rule {
            $0.identityHeader = nil
            $0.sources = ["127.0.0.1", "127.0.0.2"]
        }
        let single = RateLimitFixtures.rule { $0.identityHeader = nil }
        for seed in UInt64(1)...10 {
            #expect(RateLimitFixtures.complaints(RateLimitFixtures.report(limiter(), sources, seed: seed)) == [])
            let report = RateLimitFixtures.report(limiter(), single, seed: seed)
            #expect(RateLimitFixtures.complaints(report) == [], "seed \(seed)")
            let isolation = try #require(report.findings.first { $0.check == "isolation" })
            #expect(isolation.verdict == .inconclusive && isolation.severity == .advisory)
        }
        let counter = SimulatedLimiter(limit: 20, window: 10) {
            SlidingCounter(limit: 20, window: 10, fromFirstRequest: false, countsRejected: false, comparesBefore: false)
        }
        #expect(RateLimitFixtures.complaints(RateLimitFixtures.report(counter, single, seed: 3)) == [])
        let racing = RateLimitFixtures.report(limiter([.race(0.004)]), single, seed: 1)
        #expect(RateLimitFixtures.failures(racing).contains("race_cold"))
    }

    @Test("A burst declared too small accuses the declaration, not a limiter that is right")
    func smallBurst() {
        // 8 at once are sent, 20 are granted: nothing at rest is rejected, so that nothing is known of races.
        let rule = RateLimitFixtures.rule { $0.burst = 5 }
        for seed in UInt64(1)...10 {
            let report = RateLimitFixtures.report(limiter(), rule, seed: seed)
            let failures = RateLimitFixtures.failures(report)
            #expect(failures.isSuperset(of: ["burst"]), "seed \(seed): \(failures)")
            #expect(
                failures.isDisjoint(with: ["race_cold", "race_primed", "spoofing", "isolation", "prolongation"]),
                "seed \(seed): \(failures)")
        }
    }

    @Test("Races need requests under way at once, but not in every group")
    func overlaps() throws {
        func findings(_ slow: Set<Int>) throws -> (cold: VerificationFinding, primed: VerificationFinding) {
            let report = RateLimitFixtures.report(limiter(), RateLimitFixtures.rule(), seed: 4) { service in
                service.slowGroups = slow
                service.hiccups = 0
            }
            return (
                try #require(report.findings.first { $0.check == "race_cold" }),
                try #require(report.findings.first { $0.check == "race_primed" })
            )
        }
        let none = try findings(Set(0..<100))
        #expect([none.cold.verdict, none.primed.verdict] == [.inconclusive, .inconclusive])
        #expect(none.cold.evidence.hasPrefix("No two requests overlapped"), "\(none.cold)")
        // Both groups of race_cold are among the first ones, after the two that show whether answers wait.
        let some = try (0..<5).map { try findings([$0]).cold }
        #expect(some.count { $0.observed.contains("up to 1 under way") } == 2, "\(some.map(\.observed))")
        #expect(some.allSatisfy { $0.verdict == .pass }, "\(some)")
    }

    @Test("A slow network and a machine that stumbles make nothing fail")
    func disturbed() {
        let algorithms: [() -> any SimulatedAlgorithm] = [
            { FirstRequestWindow(limit: 20, window: 2) }, { SlidingLog(limit: 20, window: 2) },
            { TokenBucket(burst: 20, rate: 10) }, { ClockWindow(limit: 20, window: 2) },
            {
                SlidingCounter(
                    limit: 20, window: 2, fromFirstRequest: false, countsRejected: false, comparesBefore: true)
            },
        ]
        for (number, make) in algorithms.enumerated() {
            for seed in UInt64(1)...10 {
                let limiter = SimulatedLimiter(limit: 20, window: 2, make: make)
                let report = RateLimitFixtures.report(limiter, RateLimitFixtures.rule(window: 2), seed: seed) {
                    $0.latency = 0.05
                    $0.hiccups = 0.05
                    $0.hiccup = 0.2
                }
                let failures = RateLimitFixtures.failures(report)
                let complaints = RateLimitFixtures.complaints(report)
                #expect(failures == [], "algorithm \(number), seed \(seed): \(complaints)")
            }
        }
    }

    @Test("Requests without an answer spoil probes: inconclusive, never failed")
    func losses() {
        var inconclusive = 0
        for seed in UInt64(1)...20 {
            let report = RateLimitFixtures.report(limiter(), RateLimitFixtures.rule(), seed: seed) { $0.losses = 0.01 }
            #expect(RateLimitFixtures.failures(report) == [], "seed \(seed): \(RateLimitFixtures.complaints(report))")
            if report.verdict == .inconclusive { inconclusive += 1 }
        }
        #expect(inconclusive == 20)
    }

    /// The checks of a rule of one limit that says nothing of requests at once and of bans.
    private static let checks = RateLimitJudge.checks.filter {
        !["concurrency", "slots", "held_apart", "together", "total", "penalty", "penalty_end", "penalty_apart"]
            .contains($0)
    }

    @Test("A target that doesn't answer gives no data, after a few requests")
    func silence() {
        let report = RateLimitFixtures.report(limiter(), RateLimitFixtures.rule(), seed: 1) { $0.losses = 1 }
        #expect(report.verdict == .noData)
        #expect(report.exchanges < 30)
        #expect(report.findings.map(\.check) == Self.checks)
    }

    @Test("A target that takes none of the requests shows nothing")
    func refused() {
        let report = RateLimitFixtures.report(limiter([.admits(401)]), RateLimitFixtures.rule(), seed: 1)
        #expect(report.verdict == .inconclusive)
        #expect(report.findings.last?.evidence.contains("401") == true)
    }

    @Test("Before the end what is not known is inconclusive; the checks are the same all along")
    func cutShort() {
        var course = RateLimitFixtures.course(RateLimitFixtures.rule())
        #expect(course.report().findings.map(\.check) == Self.checks)
        #expect(RateLimitFixtures.failures(course.report()) == [])
        _ = course.nextAction()
        #expect(RateLimitFixtures.failures(course.report()) == [])
        #expect(course.report().verdict != .pass)
    }

    @Test("The plan's length and requests are about what it comes to")
    func plan() {
        for window in [1.0, 10, 60] {
            let rule = RateLimitFixtures.rule(window: window)
            let plan = RateLimitFixtures.course(rule).plan
            let limiter = SimulatedLimiter(limit: 20, window: window) { FirstRequestWindow(limit: 20, window: window) }
            let report = RateLimitFixtures.report(limiter, rule, seed: 1)
            #expect(report.duration.seconds < plan.duration.seconds + 2)
            #expect(report.duration.seconds > 0.5 * plan.duration.seconds)
            #expect(report.duration.seconds < 3 * window + 3)
            #expect(abs(report.exchanges - plan.exchanges) <= 20 + plan.exchanges / 5)
            #expect(!plan.parts.isEmpty)
        }
    }

    @Test("Approximate counts may be off by the tolerance, at the edge by more")
    func approximate() {
        func failures(_ limit: Int, _ change: @escaping (inout RateLimitRule) -> Void) -> Set<String> {
            let limiter = SimulatedLimiter(limit: 100, window: 10, [.silent]) { SlidingLog(limit: limit, window: 10) }
            return RateLimitFixtures.failures(
                RateLimitFixtures.report(limiter, RateLimitFixtures.rule(limit: 100, change), seed: 1))
        }
        #expect(failures(104) { _ in }.contains("limit"))
        #expect(failures(104) { $0.enforcement = .approximate } == [])
        #expect(failures(96) { $0.enforcement = .approximate } == [])
        #expect(failures(110) { $0.enforcement = .approximate }.contains("limit"))
        #expect(failures(115) { ($0.enforcement, $0.layer) = (.approximate, .edge) } == [])
        #expect(failures(130) { ($0.enforcement, $0.layer) = (.approximate, .edge) }.contains("limit"))
        #expect(failures(130) { ($0.enforcement, $0.tolerance) = (.approximate, 0.4) } == [])
    }

    @Test("A clock of whole seconds is granted where it is declared")
    func coarseClock() {
        struct Coarse: SimulatedAlgorithm {
            var log = SlidingLog(limit: 20, window: 10)
            mutating func take(at now: Double) -> SimulatedDecision { log.take(at: now.rounded(.down)) }
        }
        let rule = RateLimitFixtures.rule { $0.resolution = .seconds(1) }
        for seed in UInt64(1)...10 {
            let limiter = SimulatedLimiter(limit: 20, window: 10, [.silent]) { Coarse() }
            #expect(RateLimitFixtures.failures(RateLimitFixtures.report(limiter, rule, seed: seed)) == [], "\(seed)")
        }
    }

    @Test("The figures say what was admitted, and the ranges that explain it")
    func figures() {
        let report = RateLimitFixtures.report(limiter(), RateLimitFixtures.rule(), seed: 1)
        func value(_ name: String) -> Double? { report.figures.first { $0.name == name }?.value }
        #expect(value("admitted_at_rest") == 20)
        #expect(value("admitted_after_wait") == 0)
        #expect(value("admitted_after_halves") == 10)
        #expect(value("admitted_race_cold") == 20)
        #expect(value("admitted_race_primed") == 1)
        #expect(value("limit_low") == 20 && value("limit_high") == 20)
        // The true window lies within, and not far from both ends.
        let window = (value("window_low") ?? 0)...(value("window_high") ?? .infinity)
        #expect(window.contains(10_000) && window.lowerBound > 5_000 && window.upperBound < 20_000)
        #expect(value("most_in_window") == 20)
    }
}

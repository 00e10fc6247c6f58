import Measures
import Scenarios
import Testing

@testable import RateLimitVerification
@testable import VerificationKit

/// Bans of clients that have gone beyond a limit.
@Suite("Rate limit: bans") struct PenaltyTests {
    private static func rule(_ change: (inout RateLimitRule) -> Void = { _ in }) -> RateLimitRule {
        RateLimitFixtures.rule(limit: 20, window: 2) { rule in
            rule.penalty = PenaltyRule(duration: .seconds(10))
            change(&rule)
        }
    }

    private static func limiter(
        _ mistake: SimulatedBan.Mistake = .none, after: Int = 1,
        _ make: @escaping @Sendable () -> any SimulatedAlgorithm = { FirstRequestWindow(limit: 20, window: 2) }
    ) -> SimulatedLimiter {
        var limiter = SimulatedLimiter(limit: 20, window: 2, [.silent], make: make)
        limiter.ban = SimulatedBan(length: 10, after: after, mistake)
        return limiter
    }

    @Test("Honest bans pass, whatever the limit counts by and how many rejections lead to them")
    func accepts() {
        let algorithms: [@Sendable () -> any SimulatedAlgorithm] = [
            { FirstRequestWindow(limit: 20, window: 2) }, { ClockWindow(limit: 20, window: 2) },
            { SlidingLog(limit: 20, window: 2) }, { TokenBucket(burst: 20, rate: 10) },
        ]
        for (number, make) in algorithms.enumerated() {
            for after in [1, 3] {
                let reports = RateLimitFixtures.sessions(
                    { Self.limiter(after: after, make) }, { Self.rule { $0.penalty?.after = after } })
                for (seed, report) in reports {
                    #expect(
                        RateLimitFixtures.complaints(report) == [], "algorithm \(number), after \(after), seed \(seed)")
                    let checks = Set(report.findings.map(\.check))
                    #expect(checks.isSuperset(of: ["limit", "penalty", "penalty_end", "penalty_apart", "spoofing"]))
                }
            }
        }
    }

    @Test("Few clients and one alone are not accused either")
    func fewClients() {
        for sources in [["127.0.0.1", "127.0.0.2", "127.0.0.3"], []] {
            let reports = RateLimitFixtures.sessions(
                { Self.limiter() },
                {
                    Self.rule { rule in
                        rule.identityHeader = nil
                        rule.sources = sources
                    }
                })
            for (seed, report) in reports {
                #expect(
                    RateLimitFixtures.failures(report) == [], "seed \(seed): \(RateLimitFixtures.complaints(report))")
            }
        }
    }

    @Test(
        "Each mistake fails the check that is about it",
        arguments: [
            (SimulatedBan.Mistake.missing, "penalty"), (.half, "penalty"), (.double, "penalty_end"),
            (.endless, "penalty_end"), (.ofAll, "penalty_apart"), (.renewed, "penalty_end"),
            (.trustsFields, "spoofing"),
        ])
    func finds(mistake: SimulatedBan.Mistake, check: String) {
        for (seed, report) in RateLimitFixtures.sessions({ Self.limiter(mistake) }, { Self.rule() }) {
            let failures = RateLimitFixtures.failures(report)
            // Where a ban is of all, the limit's own probes meet it before.
            let found = mistake == .ofAll ? [check, "isolation"] : [check]
            #expect(!failures.isDisjoint(with: found), "seed \(seed): \(RateLimitFixtures.complaints(report))")
        }
    }

    @Test("A ban that asking prolongs passes where that is declared")
    func prolonged() {
        for (seed, report) in RateLimitFixtures.sessions(
            { Self.limiter(.renewed) }, { Self.rule { $0.prolongs = true } })
        {
            #expect(RateLimitFixtures.failures(report) == [], "seed \(seed): \(RateLimitFixtures.complaints(report))")
        }
    }

    @Test("A limit that is wrong fails under a ban, too")
    func wrongLimit() {
        for limit in [18, 21, 40] {
            let reports = RateLimitFixtures.sessions(
                { Self.limiter { FirstRequestWindow(limit: limit, window: 2) } }, { Self.rule() })
            for (seed, report) in reports {
                let failures = RateLimitFixtures.failures(report)
                #expect(
                    !failures.isDisjoint(with: ["limit", "burst", "over_admission", "under_admission"]),
                    "\(limit), seed \(seed): \(RateLimitFixtures.complaints(report))")
            }
        }
    }

    @Test("A ban no longer than the limit's own block shows nothing, and is no pass")
    func short() {
        let reports = RateLimitFixtures.sessions(
            {
                var limiter = SimulatedLimiter(limit: 20, window: 10, [.silent]) {
                    FirstRequestWindow(limit: 20, window: 10)
                }
                limiter.ban = SimulatedBan(length: 5, after: 1, .missing)
                return limiter
            },
            { RateLimitFixtures.rule(limit: 20, window: 10) { $0.penalty = PenaltyRule(duration: .seconds(5)) } })
        for (seed, report) in reports {
            let finding = report.findings.first { $0.check == "penalty" }
            #expect(finding?.verdict == .inconclusive, "seed \(seed): \(String(describing: finding))")
        }
    }

    @Test("A ban that isn't declared is named with the key that would explain it")
    func undeclared() {
        for (seed, report) in RateLimitFixtures.sessions({ Self.limiter() }, { Self.rule { $0.penalty = nil } }) {
            #expect(report.verdict != .pass, "seed \(seed)")
            let told = report.findings.filter { $0.verdict != .pass }
            #expect(told.contains { $0.evidence.contains("`penalty") }, "seed \(seed): \(told)")
        }
    }
}

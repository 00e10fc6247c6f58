import Measures
import Scenarios
import Testing

@testable import RateLimitVerification
@testable import VerificationKit

/// Limits of each client beside one over all of them.
@Suite("Rate limit: limits over all clients") struct OverallLimitTests {
    private static func rule(_ change: (inout RateLimitRule) -> Void = { _ in }) -> RateLimitRule {
        RateLimitFixtures.rule(limit: 10, window: 5) { rule in
            var all = RateLimitQuota(limit: 100, window: .seconds(20))
            all.scope = .all
            rule.limits = RateLimitFixtures.quotas([(10, 5)]) + [all]
            change(&rule)
        }
    }

    private static func limiter(
        _ own: @escaping @Sendable () -> any SimulatedAlgorithm, over all: (any SimulatedAlgorithm)?,
        _ quirks: [SimulatedLimiter.Quirk] = [.silent]
    ) -> SimulatedLimiter {
        var limiter = SimulatedLimiter(limit: 10, window: 5, quirks, make: own)
        limiter.overall = all
        return limiter
    }

    @Test("Honest limiters are never accused, of isolation least of all")
    func accepts() {
        let limiters: [@Sendable () -> SimulatedLimiter] = [
            { Self.limiter({ SlidingLog(limit: 10, window: 5) }, over: SlidingLog(limit: 100, window: 20)) },
            { Self.limiter({ ClockWindow(limit: 10, window: 5) }, over: ClockWindow(limit: 100, window: 20)) },
            { Self.limiter({ TokenBucket(burst: 10, rate: 2) }, over: TokenBucket(burst: 100, rate: 5)) },
            {
                Self.limiter(
                    { FirstRequestWindow(limit: 10, window: 5) }, over: FirstRequestWindow(limit: 100, window: 20))
            },
        ]
        for (number, limiter) in limiters.enumerated() {
            for (seed, report) in RateLimitFixtures.sessions(limiter, { Self.rule() }) {
                #expect(
                    RateLimitFixtures.complaints(report) == [], "limiter \(number), seed \(seed)")
                #expect(
                    report.findings.contains { $0.check == "isolation of 10/5s" && $0.verdict == .pass },
                    "limiter \(number), seed \(seed)")
                for check in ["race_cold of 100/20s of all clients", "together"] {
                    #expect(
                        report.findings.contains { $0.check == check && $0.verdict == .pass },
                        "\(check), limiter \(number), seed \(seed): \(report.findings.first { $0.check == check }?.evidence ?? "")"
                    )
                }
            }
        }
    }

    struct Mutant: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var failing: Set<String>
        var blameless: Set<String>
        var limiter: @Sendable () -> SimulatedLimiter
    }

    static let mutants: [Mutant] = [
        Mutant(
            testDescription: "without the limit over all",
            failing: ["over_admission of 100/20s of all clients", "limit of 100/20s of all clients"],
            blameless: ["limit of 10/5s", "isolation of 10/5s"]
        ) { limiter({ SlidingLog(limit: 10, window: 5) }, over: nil) },
        Mutant(
            testDescription: "a few more over all",
            failing: ["over_admission of 100/20s of all clients", "limit of 100/20s of all clients"],
            blameless: ["limit of 10/5s", "isolation of 10/5s"]
        ) { limiter({ SlidingLog(limit: 10, window: 5) }, over: FirstRequestWindow(limit: 105, window: 20)) },
        Mutant(
            testDescription: "half as many over all",
            failing: [
                "under_admission of 100/20s of all clients", "limit of 100/20s of all clients",
                "model of 100/20s of all clients",
            ],
            blameless: ["isolation of 10/5s"]
        ) { limiter({ SlidingLog(limit: 10, window: 5) }, over: SlidingLog(limit: 50, window: 20)) },
        Mutant(
            testDescription: "without the limits of each client",
            failing: ["over_admission of 10/5s", "limit of 10/5s"],
            blameless: ["limit of 100/20s of all clients", "over_admission of 100/20s of all clients"]
        ) { limiter({ SlidingLog(limit: 100, window: 20) }, over: SlidingLog(limit: 100, window: 20)) },
        Mutant(
            testDescription: "a race over all",
            failing: ["race_cold of 100/20s of all clients"], blameless: ["limit of 10/5s", "isolation of 10/5s"]
        ) {
            var racing = limiter({ SlidingLog(limit: 10, window: 5) }, over: SlidingLog(limit: 100, window: 20))
            racing.overallLag = 0.004
            return racing
        },
        Mutant(
            testDescription: "clients that share a count", failing: ["isolation of 10/5s"],
            blameless: ["limit of 100/20s of all clients", "under_admission of 100/20s of all clients"]
        ) {
            limiter(
                { SlidingLog(limit: 10, window: 5) }, over: SlidingLog(limit: 100, window: 20), [.silent, .sharedByAll])
        },
    ]

    @Test("What is missing or wrong fails, and nothing else is blamed", arguments: mutants)
    func finds(mutant: Mutant) {
        for (seed, report) in RateLimitFixtures.sessions(mutant.limiter, { Self.rule() }) {
            let failures = RateLimitFixtures.failures(report)
            #expect(report.verdict != .pass, "seed \(seed)")
            #expect(
                !failures.isDisjoint(with: mutant.failing), "seed \(seed): \(RateLimitFixtures.complaints(report))")
            #expect(
                failures.isDisjoint(with: mutant.blameless), "seed \(seed): \(RateLimitFixtures.complaints(report))")
        }
    }

    @Test("With too few clients the limit over all can't be seen, which is said and no pass")
    func fewClients() {
        let rule = Self.rule { rule in
            rule.identityHeader = nil
            rule.sources = ["127.0.0.1", "127.0.0.2"]
        }
        let report = RateLimitFixtures.session(rule).report()
        let finding = report.findings.first { $0.check == "limit of 100/20s of all clients" }
        #expect(finding?.verdict == .inconclusive)
        #expect(finding?.severity == .hard)
        #expect(
            finding?.evidence.hasSuffix(
                "requests of 2 clients reach the limits of each of them first: give `identity` without `identities`, or more "
                    + "`sources`.") ?? false, "\(finding?.evidence ?? "")")
    }
}

import Measures
import RateLimitVerification
import Scenarios
import Testing

@testable import VerificationKit

/// Limiters that are right, of which something isn't known from outside: nobody may be accused, and they are named.
@Suite struct RateLimitHonestTests {
    struct Honest: CustomTestStringConvertible, Sendable {
        var testDescription: String
        /// What the model finding's evidence names.
        var named: String
        var rule: @Sendable () -> RateLimitRule
        var limiter: @Sendable () -> SimulatedLimiter

        init(
            _ name: String, named: String, limit: Int = 20, window: Double = 10,
            rule: @escaping @Sendable (inout RateLimitRule) -> Void = { _ in },
            _ make: @escaping @Sendable (String) -> any SimulatedAlgorithm
        ) {
            testDescription = name
            self.named = named
            self.rule = { RateLimitFixtures.rule(limit: limit, window: window, rule) }
            limiter = { SimulatedLimiter(limit: limit, window: window, [.silent], perClient: make) }
        }
    }

    static let honest: [Honest] = [
        Honest("django-ratelimit", named: "at another phase for each client") {
            ShiftedWindow(limit: 20, window: 10, client: $0)
        },
        Honest(
            "django-ratelimit, declared", named: "at another phase for each client", rule: { $0.model = .fixedWindow }
        ) { ShiftedWindow(limit: 20, window: 10, client: $0) },
        Honest("django-ratelimit of a minute", named: "at another phase for each client", limit: 100, window: 60) {
            ShiftedWindow(limit: 100, window: 60, client: $0)
        },
        Honest("throttled-py's buckets", named: "whole tokens") { _ in WholeTokens(burst: 20, rate: 2, tick: 1) },
        Honest("throttled-py's buckets of a minute", named: "whole tokens", limit: 100, window: 60) { _ in
            // 5/3 tokens per second: a fraction is lost in each.
            WholeTokens(burst: 100, rate: 100 / 60, tick: 1)
        },
        Honest(
            "throttled-py's leaking bucket, declared", named: "whole seconds", rule: { $0.model = .leakyBucket }
        ) { _ in WholeTokens(burst: 20, rate: 2, tick: 1) },
        Honest("varnish' vsthrottle", named: "fractions are lost") { _ in WholeTokens(burst: 20, rate: 2, tick: 0) },
        Honest("a bucket on a clock of whole seconds", named: "whole seconds") { _ in
            Seconds(algorithm: TokenBucket(burst: 20, rate: 2))
        },
        Honest("a log on a clock of whole seconds", named: "sliding_log") { _ in
            Seconds(algorithm: SlidingLog(limit: 20, window: 10))
        },
        Honest("a window on a clock of whole seconds", named: "fixed_window") { _ in
            Seconds(algorithm: FirstRequestWindow(limit: 20, window: 10))
        },
    ]

    @Test("Honest limiters pass with every phase, and are named", arguments: honest)
    func accepts(honest: Honest) {
        // Each seed begins elsewhere in a window, and so at another phase of the clock.
        let reports = RateLimitFixtures.reports(honest.limiter, honest.rule, seeds: Seeds.all)
        var named = 0
        for (seed, report) in reports {
            #expect(RateLimitFixtures.complaints(report) == [], "seed \(seed)")
            if report.findings.first(where: { $0.check == "model" })?.evidence.contains(honest.named) ?? false {
                named += 1
            }
        }
        // By chance a few look like something simpler.
        #expect(named * 4 >= reports.count * 3, "\(named) of \(reports.count)")
    }

    @Test("With few clients an honest limiter is never accused")
    func fewClients() {
        let rule: @Sendable () -> RateLimitRule = {
            RateLimitFixtures.rule { rule in
                rule.identityHeader = nil
                rule.sources = ["127.0.0.1", "127.0.0.2", "127.0.0.3"]
            }
        }
        let limiters: [@Sendable () -> SimulatedLimiter] = [
            {
                SimulatedLimiter(limit: 20, window: 10, perClient: { ShiftedWindow(limit: 20, window: 10, client: $0) })
            },
            { SimulatedLimiter(limit: 20, window: 10, [.silent]) { WholeTokens(burst: 20, rate: 2, tick: 1) } },
            { SimulatedLimiter(limit: 20, window: 10, [.silent]) { WholeTokens(burst: 20, rate: 2, tick: 0) } },
        ]
        for (number, limiter) in limiters.enumerated() {
            for (seed, report) in RateLimitFixtures.reports(limiter, rule, seeds: Seeds.all) {
                let failures = RateLimitFixtures.failures(report)
                #expect(failures == [], "limiter \(number), seed \(seed): \(RateLimitFixtures.complaints(report))")
            }
        }
    }

    @Test("A bucket whose rejected requests lose fractions is not said to punish")
    func losesWhilePolled() {
        for (seed, report) in RateLimitFixtures.reports(
            {
                SimulatedLimiter(limit: 20, window: 10, [.silent]) {
                    WholeTokens(burst: 20, rate: 2, tick: 0, losesWhenRejecting: true)
                }
            }, { RateLimitFixtures.rule() }, seeds: Seeds.all)
        {
            #expect(RateLimitFixtures.failures(report) == [], "seed \(seed): \(RateLimitFixtures.complaints(report))")
        }
    }

    @Test("nginx' delay is a leaky bucket that answers so many at once, and tells how many")
    func delay() {
        for (seed, report) in RateLimitFixtures.reports(
            {
                SimulatedLimiter(limit: 600, window: 60, [.silent]) { NginxDelay(burst: 20, delay: 8, perMinute: 600) }
            }, { RateLimitFixtures.rule(limit: 600, window: 60) { $0.burst = 21 } }, seeds: Seeds.all)
        {
            #expect(RateLimitFixtures.complaints(report) == [], "seed \(seed)")
            let model = report.findings.first { $0.check == "model" }
            // The first, and eight in excess.
            #expect(model?.observed.contains("9 answers at once") ?? false, "seed \(seed): \(model?.observed ?? "")")
            #expect(model?.evidence.contains("nginx' delay=8") ?? false)
        }
    }
}

/// Honest kinds with a mistake: what is not known from outside must not hide it.
@Suite struct RateLimitHonestMutantTests {
    typealias Mutant = RateLimitMutantTests.Mutant

    static let mutants: [Mutant] = [
        Mutant(
            "clients' own windows, twice the limit", "limit",
            perClient: { ShiftedWindow(limit: 40, window: 10, client: $0) }),
        Mutant(
            "clients' own windows, one too many", "limit",
            perClient: { ShiftedWindow(limit: 21, window: 10, client: $0) }),
        Mutant(
            "clients' own windows that count after they have decided", "race_cold", quirks: [.race(0.004)],
            perClient: { ShiftedWindow(limit: 20, window: 10, client: $0) }),
        Mutant(
            "clients' own windows, forged field", "spoofing", quirks: [.trusts("X-Real-IP")],
            perClient: { ShiftedWindow(limit: 20, window: 10, client: $0) }),
        Mutant("whole tokens, twice the rate", "limit", or: "over_admission") {
            WholeTokens(burst: 20, rate: 4, tick: 1)
        },
        Mutant("whole tokens, half the rate", "under_admission", or: "model") {
            WholeTokens(burst: 20, rate: 1, tick: 0)
        },
        Mutant("whole tokens that count after they have decided", "race_cold", quirks: [.race(0.004)]) {
            WholeTokens(burst: 20, rate: 2, tick: 0)
        },
        Mutant("whole tokens by whole seconds, forged field", "spoofing", quirks: [.trusts("X-Forwarded-For")]) {
            WholeTokens(burst: 20, rate: 2, tick: 1)
        },
        Mutant("whole tokens, one count for all", "isolation", quirks: [.sharedByAll]) {
            WholeTokens(burst: 20, rate: 2, tick: 1)
        },
        Mutant("mod_evasive, undeclared", "prolongation", quirks: [.silent]) { Evasive(limit: 20, window: 10) },
        Mutant("HAProxy's rate, undeclared", "prolongation", quirks: [.silent]) { HAProxyRate(limit: 20, period: 10) },
    ]

    @Test("Every mistake is found, with every seed, by the check that is about it", arguments: mutants)
    func finds(mutant: Mutant) {
        var missed: [String] = []
        for (seed, report) in RateLimitFixtures.reports(mutant.limiter, mutant.rule, seeds: Seeds.all) {
            let failures = RateLimitFixtures.failures(report)
            guard mutant.checks.isDisjoint(with: failures) || report.verdict != .fail else { continue }
            missed.append("seed \(seed): \(failures.sorted()), \(RateLimitFixtures.complaints(report))")
        }
        #expect(missed.isEmpty, "\(missed.count) missed: \(missed.first ?? "")")
    }

    @Test("Where rejected requests count, the key is named, and the declared numbers hold")
    func prolongs() throws {
        let limiters: [@Sendable () -> any SimulatedAlgorithm] = [
            { HAProxyRate(limit: 20, period: 10) }, { Evasive(limit: 20, window: 10) },
            { SlidingLog(limit: 20, window: 10, countsRejected: true) },
        ]
        for make in limiters {
            let reports = RateLimitFixtures.reports(
                { SimulatedLimiter(limit: 20, window: 10, [.silent], make: make) }, { RateLimitFixtures.rule() },
                seeds: Seeds.all)
            for (seed, report) in reports {
                let prolongation = try #require(report.findings.first { $0.check == "prolongation" })
                #expect(prolongation.verdict == .fail && prolongation.observed == "they do", "seed \(seed)")
                #expect(prolongation.evidence.contains("`prolongs: true`"), "seed \(seed): \(prolongation.evidence)")
                for check in ["limit", "window", "burst"] {
                    let finding = try #require(report.findings.first { $0.check == check })
                    #expect(finding.verdict == .pass, "seed \(seed): \(finding)")
                }
            }
            // Declared, it passes.
            let declared = RateLimitFixtures.reports(
                { SimulatedLimiter(limit: 20, window: 10, [.silent], make: make) },
                { RateLimitFixtures.rule { $0.prolongs = true } }, seeds: Seeds.all)
            for (seed, report) in declared {
                #expect(RateLimitFixtures.complaints(report) == [], "seed \(seed)")
            }
        }
    }

    @Test(
        "A status that begins where the limit ends is taken for a rejection, and named",
        arguments: [403, 420, 302, 503])
    func undeclaredStatus(status: Int) throws {
        let algorithms: [@Sendable () -> any SimulatedAlgorithm] = [
            { FirstRequestWindow(limit: 20, window: 10) }, { TokenBucket(burst: 20, rate: 2) },
        ]
        for make in algorithms {
            let limiter: @Sendable () -> SimulatedLimiter = {
                SimulatedLimiter(limit: 20, window: 10, [.status(status)], make: make)
            }
            for (seed, report) in RateLimitFixtures.reports(limiter, { RateLimitFixtures.rule() }, seeds: Seeds.all) {
                #expect(RateLimitFixtures.failures(report) == ["status"], "seed \(seed)")
                let finding = try #require(report.findings.first { $0.check == "status" })
                #expect(finding.observed == "\(status)")
                #expect(
                    finding.evidence.hasPrefix("It rejects with \(status): declare `status: \(status)`"),
                    "\(finding.evidence)")
            }
            let declared: @Sendable () -> RateLimitRule = { RateLimitFixtures.rule { $0.status = status } }
            for (seed, report) in RateLimitFixtures.reports(limiter, declared, seeds: Seeds.all) {
                #expect(RateLimitFixtures.complaints(report) == [], "seed \(seed)")
            }
        }
    }

    @Test("A service that fails now and then isn't taken for one that rejects with that status")
    func noStatus() {
        /// Fails one request in seven, and limits nothing.
        struct Failing: SimulatedAlgorithm {
            private var count = 0

            mutating func take(at now: Double) -> SimulatedDecision {
                count += 1
                return SimulatedDecision(isAdmitted: !count.isMultiple(of: 7), remaining: 0, reset: 0)
            }
        }
        let limiter: @Sendable () -> SimulatedLimiter = {
            SimulatedLimiter(limit: 20, window: 10, [.silent, .status(500)]) { Failing() }
        }
        for (seed, report) in RateLimitFixtures.reports(limiter, { RateLimitFixtures.rule() }, seeds: Seeds.all) {
            #expect(!RateLimitFixtures.failures(report).contains("status"), "seed \(seed)")
            #expect(report.verdict != .pass)
        }
    }

    @Test("After isolation failed, what depends on it is not judged")
    func notJudged() throws {
        let limiter: @Sendable () -> SimulatedLimiter = {
            SimulatedLimiter(limit: 20, window: 10, [.sharedByAll]) { SlidingLog(limit: 20, window: 10) }
        }
        let rule: @Sendable () -> RateLimitRule = { RateLimitFixtures.rule { $0.methods = [.head] } }
        for (seed, report) in RateLimitFixtures.reports(limiter, rule, seeds: Seeds.all) {
            #expect(RateLimitFixtures.failures(report) == ["isolation"], "seed \(seed)")
            for check in ["limit", "spoofing", "prolongation", "recovery", "methods", "neighbours"] {
                let finding = try #require(report.findings.first { $0.check == check })
                #expect(finding.verdict == .inconclusive && finding.evidence.hasPrefix("Not judged"), "\(finding)")
            }
            let isolation = try #require(report.findings.first { $0.check == "isolation" })
            #expect(isolation.evidence.contains("`identity`"))
        }
    }

    @Test("What fails names the key that would explain it")
    func keys() throws {
        func evidence(_ check: String, _ rule: RateLimitRule, _ make: @escaping () -> any SimulatedAlgorithm) throws
            -> String
        {
            let report = RateLimitFixtures.report(SimulatedLimiter(limit: 20, window: 10, make: make), rule, seed: 1)
            let finding = try #require(report.findings.first { $0.check == check })
            #expect(finding.verdict == .fail, "\(finding)")
            return finding.evidence
        }
        let plain = RateLimitFixtures.rule()
        #expect(try evidence("limit", plain) { FirstRequestWindow(limit: 22, window: 10) }.contains("`limit: 22/10s`"))
        #expect(
            try evidence("burst", plain) { TokenBucket(burst: 21, rate: 2) }.contains("`burst: 21` would explain it"))
        let log = RateLimitFixtures.rule { $0.model = .slidingLog }
        #expect(
            try evidence("model", log) { FirstRequestWindow(limit: 20, window: 10) }.contains("`model: fixed_window`"))
    }

    @Test("A reset told as a date of ISO 8601 is named as such, and is no mistake")
    func dateReset() throws {
        for (seed, report) in RateLimitFixtures.reports(
            { SimulatedLimiter(limit: 20, window: 10, [.dateReset]) { SlidingLog(limit: 20, window: 10) } },
            { RateLimitFixtures.rule() }, seeds: Seeds.all)
        {
            #expect(RateLimitFixtures.complaints(report) == [], "seed \(seed)")
            let fields = try #require(report.findings.first { $0.check == "ratelimit_fields" })
            #expect(fields.evidence.contains("a date of ISO 8601"), "\(fields.evidence)")
        }
    }
}

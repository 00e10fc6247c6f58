import Measures
import Scenarios
import Testing

@testable import RateLimitVerification
@testable import VerificationKit

/// Several limits at once: a request is admitted where all of them admit it.
@Suite("Rate limit: several limits") struct SeveralLimitTests {
    /// Fewer than elsewhere: of each limit thousands of decisions are judged.
    private static let seeds: ClosedRange<UInt64> = 1...max(1, Seeds.count / 2)

    private static func rule(_ change: (inout RateLimitRule) -> Void = { _ in }) -> RateLimitRule {
        RateLimitFixtures.rule(limit: 5, window: 1) { rule in
            rule.limits = RateLimitFixtures.quotas([(40, 20), (5, 1)])
            change(&rule)
        }
    }

    struct Honest: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var make: @Sendable (String) -> [any SimulatedAlgorithm]

        init(_ name: String, _ make: @escaping @Sendable (String) -> [any SimulatedAlgorithm]) {
            testDescription = name
            self.make = make
        }
    }

    static let honest: [Honest] = [
        Honest("windows from the first request") { _ in
            [FirstRequestWindow(limit: 5, window: 1), FirstRequestWindow(limit: 40, window: 20)]
        },
        Honest("windows of a clock") { _ in [ClockWindow(limit: 5, window: 1), ClockWindow(limit: 40, window: 20)] },
        Honest("logs") { _ in [SlidingLog(limit: 5, window: 1), SlidingLog(limit: 40, window: 20)] },
        Honest("buckets") { _ in [TokenBucket(burst: 5, rate: 5), TokenBucket(burst: 40, rate: 2)] },
        Honest("counters") { _ in
            [
                SlidingCounter(
                    limit: 5, window: 1, fromFirstRequest: false, countsRejected: false, comparesBefore: false),
                SlidingCounter(
                    limit: 40, window: 20, fromFirstRequest: false, countsRejected: false, comparesBefore: false),
            ]
        },
        Honest("a bucket and a log, the longer one first") { _ in
            [SlidingLog(limit: 40, window: 20), TokenBucket(burst: 5, rate: 5)]
        },
        Honest("windows at another phase for each client") { client in
            [
                ShiftedWindow(limit: 5, window: 1, client: client),
                ShiftedWindow(limit: 40, window: 20, client: client),
            ]
        },
    ]

    @Test("Honest limiters are never accused, whatever they count of what another limit rejects", arguments: honest)
    func accepts(honest: Honest) {
        for counting in AllOf.Counting.allCases {
            let reports = RateLimitFixtures.sessions(
                {
                    SimulatedLimiter(
                        limit: 5, window: 1, [.silent],
                        perClient: { AllOf(algorithms: honest.make($0), counting: counting) })
                }, { Self.rule() }, seeds: Self.seeds)
            for (seed, report) in reports {
                #expect(RateLimitFixtures.failures(report) == [], "\(counting), seed \(seed): \(complaints(report))")
                let limits = report.findings.filter { ["limit of 5/s", "limit of 40/20s"].contains($0.check) }
                #expect(limits.count == 2)
                #expect(limits.allSatisfy { $0.verdict == .pass }, "\(counting), seed \(seed): \(complaints(report))")
                let whole = report.findings.filter { ["together", "total"].contains($0.check) }
                #expect(whole.count == 2)
                #expect(
                    whole.allSatisfy { $0.verdict == .pass },
                    "\(counting), seed \(seed): \(whole.map { "\($0.observed) \($0.evidence)" })")
            }
        }
    }

    private func complaints(_ report: VerificationReport) -> [String] { RateLimitFixtures.complaints(report) }

    struct Mutant: CustomTestStringConvertible, Sendable {
        var testDescription: String
        /// One of these fails.
        var failing: Set<String>
        /// None of these does.
        var blameless: Set<String>
        var make: @Sendable () -> [any SimulatedAlgorithm]
    }

    static let mutants: [Mutant] = [
        Mutant(
            testDescription: "without the shorter one", failing: ["limit of 5/s", "over_admission of 5/s"],
            blameless: ["limit of 40/20s", "over_admission of 40/20s"]
        ) { [SlidingLog(limit: 40, window: 20)] },
        Mutant(
            testDescription: "without the longer one", failing: ["limit of 40/20s", "over_admission of 40/20s"],
            blameless: ["limit of 5/s", "over_admission of 5/s"]
        ) { [SlidingLog(limit: 5, window: 1)] },
        Mutant(
            testDescription: "without the longer one, by buckets",
            failing: ["limit of 40/20s", "over_admission of 40/20s"],
            blameless: ["limit of 5/s", "over_admission of 5/s"]
        ) { [TokenBucket(burst: 5, rate: 5)] },
        Mutant(
            testDescription: "without the shorter one, by buckets", failing: ["limit of 5/s", "over_admission of 5/s"],
            blameless: ["limit of 40/20s", "over_admission of 40/20s"]
        ) { [TokenBucket(burst: 40, rate: 2)] },
        Mutant(
            testDescription: "one more in the shorter one", failing: ["limit of 5/s", "over_admission of 5/s"],
            blameless: ["limit of 40/20s", "over_admission of 40/20s"]
        ) { [SlidingLog(limit: 6, window: 1), SlidingLog(limit: 40, window: 20)] },
        Mutant(
            testDescription: "one more in the longer one",
            failing: ["limit of 40/20s", "over_admission of 40/20s", "model of 40/20s"],
            blameless: ["limit of 5/s", "over_admission of 5/s"]
        ) { [SlidingLog(limit: 5, window: 1), FirstRequestWindow(limit: 41, window: 20)] },
        Mutant(
            testDescription: "the longer one twice as large",
            failing: ["limit of 40/20s", "over_admission of 40/20s"],
            blameless: ["limit of 5/s", "over_admission of 5/s"]
        ) { [SlidingLog(limit: 5, window: 1), SlidingLog(limit: 80, window: 20)] },
        Mutant(
            testDescription: "the longer one half as large",
            failing: ["limit of 40/20s", "under_admission of 40/20s", "model of 40/20s"],
            blameless: ["limit of 5/s", "over_admission of 5/s", "under_admission of 5/s"]
        ) { [SlidingLog(limit: 5, window: 1), SlidingLog(limit: 20, window: 20)] },
        Mutant(
            testDescription: "the longer one so low that it meets the probes of the shorter one",
            failing: ["limit of 40/20s", "under_admission of 40/20s", "model of 40/20s"],
            blameless: ["limit of 5/s", "model of 5/s", "under_admission of 5/s"]
        ) { [SlidingLog(limit: 5, window: 1), SlidingLog(limit: 8, window: 20)] },
        Mutant(
            testDescription: "the shorter one half as large",
            failing: ["limit of 5/s", "under_admission of 5/s", "model of 5/s"],
            blameless: ["limit of 40/20s", "model of 40/20s", "under_admission of 40/20s"]
        ) { [SlidingLog(limit: 2, window: 1), SlidingLog(limit: 40, window: 20)] },
    ]

    @Test("A limit that is missing or wrong fails, and the other one isn't blamed", arguments: mutants)
    func finds(mutant: Mutant) {
        let reports = RateLimitFixtures.sessions(
            {
                SimulatedLimiter(limit: 5, window: 1, [.silent]) { AllOf(algorithms: mutant.make()) }
            }, { Self.rule() }, seeds: Self.seeds)
        for (seed, report) in reports {
            let failures = RateLimitFixtures.failures(report)
            #expect(!failures.isDisjoint(with: mutant.failing), "seed \(seed): \(failures.sorted())")
            #expect(failures.isDisjoint(with: mutant.blameless), "seed \(seed): \(complaints(report))")
        }
    }

    @Test("A third limit that only a client at the edge of both others meets is found by that client")
    func hidden() {
        // 5/s alone is probed for a second or so, 40/20s by a request each 216 ms: 19 in 4 s. At the edge of both it is 20.
        for (hidden, verdict) in [(19, Verdict.fail), (21, .pass)] {
            let reports = RateLimitFixtures.sessions(
                {
                    SimulatedLimiter(limit: 5, window: 1, [.silent]) {
                        AllOf(algorithms: [
                            SlidingLog(limit: 5, window: 1), SlidingLog(limit: hidden, window: 4),
                            SlidingLog(limit: 40, window: 20),
                        ])
                    }
                },
                {
                    Self.rule { rule in
                        for index in rule.limits.indices { rule.limits[index].model = .slidingLog }
                    }
                }, seeds: Self.seeds)
            for (seed, report) in reports {
                let together = report.findings.first { $0.check == "together" }
                #expect(
                    together?.verdict == verdict,
                    "\(hidden), seed \(seed): \(complaints(report)) \(together?.evidence ?? "")")
                #expect(
                    report.findings.first { $0.check == "limit of 40/20s" }?.verdict == .pass,
                    "\(hidden), seed \(seed): \(complaints(report))")
            }
        }
    }

    @Test("Fields may tell of any of the limits")
    func fields() {
        for told in [0, 1] {
            let reports = RateLimitFixtures.sessions(
                {
                    // Those of the first algorithm, whatever the other one says.
                    SimulatedLimiter(limit: told == 0 ? 5 : 40, window: told == 0 ? 1 : 20) {
                        AllOf(algorithms: [SlidingLog(limit: 5, window: 1), SlidingLog(limit: 40, window: 20)])
                    }
                }, { Self.rule() })
            for (seed, report) in reports {
                #expect(RateLimitFixtures.failures(report) == [], "\(told), seed \(seed): \(complaints(report))")
            }
        }
    }

    @Test("Limits that let hardly more through than each other can't be told apart, and that is said")
    func close() {
        let reports = RateLimitFixtures.sessions(
            {
                SimulatedLimiter(limit: 5, window: 1, [.silent]) {
                    AllOf(algorithms: [SlidingLog(limit: 5, window: 1), SlidingLog(limit: 280, window: 60)])
                }
            },
            {
                RateLimitFixtures.rule(limit: 5, window: 1) {
                    $0.limits = RateLimitFixtures.quotas([(5, 1), (280, 60)])
                }
            }, seeds: 1...1)
        let finding = reports.first?.report.findings.first { $0.check == "limit of 280/min" }
        #expect(finding?.verdict == .inconclusive)
        #expect(finding?.severity == .hard)
        #expect(
            finding?.evidence
                == "The shorter limits let hardly more through than this one admits: one request each 265 ms keeps within them, "
                + "and does not go beyond this one in time.")
    }

    @Test("With few clients the probes follow one another, and no limit meets those of another one")
    func fewClients() {
        let reports = RateLimitFixtures.sessions(
            {
                SimulatedLimiter(limit: 5, window: 1, [.silent]) {
                    AllOf(algorithms: [FirstRequestWindow(limit: 5, window: 1), SlidingLog(limit: 60, window: 30)])
                }
            },
            {
                RateLimitFixtures.rule(limit: 5, window: 1) { rule in
                    rule.limits = RateLimitFixtures.quotas([(5, 1), (60, 30)])
                    rule.identityHeader = nil
                    rule.sources = ["127.0.0.1", "127.0.0.2", "127.0.0.3"]
                }
            })
        for (seed, report) in reports {
            #expect(RateLimitFixtures.failures(report) == [], "seed \(seed): \(complaints(report))")
        }
    }

    @Test("The plan says what each limit takes")
    func plan() {
        let plan = RateLimitFixtures.session(Self.rule()).plan
        #expect(plan.parts.contains { $0.hasPrefix("5/s: ") })
        #expect(plan.parts.contains { $0.hasPrefix("40/20s: ") })
        // The longer one: 111 requests, one each 0.265 s, a window, 52 of them; then 111 again, and up to a window; 26.5 s of both together.
        #expect(plan.duration.seconds > 80 && plan.duration.seconds < 190, "\(plan.duration.seconds)")
    }
}

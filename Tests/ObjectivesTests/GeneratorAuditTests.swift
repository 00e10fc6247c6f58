import Measures
import Scenarios
import Testing

@testable import Objectives
@testable import VerificationKit

@Suite struct GeneratorAuditTests {
    private static func audit(
        _ objectives: [Objective] = [], _ change: (inout RunMeasurement) -> Void
    ) -> GeneratorAudit {
        var scenario = Fixtures.scenario
        scenario.objectives = objectives
        scenario.limits.maxUsers = 2_000
        var measurement = Fixtures.measurement(Fixtures.tally([1]))
        change(&measurement)
        let findings = ObjectiveWatch(scenario).findings(of: measurement)
        return GeneratorAudit(scenario: scenario, measurement: measurement, findings: findings)
    }

    private static let p95 = Fixtures.objective(.percentile(95), .responseTime, .less(20))

    @Test("a generator that kept up is no reason for anything")
    func clean() {
        let audit = Self.audit {
            $0.intendedArrivals = 1_000
            $0.arrivalsInTime = 990
            $0.openLoad = Span(seconds: 10)
            for _ in 0..<100 { $0.total.startLag.record(Fixtures.ms(0.9)) }
        }
        #expect(audit.reasons == [])
        #expect(audit.verdict == .pass)
    }

    @Test("a reactor that was left behind makes the run invalid, and is told")
    func abandoned() {
        let audit = Self.audit {
            $0.reactors = 2
            $0.abandoned = 1
        }
        #expect(audit.reasons.map(\.kind) == [.stall])
        #expect(audit.reasons.first?.cause.hasPrefix("1 of 2 reactors did not come to an end") == true)
        #expect(audit.verdict == .invalid)
    }

    @Test("the lag limit is a tenth of the tightest hard latency limit, 1 ms without one")
    func lagLimit() {
        var advisory = Fixtures.objective(.maximum, .responseTime, .less(1))
        advisory.severity = .advisory
        let others = [
            advisory, Fixtures.objective(.percentile(99), .startLag, .less(0.5)),
            Fixtures.objective(.rate, .responseTime, .less(2)), Fixtures.objective(nil, .throughput, .less(3)),
            Fixtures.objective(.percentile(5), .responseTime, .greater(4)),
        ]
        #expect(GeneratorAudit.lagLimit(of: others) == Fixtures.ms(1))
        let within = Fixtures.objective(.mean, .roundTrip, .within(5...12))
        #expect(GeneratorAudit.lagLimit(of: others + [Self.p95, within]) == Fixtures.ms(1.2))
        #expect(GeneratorAudit.lagLimit(of: others + [Self.p95]) == Fixtures.ms(2))
    }

    @Test(
        "where reactors had normal scheduling and were not busy, the hint says why, and how to have real-time scheduling"
    )
    func schedulingHint() {
        func hint(_ scheduling: RunScheduling?, busy: Double = 0.1) -> String? {
            Self.audit([Self.p95]) {
                for _ in 0..<100 { $0.total.startLag.record(Fixtures.ms(5)) }
                $0.saturation = [busy]
                $0.scheduling = scheduling
            }.reasons.first?.hint
        }
        let plain =
            "the reactors were not busy, so it was something else on this machine: see what else runs on its cores, or "
            + "lower the rate"
        #expect(hint(nil) == plain)
        #expect(hint(RunScheduling(asked: .auto, isRealtime: true)) == plain)
        #expect(
            hint(RunScheduling(asked: .auto, isRealtime: false, reason: "it is not granted"))
                == "\(plain); with real-time scheduling they would run first (it is not granted): \(RunScheduling.remedy)"
        )
        #expect(
            hint(RunScheduling(asked: .normal, isRealtime: false, reason: "asked for"))
                == "\(plain), or leave out --scheduling normal")
        #expect(
            hint(RunScheduling(asked: .auto, isRealtime: false, reason: "it is not granted"), busy: 0.9)?
                .hasPrefix("the busiest reactor ran 90 %") == true)
    }

    @Test("start lag above the limit at p99 makes the run invalid")
    func startLag() {
        func reasons(late: Int) -> [GeneratorAudit.Reason] {
            Self.audit([Self.p95]) {
                for index in 0..<100 { $0.total.startLag.record(Fixtures.ms(index < late ? 2.5 : 0.1)) }
                $0.saturation = [0.4, 0.97]
            }.reasons
        }
        // P(Bin(100, 0.99) <= 96) = 0.018 is below 0.05, P(… <= 97) = 0.079 is not: the 97th bounds the p99 from below.
        #expect(reasons(late: 3) == [])
        #expect(
            reasons(late: 4) == [
                GeneratorAudit.Reason(
                    kind: .startLag,
                    cause: "requests were sent late: start lag p99 is at least 2.5 ms, 2 ms is allowed",
                    hint: "the busiest reactor ran 97 % of the time: lower the rate, use more reactors or a larger "
                        + "machine")
            ])
    }

    @Test("a few late starts show nothing, and nothing of a scenario that judges no latency")
    func shownOnly() {
        let late: (inout RunMeasurement) -> Void = {
            for _ in 0..<8 { $0.total.startLag.record(Fixtures.ms(6)) }
            for _ in 0..<8 { $0.total.generatorDelay.record(Fixtures.ms(6)) }
            $0.total.steps[0]?.unstamped = 1
        }
        #expect(Self.audit([Fixtures.objective(.count, .errors, .equal(0))], late).reasons == [])
        // All eight are late: that shows it. One of eight doesn't: P(Bin(8, 0.99) <= 7) = 0.077.
        #expect(Self.audit([Self.p95], late).reasons.map(\.kind) == [.startLag, .generatorDelay])
        #expect(
            Self.audit([Self.p95]) {
                for index in 0..<8 { $0.total.startLag.record(Fixtures.ms(index == 0 ? 6 : 0.1)) }
            }.reasons == [])
    }

    @Test("generator delay is held to the same limit, where no kernel stamp dates the answers")
    func generatorDelay() {
        func audit(unstamped: UInt64) -> GeneratorAudit {
            Self.audit([Fixtures.objective(.percentile(95), .serviceTime, .less(10))]) {
                for _ in 0..<100 { $0.total.generatorDelay.record(Fixtures.ms(1.5)) }
                $0.total.steps[0]?.unstamped = unstamped
            }
        }
        #expect(audit(unstamped: 0).reasons == [])
        let audit = audit(unstamped: 1)
        #expect(audit.reasons.map(\.kind) == [.generatorDelay])
        #expect(
            audit.reasons.first?.cause
                == "answers waited to be read: generator delay p99 is at least 1.5 ms, 1 ms is allowed")
        #expect(audit.verdict == .invalid)
    }

    @Test("a stall of this process makes the run invalid where it touched an exchange, and is told as such")
    func stall() {
        func audit(seconds: Double, touched: UInt64) -> GeneratorAudit {
            Self.audit {
                $0.total.heldUp = Span(seconds: seconds)
                $0.total.steps[0]?.stalled = touched
            }
        }
        #expect(
            audit(seconds: 3, touched: 20).reasons.map(\.cause)
                == ["this process was held up for 3.0 s: 20 exchanges were under way or due"])
        #expect(audit(seconds: 3, touched: 0).reasons == [])
        let suspended = Self.audit {
            $0.total.suspended = Span(seconds: 12)
            $0.total.steps[0]?.stalled = 1
        }
        #expect(
            suspended.reasons.map(\.cause) == ["this machine was suspended for 12.0 s: 1 exchange was under way or due"]
        )
        #expect(audit(seconds: 0.4, touched: 20).reasons == [])
    }

    @Test("dropped arrivals make the run invalid unless an objective allows for them")
    func dropped() {
        let allowing = Fixtures.objective(.count, .dropped, .lessOrEqual(42))
        let forbidding = Fixtures.objective(nil, .dropped, .equal(0))
        let drop: (inout RunMeasurement) -> Void = { $0.total.dropped = 42 }
        #expect(
            Self.audit([], drop).reasons == [
                GeneratorAudit.Reason(
                    kind: .dropped, cause: "42 arrivals were dropped: all 2,000 users were busy",
                    hint: "raise limits.max_users or lower the rate; or allow for it with an objective, "
                        + "for example `dropped <= 42`")
            ])
        #expect(Self.audit([allowing], drop).reasons == [])
        #expect(Self.audit([forbidding], drop).verdict == .invalid)
        #expect(Self.audit([allowing]) { $0.total.dropped = 43 }.verdict == .invalid)
    }

    @Test("data that is used once and ran out is named, and users are not blamed for it")
    func withoutRows() {
        func reasons(_ rowless: UInt64) -> [String] {
            Self.audit([]) {
                $0.total.dropped = 42
                $0.total.withoutRow = rowless
            }.reasons.map(\.cause)
        }
        #expect(reasons(42) == ["42 iterations were dropped: no row was left of data that is used once ()"])
        #expect(
            reasons(40) == ["42 arrivals were dropped: 40 found no row left, for the others all 2,000 users were busy"])
    }

    @Test("arrivals that were only late are told as late, and users are not blamed for them")
    func tooLate() {
        func reason(late: UInt64, rowless: UInt64 = 0) -> GeneratorAudit.Reason? {
            Self.audit([]) {
                $0.total.dropped = 42
                $0.total.tooLate = late
                $0.total.withoutRow = rowless
            }.reasons.first
        }
        let late = "their turn came only after the end, the graceful stop included"
        #expect(reason(late: 42)?.cause == "42 arrivals were dropped: \(late)")
        #expect(reason(late: 42)?.hint.contains("max_users") == false)
        #expect(
            reason(late: 2)?.cause
                == "42 arrivals were dropped: 2 were late, \(late), for the others all 2,000 users were busy")
        #expect(
            reason(late: 40, rowless: 2)?.cause
                == "42 arrivals were dropped: 2 found no row left, 40 were late, \(late)")
    }

    @Test("an achieved rate under 99 % of the intended one makes the run invalid; allowed drops are not missing")
    func achievedRate() {
        let poor: (inout RunMeasurement) -> Void = {
            $0.intendedArrivals = 1_000
            $0.arrivalsInTime = 989
            $0.openLoad = Span(seconds: 10)
        }
        let audit = Self.audit([], poor)
        #expect(audit.reasons.map(\.kind) == [.achievedRate])
        #expect(
            audit.reasons.first?.cause
                == "only 98.9 of the intended 100 arrivals a second were begun in time (98.9 %)")
        let allowing = Fixtures.objective(.count, .dropped, .lessOrEqual(11))
        #expect(
            Self.audit([allowing]) {
                poor(&$0)
                $0.total.dropped = 11
            }.reasons == [])
        // A closed load intends no rate.
        #expect(Self.audit { $0.arrivalsInTime = nil }.reasons == [])
    }

    @Test("running out of descriptors or ports makes the run invalid")
    func exhausted() {
        let audit = Self.audit { $0.total.exhausted = 1 }
        #expect(audit.reasons.map(\.kind) == [.exhausted])
        #expect(
            audit.reasons.first?.cause
                == "this machine ran out of descriptors or ports: 1 iteration was given up")
    }
}

@Suite struct RunJudgementTests {
    private static func verdict(_ objectives: [Objective], _ measurement: RunMeasurement) -> Verdict {
        var scenario = Fixtures.scenario
        scenario.objectives = objectives
        return RunJudgement(scenario: scenario, measurement: measurement, watch: ObjectiveWatch(scenario)).verdict
    }

    private static let good = Fixtures.objective(.count, .errors, .equal(0))
    private static let broken = Fixtures.objective(.maximum, .responseTime, .less(0.5))
    private static let unmeasured = Fixtures.objective(nil, .rto, .less(1))

    @Test("the run's verdict is the worst of its hard objectives and the audit")
    func worst() {
        let fine = Fixtures.measurement(Fixtures.tally([1]))
        var invalid = fine
        invalid.total.exhausted = 1
        #expect(Self.verdict([Self.good], fine) == .pass)
        #expect(Self.verdict([Self.good, Self.unmeasured], fine) == .noData)
        #expect(Self.verdict([Self.good, Self.unmeasured], invalid) == .invalid)
        #expect(Self.verdict([Self.good, Self.broken], fine) == .fail)
    }

    @Test("a limit broken by the generator's own lag is invalid, one that the target broke is failed")
    func generatorsShare() {
        func verdict(service: Double) -> Verdict {
            var tally = Fixtures.tally([1])
            tally.record(Fixtures.ms(service), as: .serviceTime)
            var measurement = Fixtures.measurement(tally)
            measurement.total.exhausted = 1
            return Self.verdict([Self.good, Self.broken], measurement)
        }
        // The limit is 0.5 ms, the response time 1 ms.
        #expect(verdict(service: 0.1) == .invalid)
        #expect(verdict(service: 0.9) == .fail)
        var errors = Fixtures.measurement(Fixtures.tally([1], bad: 1))
        errors.total.exhausted = 1
        #expect(Self.verdict([Self.good], errors) == .fail)
    }

    private static func findings(
        _ objectives: [Objective], _ tally: StepTally, _ change: (inout RunMeasurement) -> Void
    ) -> [Verdict] {
        var scenario = Fixtures.scenario
        scenario.objectives = objectives
        var measurement = Fixtures.measurement(tally)
        change(&measurement)
        return RunJudgement(scenario: scenario, measurement: measurement, watch: ObjectiveWatch(scenario))
            .findings.map(\.verdict)
    }

    @Test("the audit voids what depends on it, each objective by its own limit")
    func effect() {
        let tight = Fixtures.objective(.percentile(50), .responseTime, .less(20))
        let wide = Fixtures.objective(.percentile(50), .responseTime, .less(1_000))
        let service = Fixtures.objective(.percentile(50), .serviceTime, .less(20))
        var tally = Fixtures.tally(Array(repeating: 1, count: 100))
        for _ in 0..<100 { tally.record(Fixtures.ms(1), as: .serviceTime) }
        // 6 ms late: above 2 ms, below 100 ms; a service time counts from the actual start.
        #expect(
            Self.findings([tight, wide, service, Self.good], tally) {
                for _ in 0..<100 { $0.total.startLag.record(Fixtures.ms(6)) }
            } == [.invalid, .pass, .pass, .pass])
        // A load that was not the intended one voids all that was measured of it.
        #expect(
            Self.findings([tight, wide, service, Self.good], tally) { $0.total.dropped = 1 }
                == [.invalid, .invalid, .invalid, .invalid])
    }

    @Test("what only a stall of this process broke is invalid, what the target broke is failed")
    func stalled() {
        let p95 = Fixtures.objective(.percentile(95), .responseTime, .less(200))
        let most = Fixtures.objective(.maximum, .responseTime, .less(200))
        func verdicts(slow: Double, stalled: UInt64, bad: Int = 0, stalledBad: UInt64 = 0) -> [Verdict] {
            // 10 of 100 took long.
            var tally = Fixtures.tally((0..<100).map { $0 < 90 ? 1 : slow }, bad: bad)
            tally.stalled = stalled
            tally.stalledBad = stalledBad
            return Self.findings([p95, most, Self.good], tally) { $0.total.heldUp = Span(seconds: 0.3) }
        }
        // Without the 10 longest, all took 1 ms. A stall of 0.3 s explains 400 ms, but not 600.
        #expect(verdicts(slow: 400, stalled: 10) == [.invalid, .invalid, .pass])
        #expect(verdicts(slow: 600, stalled: 10) == [.fail, .fail, .pass])
        // With 3 of them away the p95 is still 400: the target's doing.
        #expect(verdicts(slow: 400, stalled: 3) == [.fail, .fail, .pass])
        #expect(verdicts(slow: 1, stalled: 3, bad: 3, stalledBad: 3) == [.pass, .pass, .invalid])
        #expect(verdicts(slow: 1, stalled: 3, bad: 4, stalledBad: 3) == [.pass, .pass, .fail])
    }

    @Test("a run in which no exchange was good never passes, whatever was asked of it")
    func nothingGood() {
        let bad = Fixtures.measurement(Fixtures.outcomes(bad: 100, of: 100))
        let lenient = Fixtures.objective(nil, .errors, .lessOrEqual(1))
        #expect(Self.verdict([], bad) == .fail)
        #expect(Self.verdict([lenient], bad) == .fail)
        #expect(Self.verdict([], Fixtures.measurement(Fixtures.outcomes(bad: 99, of: 100))) == .pass)
        // Cut off is neither good nor bad: nothing is known.
        var cut = StepTally()
        cut.outcomes[.unfinished] = 5
        #expect(Self.verdict([lenient], Fixtures.measurement(cut)) == .noData)
    }

    @Test("advisory objectives are judged but don't count")
    func advisory() {
        var advisory = Self.broken
        advisory.severity = .advisory
        #expect(Self.verdict([Self.good, advisory], Fixtures.measurement(Fixtures.tally([1]))) == .pass)
    }

    @Test("a run that measured nothing never passes, with or without objectives")
    func nothing() {
        #expect(Self.verdict([], Fixtures.measurement(nil)) == .noData)
        #expect(Self.verdict([Self.good], Fixtures.measurement(nil)) == .noData)
        #expect(Self.verdict([], Fixtures.measurement(Fixtures.tally([1]))) == .pass)
    }
}

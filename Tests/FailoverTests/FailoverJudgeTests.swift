import Failover
import Measures
import Objectives
import Scenarios
import Testing
import VerificationKit

/// Services whose outages are known beforehand: what is reported must lie within its stated resolution.
@Suite("The measures of failover") struct FailoverJudgeTests {
    /// A service that answers as `answer` says: by the time of a request in seconds, the outcome and how long it takes.
    private struct Service {
        var name: String
        var answer: @Sendable (Double, inout SeededRandom) -> (Outcome, Double)
    }

    private static let rate = 50.0
    private static let timeout = 1.0
    private static let length = 30.0
    private static let start = Instant(nanoseconds: 5_000_000_000)

    private func scenario(_ objectives: [String] = ["errors < 1%", "rto < 20s"]) throws -> Scenario {
        try ScenarioReader(environment: [:], kinds: ScenarioKinds()).read(
            """
            name: s
            target: http://127.0.0.1:1
            services: {app: {command: [app]}}
            flows: {main: {steps: [{name: read, get: /, timeout: 1s}]}}
            load: [{arrivals: 50/s, for: 30s}]
            drill: {steady: 5s, settle: 3s, timeline: [{at: 10s, fault: kill app}, {at: 20s, restore: app}]}
            objectives: [\(objectives.map { "\"\($0)\"" }.joined(separator: ", "))]
            """, file: "s.yaml")
    }

    private static func at(_ seconds: Double) -> Instant { start + Span(seconds: seconds) }

    private func record(effective: Double? = 10, undone: Double? = 20) -> FaultRecord {
        var record = FaultRecord(source: "kill app", verb: "kill", subject: "app", due: Self.at(10))
        record.applied = Self.at(10)
        record.effective = effective.map(Self.at)
        record.problem = effective == nil ? "nothing was seen of it" : nil
        record.undo = undone.map { .done(at: Self.at($0), evidence: "ready") } ?? .open
        return record
    }

    private func report(
        _ scenario: Scenario, faults: [FaultRecord]? = nil, seed: UInt64 = 1, stalled: ClosedRange<Double>? = nil,
        _ answer: (Double, inout SeededRandom) -> (Outcome, Double)
    ) -> DrillReport {
        var random = SeededRandom(seed: seed)
        var log = AttemptLog(scenario, start: Self.start)
        var attempts: [Attempt] = []
        for index in 0..<Int(Self.rate * Self.length) {
            let time = Double(index) / Self.rate
            let (outcome, took) = answer(time, &random)
            attempts.append(
                Attempt(
                    step: 0, intended: Self.at(time), sent: Self.at(time), finished: Self.at(time + took),
                    outcome: outcome,
                    isFresh: index % 2 == 0, isStalled: stalled?.contains(time) ?? false))
        }
        // They come as they end, a second at a time.
        for second in 0...Int(Self.length + 3) {
            let ended = attempts.filter { Int(($0.finished - Self.start).seconds) == second }
            log.take(ended.reversed(), now: Self.at(Double(second + 1)))
        }
        return FailoverJudge(
            scenario, start: Self.start, end: Self.at(Self.length), log: log, faults: faults ?? [record()]
        ).report()
    }

    private func expect(
        _ figure: DrillReport.Figure?, _ known: Double, _ comment: Comment,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        guard let figure else {
            Issue.record("nothing: \(comment)", sourceLocation: sourceLocation)
            return
        }
        #expect(
            abs(figure.value.seconds - known) <= figure.resolution.seconds + 1e-6, comment,
            sourceLocation: sourceLocation)
        // 1 / 50 s and the timeout of 1 s, and a second of the windows at most.
        #expect(figure.resolution.seconds <= 1.1, comment, sourceLocation: sourceLocation)
    }

    @Test("Refused from the fault on until it recovers", arguments: 1...30) func refuse(seed: Int) throws {
        // Down from 10 s to some time from 12 to 17 s.
        var random = SeededRandom(seed: UInt64(seed))
        let up = 12 + Double(random.below(5_000)) / 1_000
        let report = report(try scenario(), seed: UInt64(seed)) { time, random in
            time >= 10 && time < up ? (.refused, 0.001) : (.ok, 0.002 + Double(random.below(20)) / 1_000)
        }
        #expect(report.inconclusive == [])
        expect(report.outage, up - 10, "outage to \(up)")
        expect(report.detection, 0, "detection")
        expect(report.rtoFirst, up - 10, "rto_first to \(up)")
        expect(report.rto, up - 10, "rto to \(up)")
        expect(report.failback, 0, "failback")
        #expect(report.outages.count == 1)
        #expect(report.t0 == Span(seconds: 10))
    }

    @Test("A service that hangs is seen by timeouts", arguments: 1...30) func hang(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let up = 13 + Double(random.below(3_000)) / 1_000
        let report = report(try scenario(), seed: UInt64(seed)) { time, _ in
            // What waits when it comes back is answered.
            guard time >= 9.99, time < up else { return (.ok, 0.003) }
            return up - time < Self.timeout ? (.ok, up - time + 0.003) : (.responseTimeout, Self.timeout)
        }
        expect(report.outage, up - 10, "outage to \(up)")
        expect(report.detection, 1, "the first timeout")
        expect(report.rto, up - 10, "rto to \(up)")
    }

    @Test("Slow answers are no outage, and no recovery where an objective is about them", arguments: [14.0, 16, 18])
    func slow(end: Double) throws {
        let scenario = try scenario(["p95 response_time < 100ms", "rto < 2s"])
        let report = report(scenario) { time, _ in time >= 10 && time < end ? (.ok, 0.5) : (.ok, 0.002) }
        #expect(report.outage?.value == .zero)
        #expect(report.outages.isEmpty)
        // Slow until then: a window of three seconds meets the objective with at most 5 % of slow ones in it.
        expect(report.rto, end - 10, "until \(end)")
        #expect(DrillJudge.findings(report, scenario).findings.map(\.verdict) == [.pass, .fail])
    }

    @Test("An objective on a part of a conversation is judged before the faults and after; outages are of the whole")
    func parts() throws {
        let scenario = try ScenarioReader(environment: [:], kinds: ScenarioKinds()).read(
            """
            name: s
            target: http://127.0.0.1:1
            services: {app: {command: [app]}}
            flows: {main: {steps: [{name: talk, websocket: /, timeout: 1s, conversation: [{name: ack, expect: text}]}]}}
            load: [{arrivals: 50/s, for: 30s}]
            drill: {steady: 5s, settle: 3s, timeline: [{at: 10s, fault: kill app}, {at: 20s, restore: app}]}
            objectives: [p95 response_time of ack < 100ms, errors of ack < 5%, rto < 20s, outage < 10s]
            """, file: "s.yaml")
        #expect(scenario.steps.map(\.isPart) == [false, true])
        #expect(scenario.warnings.isEmpty)
        func report(slow: ClosedRange<Double>) -> DrillReport {
            var log = AttemptLog(scenario, start: Self.start)
            for second in 0..<30 {
                let attempts = (0..<50).flatMap { index -> [Attempt] in
                    let time = Double(second) + Double(index) / 50
                    let isDown = time >= 10 && time < 12
                    return [UInt16(1), 0].map { step in
                        let took = isDown ? 0.001 : step == 1 && slow.contains(time) ? 0.3 : 0.002
                        return Attempt(
                            step: step, intended: Self.at(time), sent: Self.at(time), finished: Self.at(time + took),
                            outcome: isDown ? .webSocketClosed : .ok, isFresh: true)
                    }
                }
                log.take(attempts, now: Self.at(Double(second + 1)))
            }
            return FailoverJudge(
                scenario, start: Self.start, end: Self.at(Self.length), log: log, faults: [record()]
            ).report()
        }
        let fast = report(slow: 90...90)
        #expect(fast.inconclusive == [])
        #expect(DrillJudge.findings(fast, scenario).findings.map(\.verdict) == [.pass, .pass, .pass, .pass])
        expect(fast.outage, 2, "the whole was down for 2 s")
        // Its answers stay slow: the system has not recovered, though conversations as a whole are fine.
        let slow = report(slow: 12...30)
        #expect(DrillJudge.findings(slow, scenario).findings.map(\.verdict) == [.fail, .pass, .fail, .pass])
        expect(slow.outage, 2, "likewise")
        // Before the fault, too: nothing can be said.
        #expect(report(slow: 0...30).inconclusive != [])
    }

    @Test("A service that never answers again has no recovery, though nothing failed") func silent() throws {
        let scenario = try scenario(["errors < 1%", "rto < 15s", "outage < 15s", "rto_first < 15s", "outage < 60s"])
        // What is sent after the fault is cut off by the end of the run.
        let report = report(scenario) { time, _ in time >= 10 ? (.unfinished, 32 - time) : (.ok, 0.002) }
        #expect(report.inconclusive == [])
        #expect(report.rto == nil)
        #expect(report.rtoFirst == nil)
        #expect(report.outage == nil)
        // Silent from 10 to 30 s.
        #expect(report.openOutage.map { abs($0.seconds - 20) < 0.1 } == true)
        let verdicts = DrillJudge.findings(report, scenario).findings.map(\.verdict)
        // Of 20 s at least it is not known whether they are 60.
        #expect(verdicts.dropFirst() == [.fail, .fail, .fail, .inconclusive])
        #expect(verdicts[0] != .pass)
    }

    @Test("What the end of the load cuts off is no outage where it waited no longer than others had") func cutOff()
        throws
    {
        let report = report(try scenario()) { time, _ in time >= 29.7 ? (.unfinished, 0.3) : (.ok, 0.4) }
        #expect(report.outages.isEmpty)
        #expect(report.openOutage == nil)
        #expect(report.outage?.value == .zero)
    }

    @Test("A flapping service has recovered only when it stays up") func flapping() throws {
        let report = report(try scenario()) { time, _ in
            let isDown = time >= 10 && time < 16 && Int((time - 10) * 2) % 2 == 0
            return isDown ? (.refused, 0.001) : (.ok, 0.002)
        }
        // Down for half a second each, the last time from 15 to 15.5 s.
        #expect(report.outages.count == 6)
        expect(report.outage, 0.5, "each outage")
        expect(report.rtoFirst, 0.5, "the first time up")
        expect(report.rto, 5.5, "up for good")
    }

    @Test("A service that stays down has no recovery, and its outage no end") func down() throws {
        let scenario = try scenario(["errors < 1%", "rto < 20s", "outage < 5s", "outage > 5s", "failback < 5s"])
        let report = report(scenario) { time, _ in time >= 10 ? (.refused, 0.001) : (.ok, 0.002) }
        #expect(report.outage == nil)
        #expect(report.rto == nil)
        #expect(report.failback == nil)
        let verdicts = DrillJudge.findings(report, scenario).findings.map(\.verdict)
        #expect(verdicts == [.fail, .fail, .fail, .pass, .fail])
    }

    @Test("The steady state is told before the fault, when it held again, and at the end") func phases() throws {
        let scenario = try scenario(["errors < 1%", "p95 response_time < 100ms", "rto < 20s"])
        let report = report(scenario) { time, _ in
            time >= 10 && time < 14 ? (.refused, 0.001) : time >= 25 ? (.ok, 0.5) : (.ok, 0.002)
        }
        #expect(report.phases.map(\.name) == [.before, .recovered, .after])
        // 5 s of steady up to 10 s; 3 s of settle from 14 s on, and the last three of 30 s, which are slow.
        #expect(report.phases.map { $0.from.seconds.rounded() } == [5, 14, 27])
        #expect(report.phases.map { $0.to.seconds.rounded() } == [10, 17, 30])
        #expect(report.phases.map { $0.obstacle == nil } == [true, true, false])
        #expect(report.phases[2].obstacle == "p95 response_time < 100ms did not hold")
        // The objectives on the load alone: rto is measured once.
        #expect(report.phases.allSatisfy { $0.objectives.map(\.objective) == [0, 1] })
        let slow = try #require(report.phases[2].objectives.last)
        #expect(slow.verdict == .fail && slow.unit == .milliseconds)
        #expect(slow.observed.map { abs($0 - 500) < 5 } == true)
        #expect(report.phases[0].objectives[1].observed.map { abs($0 - 2) < 0.1 } == true)
        // A drill that never recovers has no such phase.
        let down = self.report(scenario) { time, _ in time >= 10 ? (.refused, 0.001) : (.ok, 0.002) }
        #expect(down.phases.map(\.name) == [.before, .after])
    }

    @Test("Without a fault that took effect, steady state or load nothing is said") func inconclusive() throws {
        let scenario = try scenario()
        let unconfirmed = report(scenario, faults: [record(effective: nil)]) { _, _ in (.ok, 0.002) }
        #expect(unconfirmed.inconclusive.first?.hasPrefix("no fault took effect") == true)
        let unsteady = report(scenario) { time, _ in time < 8 ? (.http5xx, 0.002) : (.ok, 0.002) }
        #expect(unsteady.inconclusive.contains { $0.hasPrefix("the steady state did not hold") })
        let open = report(scenario, faults: [record(undone: nil)]) { _, _ in (.ok, 0.002) }
        #expect(open.inconclusive == ["kill app was not undone"])
        for report in [unconfirmed, unsteady, open] {
            let findings = DrillJudge.findings(report, scenario)
            #expect(findings.verdict == .inconclusive)
            #expect(findings.findings.allSatisfy { $0.verdict == .inconclusive })
        }
    }

    @Test("What was under way when the fault came is not held against the time before it") func underWay() throws {
        let scenario = try scenario()
        // From 9.2 s on nothing is answered any more: that was sent before the fault, and fails after it.
        let struck = report(scenario) { time, _ in time >= 9.2 && time < 13 ? (.responseTimeout, 1) : (.ok, 0.002) }
        #expect(struck.inconclusive == [])
        // One that had failed before the fault is.
        let unsteady = report(scenario) { time, _ in
            time >= 9.2 && time < 13
                ? (.responseTimeout, 1) : time >= 9 && time < 9.2 ? (.http5xx, 0.002) : (.ok, 0.002)
        }
        #expect(unsteady.inconclusive.contains { $0.hasPrefix("the steady state did not hold") })
    }

    @Test("A stall of this process is no outage of the target's, and what it may have hidden is no pass") func stall()
        throws
    {
        let scenario = try scenario(["errors < 1%", "outage < 1s"])
        let hidden = report(scenario, stalled: 12...14) { time, _ in
            12...14 ~= time ? (.responseTimeout, 1) : (.ok, 0.002)
        }
        #expect(hidden.outages.isEmpty)
        #expect(hidden.notes.contains { $0.contains("held up") })
        #expect(DrillJudge.findings(hidden, scenario).verdict == .inconclusive)
        // A moment changes nothing.
        let short = report(scenario, stalled: 11.99...12.01) { time, _ in
            11.99...12.01 ~= time ? (.responseTimeout, 0.01) : (.ok, 0.002)
        }
        #expect(short.notes.contains { $0.contains("held up") })
        #expect(DrillJudge.findings(short, scenario).verdict == .pass)
    }

    @Test("New and kept connections apart") func connections() throws {
        let report = report(try scenario()) { time, _ in
            // Every other attempt is on a new connection, the even ones.
            let isFresh = Int((time * Self.rate).rounded()) % 2 == 0
            return time >= 10 && time < 15 && !isFresh ? (.reset, 0.001) : (.ok, 0.002)
        }
        #expect(report.freshOutage == .zero)
        #expect(abs((report.pooledOutage?.seconds ?? 0) - 5) < 0.1)
        // Taken together there was always a success within 1/50 s.
        #expect(report.outage.map { $0.value.seconds < 0.1 } == true)
    }

    @Test("A bound within the resolution is neither passed nor failed") func resolution() throws {
        // The outage is 3 s, known to 1/50 s and the timeout of 1 s.
        let texts = ["outage < 2s", "outage < 3.5s", "outage < 5s", "outage within 1s..5s"]
        let scenario = try scenario(texts)
        let report = report(scenario) { time, _ in time >= 10 && time < 13 ? (.responseTimeout, 1) : (.ok, 0.002) }
        // 3 - 1.02 is below 2 still.
        #expect(
            DrillJudge.findings(report, scenario).findings.map(\.verdict) == [
                .inconclusive, .inconclusive, .pass, .pass,
            ])
    }
}

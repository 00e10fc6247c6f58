import Measures
import Scenarios
import Testing
import VerificationKit

@testable import RateLimitVerification

/// Models against limiters that count so.
@Suite struct RateLimitModelTests {
    struct Kind: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var model: LimiterModel
        var make: @Sendable (_ limit: Int, _ window: Double, _ burst: Int) -> any SimulatedAlgorithm
        /// Bursts differ from the limit.
        var hasBurst = false
    }

    static let kinds: [Kind] = [
        Kind(testDescription: "first request", model: .firstRequestWindow) { limit, window, _ in
            FirstRequestWindow(limit: limit, window: window)
        },
        Kind(testDescription: "clock", model: .clockWindow) { limit, window, _ in
            ClockWindow(limit: limit, window: window)
        },
        Kind(testDescription: "log", model: .slidingLog) { limit, window, _ in SlidingLog(limit: limit, window: window)
        },
        Kind(testDescription: "log of all", model: .slidingLogOfAll) { limit, window, _ in
            SlidingLog(limit: limit, window: window, countsRejected: true)
        },
        Kind(testDescription: "counter by the clock", model: .clockCounter) { limit, window, _ in
            SlidingCounter(
                limit: limit, window: window, fromFirstRequest: false, countsRejected: false, comparesBefore: true)
        },
        Kind(testDescription: "counter by the clock, compared after", model: .clockCounter) { limit, window, _ in
            SlidingCounter(
                limit: limit, window: window, fromFirstRequest: false, countsRejected: false, comparesBefore: false)
        },
        Kind(testDescription: "counter of all by the clock", model: .clockCounterOfAll) { limit, window, _ in
            SlidingCounter(
                limit: limit, window: window, fromFirstRequest: false, countsRejected: true, comparesBefore: true)
        },
        Kind(testDescription: "counter from the first request", model: .firstRequestCounter) { limit, window, _ in
            SlidingCounter(
                limit: limit, window: window, fromFirstRequest: true, countsRejected: false, comparesBefore: false)
        },
        Kind(testDescription: "HAProxy", model: .firstRequestCounterOfAll) { limit, window, _ in
            HAProxyRate(limit: limit, period: window)
        },
        Kind(
            testDescription: "bucket", model: .bucket,
            make: { limit, window, burst in TokenBucket(burst: burst, rate: Double(limit) / window) }, hasBurst: true),
        Kind(
            testDescription: "GCRA", model: .bucket,
            make: { limit, window, burst in CellRate(burst: burst, rate: Double(limit) / window) }, hasBurst: true),
        Kind(
            testDescription: "nginx", model: .bucket,
            make: { limit, _, burst in NginxRequests(burst: burst - 1, perMinute: limit * 12, delays: false) },
            hasBurst: true),
    ]

    /// Requests of a few clients at random: bursts, silences, many under way at once; each decided somewhere between
    /// sending and receiving, in the order of arrival.
    private func histories(_ kind: Kind, limit: Int, burst: Int, _ random: inout SeededRandom) -> [ClientHistory] {
        let origin = Double.random(in: 0..<50, using: &random)
        return (0..<Int.random(in: 1...3, using: &random)).map { _ in
            var arrivals: [(at: Double, decision: LimiterDecision)] = []
            var now = origin + Double.random(in: 0..<5, using: &random)
            let slow = Double.random(in: 0.001..<0.4, using: &random)
            while now < origin + 9 {
                for _ in 0..<Int.random(in: 1...(limit + 3), using: &random) {
                    let sent = now + Double.random(in: 0..<slow, using: &random)
                    let decided = sent + Double.random(in: 0..<slow, using: &random)
                    let received = decided + Double.random(in: 0..<slow, using: &random)
                    arrivals.append(
                        // The resolution that every verification grants a limiter's clock.
                        (decided, LimiterDecision(earliest: sent - 0.005, latest: received + 0.005, isAdmitted: false)))
                }
                now += Double.random(in: 0..<2.5, using: &random)
            }
            arrivals.sort { $0.at < $1.at }
            var algorithm = kind.make(limit, 5, burst)
            for index in arrivals.indices {
                arrivals[index].decision.isAdmitted = algorithm.take(at: arrivals[index].at).isAdmitted
            }
            return ClientHistory(arrivals.map(\.decision))
        }
    }

    @Test("No limiter contradicts its own model, whatever the latencies", arguments: kinds)
    func neverContradictsItself(kind: Kind) {
        for seed in UInt64(1)...500 {
            var random = SeededRandom(seed: seed)
            let limit = Int.random(in: 1...12, using: &random)
            let burst = kind.hasBurst ? Int.random(in: 1...15, using: &random) : limit
            let histories = histories(kind, limit: limit, burst: burst, &random)
            let parameters = LimiterParameters(limit: limit, window: 5, burst: burst)
            let account = kind.model.account(of: histories, parameters)
            #expect(account == .explained, "seed \(seed), limit \(limit), burst \(burst): \(account)")
        }
    }

    /// The models named for each limiter over many seeds: its own always, another one hardly ever.
    @Test("The probes tell the models apart", arguments: [0, 1, 2, 3, 4])
    func tellsApart(number: Int) {
        let limiters: [(RateLimitRule.Model, @Sendable () -> any SimulatedAlgorithm)] = [
            (.fixedWindow, { FirstRequestWindow(limit: 20, window: 10) }),
            (.fixedWindow, { ClockWindow(limit: 20, window: 10) }),
            (.slidingLog, { SlidingLog(limit: 20, window: 10) }),
            (
                .slidingCounter,
                {
                    SlidingCounter(
                        limit: 20, window: 10, fromFirstRequest: false, countsRejected: false, comparesBefore: false)
                }
            ),
            (.tokenBucket, { TokenBucket(burst: 20, rate: 2) }),
        ]
        let (own, make) = limiters[number]
        let others: [RateLimitRule.Model] = [.fixedWindow, .slidingLog, .slidingCounter, .tokenBucket]
            .filter { $0 != own }
        var ambiguous = 0
        let reports = RateLimitFixtures.reports(
            { SimulatedLimiter(limit: 20, window: 10, make: make) }, { RateLimitFixtures.rule() },
            seeds: 100..<(100 + 4 * Seeds.count))
        #expect(reports.count == 4 * Int(Seeds.count))
        for (seed, report) in reports {
            let observed = report.findings.first { $0.check == "model" }?.observed ?? ""
            #expect(observed.contains(own.rawValue), "seed \(seed): \(observed)")
            if others.contains(where: { observed.contains($0.rawValue) }) { ambiguous += 1 }
        }
        #expect(ambiguous * 20 <= reports.count, "\(own): \(ambiguous) of \(reports.count) name another model too")
    }

    private func history(_ decisions: [(Double, Double, Bool)]) -> ClientHistory {
        ClientHistory(decisions.map { LimiterDecision(earliest: $0.0, latest: $0.1, isAdmitted: $0.2) })
    }

    @Test("Counts by hand: three within a second where two are allowed, or just not")
    func byHand() {
        let two = LimiterParameters(limit: 2, window: 1, burst: 2)
        // The third came at least 0.9 s after the first was sent: it may have been a second after.
        let open = history([(0, 0.1, true), (0.5, 0.6, true), (0.95, 1.2, true)])
        #expect(SlidingLogModel.excess(in: open, two, countsRejected: false) == nil)
        // The third was over before 0.9 s, the first not before 0.
        let shut = history([(0, 0.1, true), (0.5, 0.6, true), (0.85, 0.9, true)])
        let excess = SlidingLogModel.excess(in: shut, two, countsRejected: false)
        #expect(excess == Excess(admitted: 3, from: 0, to: 0.9, allowed: 2))
        #expect(FirstRequestWindowModel.excess(in: shut, two) == Excess(admitted: 3, from: 0, to: 0.9, allowed: 2))
        // A bucket of two gains 2 in a second: 2 + 2 · 0.9 = 3.8 are allowed; of one, of the last two within
        // 0.4 s, 1 + 2 · 0.4 = 1.8.
        #expect(TokenBucketModel.excess(in: shut, two) == nil)
        var one = two
        one.burst = 1...1
        let last = TokenBucketModel.excess(in: shut, one)
        #expect(last?.admitted == 2 && last?.from == 0.5 && last?.to == 0.9)
        // A boundary at 0.6 to 0.85 explains it, one at 0.95 doesn't.
        #expect(ClockWindowModel.excess(in: shut, two, PhaseArc(start: 0.7, width: 0)) == nil)
        #expect(ClockWindowModel.excess(in: shut, two, PhaseArc(start: 0.95, width: 0)) != nil)
    }

    @Test("A rejection needs enough before it")
    func rejections() {
        let two = LimiterParameters(limit: 2, window: 1, burst: 2)
        let early = history([(0, 0.1, true), (0.2, 0.3, false)])
        #expect(SlidingLogModel.starvation(in: early, two, countsRejected: false)?.counted == 1)
        #expect(FirstRequestWindowModel.starvation(in: early, two)?.counted == 1)
        #expect(TokenBucketModel.starvation(in: early, two) != nil)
        #expect(LimiterModel.clockWindow.account(of: [early], two).starvation != nil)
        #expect(LimiterModel.clockCounter.account(of: [early], two).starvation != nil)
        let used = history([(0, 0.1, true), (0.1, 0.2, true), (0.2, 0.3, false)])
        for model in LimiterModel.allCases { #expect(model.account(of: [used], two) == .explained, "\(model)") }
        // A window later it has no reason left but that of a bucket: it has gained two.
        let late = history([(0, 0.1, true), (0.1, 0.2, true), (1.25, 1.3, false)])
        for model in LimiterModel.allCases
        where !model.isClockAligned && model != .firstRequestCounter
            && model != .firstRequestCounterOfAll
        {
            #expect(!model.account(of: [late], two).isExplained, "\(model)")
        }
    }

    @Test("Empty histories, and clients that were only rejected")
    func degenerate() {
        let parameters = LimiterParameters(limit: 1, window: 1, burst: 1)
        for model in LimiterModel.allCases {
            #expect(model.account(of: [], parameters) == .explained)
            #expect(model.account(of: [history([])], parameters) == .explained)
            #expect(!model.account(of: [history([(0, 1, false)])], parameters).isExplained, "\(model)")
            #expect(model.account(of: [history([(0, 1, true)])], parameters) == .explained)
        }
    }

    @Test("A hull leaves out the widest gap")
    func hull() {
        let arcs = [
            PhaseArc(start: 9, width: 0.5), PhaseArc(start: 0.5, width: 0.5), PhaseArc(start: 9.5, width: 0.25),
        ]
        #expect(PhaseSearch.hull(arcs, window: 10) == PhaseArc(start: 9, width: 2))
        #expect(PhaseSearch.hull([], window: 10) == nil)
        #expect(PhaseSearch.hull([PhaseArc(start: 3, width: 1)], window: 10) == PhaseArc(start: 3, width: 1))
    }
}

import Measures
import Scenarios
import Testing

@testable import RateLimitVerification
@testable import VerificationKit

@Suite("Pictures of a rate limiter's decisions")
struct RateLimitPlotTests {
    /// A model with the algorithm of the tests that it must decide as.
    struct Pair: CustomTestStringConvertible, Sendable {
        var model: LimiterModel
        var algorithm: @Sendable () -> any SimulatedAlgorithm
        var testDescription: String { model.shown }

        init(_ model: LimiterModel, _ algorithm: @escaping @Sendable () -> any SimulatedAlgorithm) {
            self.model = model
            self.algorithm = algorithm
        }
    }

    static let pairs = [
        Pair(.firstRequestWindow) { FirstRequestWindow(limit: 20, window: 10) },
        Pair(.clockWindow) { ClockWindow(limit: 20, window: 10) },
        Pair(.slidingLog) { SlidingLog(limit: 20, window: 10) },
        Pair(.slidingLogOfAll) { SlidingLog(limit: 20, window: 10, countsRejected: true) },
        Pair(.firstRequestCounter) {
            SlidingCounter(limit: 20, window: 10, fromFirstRequest: true, countsRejected: false, comparesBefore: true)
        },
        Pair(.firstRequestCounterOfAll) {
            SlidingCounter(limit: 20, window: 10, fromFirstRequest: true, countsRejected: true, comparesBefore: true)
        },
        Pair(.clockCounter) {
            SlidingCounter(limit: 20, window: 10, fromFirstRequest: false, countsRejected: false, comparesBefore: true)
        },
        Pair(.clientWindow) { ClockWindow(limit: 20, window: 10) },
        Pair(.lossyBucket) { WholeTokens(burst: 20, rate: 2, tick: 0) },
        Pair(.pollLossyBucket) { WholeTokens(burst: 20, rate: 2, tick: 0, losesWhenRejecting: true) },
        Pair(.clockCounterOfAll) {
            SlidingCounter(limit: 20, window: 10, fromFirstRequest: false, countsRejected: true, comparesBefore: true)
        },
    ]

    @Test("A model carried out decides as the algorithm does, over bursts and silences", arguments: pairs)
    func decisions(_ pair: Pair) {
        var random = SeededRandom(seed: 7)
        var model = ModelLimiter(pair.model, LimiterParameters(limit: 20, window: 10, burst: 20))
        var algorithm = pair.algorithm()
        var now = 3.25
        var counts = (admitted: 0, rejected: 0)
        for _ in 0..<3_000 {
            // Mostly bursts, sometimes a rest, rarely a long one.
            let kind = Int.random(in: 0..<100, using: &random)
            now += Double.random(in: 0.001...(kind < 90 ? 0.2 : kind < 99 ? 6 : 40), using: &random)
            let expected = algorithm.take(at: now).isAdmitted
            #expect(model.admits(at: now) == expected, "at \(now)")
            if expected { counts.admitted += 1 } else { counts.rejected += 1 }
        }
        #expect(counts.admitted > 500 && counts.rejected > 100)
    }

    @Test("A bucket carried out admits its burst, then what it gains, and never more than its burst after a rest")
    func bucket() {
        var parameters = LimiterParameters(limit: 20, window: 10, burst: 5)
        parameters.refill = 2...2
        var bucket = ModelLimiter(.bucket, parameters)
        #expect((0..<8).map { _ in bucket.admits(at: 1) } == [true, true, true, true, true, false, false, false])
        // 2 tokens a second: one after half a second, and none more.
        #expect([1.4, 1.5, 1.5, 2.0].map { bucket.admits(at: $0) } == [false, true, false, true])
        #expect((0..<7).count { _ in bucket.admits(at: 100) } == 5)
    }

    @Test("Windows that each request begins again end by silence; a coarse clock counts whole seconds")
    func renewedAndCoarse() {
        var parameters = LimiterParameters(limit: 2, window: 1, burst: 2)
        var renewed = ModelLimiter(.renewedWindow, parameters)
        // 0.7 s after the last request the count goes on, 1.1 s after it begins again.
        #expect([0, 0.5, 1.2, 2.3].map { renewed.admits(at: $0) } == [true, true, false, true])
        parameters.tick = 1
        var coarse = ModelLimiter(.firstRequestWindow, parameters)
        // A window that begins at 3.9 is of the second 3, and ends at 4.
        #expect([3.9, 3.95, 3.99, 4.0].map { coarse.admits(at: $0) } == [true, true, false, true])
    }

    @Test("An honest limiter's decisions lie on what its model admits")
    func honest() throws {
        let limiter = SimulatedLimiter(limit: 20, window: 10) { FirstRequestWindow(limit: 20, window: 10) }
        let report = RateLimitFixtures.report(limiter, RateLimitFixtures.rule(), seed: 1)
        #expect(
            report.plots.map(\.name).prefix(3) == ["decisions_persistent", "decisions_halves", "decisions_boundary"])
        for plot in report.plots {
            #expect(plot.x == "seconds since the first request")
            let line = try #require(plot.lines.first)
            let admitted = try #require(plot.lines.first { $0.name == "admitted" })
            #expect(line.kind == .steps && line.name == "fixed_window (from the first request) admits")
            #expect(line.points.last?.last == admitted.points.last?.last, "\(plot.name)")
            #expect(line.points.first == [0, 1])
        }
        let persistent = report.plots[0]
        // Two windows are used up in the course of it; 20 + 6 at rest, so that six crosses stand at 20.
        #expect(persistent.lines[1].points.last?.last == 40)
        #expect(persistent.lines.map(\.name).last == "rejected")
        #expect(persistent.lines[2].points.contains { $0[1] == 20 })
        #expect(
            persistent.lines.allSatisfy { line in
                zip(line.points, line.points.dropFirst()).allSatisfy { $0[0] <= $1[0] }
            })
    }

    /// Admits each second request, whatever was before.
    struct Fickle: SimulatedAlgorithm {
        private var count = 0

        mutating func take(at now: Double) -> SimulatedDecision {
            count += 1
            return SimulatedDecision(isAdmitted: count.isMultiple(of: 2), remaining: 0, reset: 1)
        }
    }

    @Test("Of a limiter that no model explains, what the declared one would admit is drawn beside what was admitted")
    func unexplained() throws {
        let limiter = SimulatedLimiter(limit: 20, window: 10) { Fickle() }
        let report = RateLimitFixtures.report(limiter, RateLimitFixtures.rule { $0.model = .slidingLog }, seed: 1)
        #expect(report.verdict == .fail)
        let plot = try #require(report.plots.first)
        let allowed = try #require(plot.lines.first { $0.kind == .steps })
        let admitted = try #require(plot.lines.first { $0.name == "admitted" })
        #expect(allowed.name == "sliding_log, as declared, would admit")
        // Of the 26 requests at rest a log of 20 admits the first 20, this limiter each second one.
        #expect(allowed.points[25][1] == 20)
        #expect(admitted.points[12][1] == 13)
        #expect(plot.lines.last?.name == "rejected")
    }

    @Test("A large limit's plot keeps its first and last point and stays within the bound")
    func bounded() throws {
        let points = (0..<7_001).map { [Double($0), 1] }
        let thinned = VerificationPlot.thinned(points)
        #expect(thinned.count == VerificationPlot.maximumPoints)
        #expect(thinned.first == [0, 1] && thinned.last == [7_000, 1])
        #expect(Set(thinned.map { $0[0] }).count == thinned.count)
        #expect(VerificationPlot.thinned(Array(points.prefix(2_000))).count == 2_000)
    }

    @Test("Without an answer there is no plot")
    func nothing() {
        #expect(RateLimitFixtures.course(RateLimitFixtures.rule()).report().plots.isEmpty)
    }
}

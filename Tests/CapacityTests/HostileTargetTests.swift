import Capacity
import Foundation
import Testing

@Suite("Targets that make a capacity hard to find") struct HostileTargetTests {
    private func settings(from: Double = 20, to: Double = 10_000) -> CapacitySettings {
        var settings = CapacitySettings(from: from, to: to)
        settings.longest = 20
        settings.allowed = [0.05, 0.01]
        return settings
    }

    /// Four workers of 10 ms: 400/s at most.
    private func server(seed: UInt64 = 5) -> QueueSimulation {
        QueueSimulation(workers: 4, service: 0.01, .exponential, limit: 0.1, seed: seed)
    }

    /// 5 % take longer than 100 ms from there on.
    private let capacity = ErlangQueue.capacity(workers: 4, service: 0.01, limit: 0.1)

    @Test("a server that refuses what would wait too long is limited by its errors") func sheds() throws {
        var server = server()
        server.refusesAfter = 0.03
        let (answer, _) = server.capacity(settings())
        #expect(answer.limit == .target(.objective(1)))
        // M/M/4 with a bounded wait refuses 1 % well below what it can answer at all.
        let rate = try #require(answer.rate)
        #expect(250..<400 ~= rate)
        guard case .comesBack? = answer.hysteresis else {
            Issue.record("\(String(describing: answer.hysteresis))")
            return
        }
    }

    @Test("a server that collapses under its queue is found out: after an overload it holds only much less")
    func collapses() throws {
        var server = server()
        // Once more than 300 ms wait, everything takes three times as long: 133/s.
        server.collapsesAfter = 0.3
        server.slowness = 3
        let (answer, _) = server.capacity(settings())
        let rate = try #require(answer.rate)
        #expect(abs(rate / capacity - 1) < 0.1)
        switch answer.hysteresis {
        case .comesBackLower?, .staysBroken?: break
        default: Issue.record("\(String(describing: answer.hysteresis))")
        }
    }

    @Test("a collapse that rests don't mend ends the search: what held, and after what it did not come back")
    func lost() throws {
        var server = server()
        // Once 300 ms wait, it answers 8/s: what one overload leaves takes minutes.
        server.collapsesAfter = 0.3
        server.slowness = 50
        let (answer, _) = server.capacity(settings())
        let low = try #require(answer.low)
        #expect(low <= capacity * 1.05)
        #expect(answer.lostAfter != nil || answer.hysteresis != nil)
        #expect(answer.high.map { $0 > low } ?? true)
    }

    @Test("a server that slows down with each request never gets a capacity above what it still has") func leaks()
        throws
    {
        var server = server()
        // After 50,000 requests a request takes twice as long.
        server.leak = 1.0 / 50_000
        let (answer, _) = server.capacity(settings())
        let low = try #require(answer.low)
        #expect(low < capacity)
        #expect(answer.drift != nil || !answer.contradictions.isEmpty || (answer.rate ?? 0) < capacity * 0.95)
    }

    @Test("the generator's limit is never taken for the target's: at least") func generator() throws {
        var server = server()
        server.generatorLimit = 200
        let (answer, _) = server.capacity(settings())
        #expect(answer.high == nil)
        let rate = try #require(answer.rate)
        #expect(160...200 ~= rate)
        guard case .generator(let limit, "late") = answer.limit else {
            Issue.record("\(answer.limit)")
            return
        }
        #expect(limit > 200)
    }

    @Test("a generator that fails once at a rate is asked once more") func busyMoment() {
        var search = CapacitySearch(CapacitySettings(from: 10, to: 100))
        guard case .measure(let first) = search.next(elapsed: 0) else { return }
        search.take(CapacityOutcome(.generator("held up", mayPass: true), seconds: 3), of: first)
        guard case .rest = search.next(elapsed: 3), case .measure(let second) = search.next(elapsed: 4) else {
            Issue.record("no second try")
            return
        }
        #expect(second == first)
    }

    @Test("objectives that hold at no rate: no rate, and the lowest that was tried") func never() {
        var server = server()
        // Every answer takes longer.
        server.limit = 0
        let (answer, _) = server.capacity(settings(from: 40))
        #expect(answer.rate == nil)
        #expect(answer.low == nil)
        #expect(answer.high.map { $0 < 1 } ?? false)
        #expect(answer.limit == .target(.objective(0)))
    }

    @Test("objectives that hold at all rates: at least the highest that was asked for") func always() {
        var server = server()
        let (answer, _) = server.capacity(settings(to: 150))
        #expect(answer.limit == .top)
        #expect(answer.rate == 150)
        #expect(answer.high == nil)
        // Nothing beyond was sent.
        #expect(answer.trials.allSatisfy { $0.trial.rate <= 150 })
    }

    @Test("the first rate may be far too high: what it left in the queue breaks no lower one") func tooHigh() throws {
        var server = server()
        let (answer, _) = server.capacity(settings(from: 3_000))
        let rate = try #require(answer.rate)
        #expect(abs(rate / capacity - 1) < 0.1)
    }

    @Test("a target that flaps gets no narrow interval: it holds and breaks at one rate, or at all") func flaps() {
        var server = server()
        // Every 40 s it is ten times as slow for 20 s: 40/s, or 400/s.
        server.flapping = (40, 20)
        let (answer, _) = server.capacity(settings())
        let isHonest =
            !answer.contradictions.isEmpty || answer.drift != nil || answer.lostAfter != nil
            || (answer.low ?? 0) < 0.9 * (answer.high ?? .infinity) || (answer.rate ?? 0) <= 40
        #expect(isHonest, "\(answer)")
    }

    @Test("rates below one a second are measured, and too few samples give no capacity") func slow() {
        // A worker of 4 s: 0.25/s at most. In 20 s there are five answers: nothing about a p95.
        var server = QueueSimulation(workers: 1, service: 4, .constant, limit: 20, seed: 2)
        let (answer, _) = server.capacity(settings(from: 0.05, to: 0.1))
        #expect(answer.low == nil)
        #expect(answer.rate == nil)
        #expect(answer.limit == .unknown(nil) || answer.limit == .unknown(.objective(0)))
        var patient = settings(from: 0.05, to: 10)
        patient.longest = 2_000
        patient.within = 1_000_000
        server = QueueSimulation(workers: 1, service: 4, .constant, limit: 20, seed: 2)
        // M/D/1: 5 % take longer than 20 s from about 0.165/s on.
        let rate = server.capacity(patient).answer.rate ?? 0
        #expect(0.15..<0.18 ~= rate)
    }

    @Test("its time is a bound: what was found by then, and no trial beyond") func within() throws {
        var short = settings()
        short.within = 45
        var server = server()
        let (answer, seconds) = server.capacity(short)
        #expect(seconds <= 45)
        #expect(answer.isPartial)
        #expect(try #require(answer.low) >= 20)
    }

    @Test("stopped early it says at least what held") func stopped() {
        var search = CapacitySearch(settings(from: 50))
        guard case .measure(let trial) = search.next(elapsed: 0) else { return }
        search.take(CapacityOutcome(.held, seconds: 5), of: trial)
        search.stop()
        #expect(search.next(elapsed: 5) == .finish)
        #expect(search.answer.rate == 50)
        #expect(search.answer.limit == .stopped)
        #expect(search.answer.isPartial)
    }
}

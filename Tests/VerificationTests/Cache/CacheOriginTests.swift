import Measures
import Scenarios
import Testing
import VerificationKit

@testable import CacheVerification

/// Where fields and the origin's count say different things, the origin decides.
@Suite("A cache whose fields say other than its origin")
struct CacheOriginTests {
    private let mix = CatalogueMix(catalogue: 100, popularity: .zipf(0.8), seed: 1)

    /// Requests at 40 a second, so that 400 of them take ten seconds, in which what is kept for two seconds expires.
    private func slow(_ rule: inout CacheRule) { rule.rate = 40 }

    private func ratio(_ run: CacheRun) -> Double? {
        run.ratio(.hitRatio).map { Double($0.events) / Double($0.total) }
    }

    /// The share of 400 answers that the origin had no part in.
    private func share(_ run: CacheRun) -> Double { Double(400 - run.simulation.cache.fetches) / 400 }

    @Test("A field that says less than the cache does is named, and the ratio is the origin's")
    func less() throws {
        let run = try CacheRun(SimulatedCache(.hidesHits)) { _ in
        } _: {
            $0.atLeast = 0.7
            $0.parallel = 1
        }
        // 100 objects of which those that were drawn were fetched once.
        #expect(run.simulation.cache.fetches == mix.distinctObjects(requests: 400))
        #expect(ratio(run) == share(run))
        #expect(run.verdict(.hitRatio) == .pass)
        #expect(run.verdict(.originAgreement) == .fail)
        #expect(run[.originAgreement]?.severity == .advisory)
        #expect(run[.originAgreement]?.evidence.hasPrefix("Cache-Status is not reliable: the origin had") == true)
        #expect(run[.hitRatio]?.evidence.contains("Cache-Status says less than the cache did") == true)
        // What goes by single answers is not known.
        #expect(run.ratio(.byteHitRatio) == nil)
        #expect(run.report.plots == [])
        #expect(run.report.verdict == .pass)
    }

    @Test("A counter that stands still decides nothing")
    func still() throws {
        var course = try #require(CacheCourse(CacheRun.rule, name: "cdn", maker: CacheRun.maker, fresh: "f"))
        var simulation = CacheSimulation(SimulatedCache())
        while let action = course.nextAction() {
            if case .read = action { course.take(reading: 5) } else { simulation.carryOut(action, &course) }
        }
        let report = course.report()
        #expect(report["origin_agreement"]?.verdict == .inconclusive)
        #expect(report["origin_agreement"]?.evidence.hasPrefix("The origin's counter stood still") == true)
        #expect(report.verdict == .inconclusive)
        // The ratio is that of the fields, not 100 %.
        #expect(report.ratios.first?.events == UInt64(400 - mix.distinctObjects(requests: 400)))
    }

    @Test(
        "A fetch behind a hit in its grace is no false hit",
        arguments: [[SimulatedCache.Habit.saysLifetime], [.numbersCopies]])
    func grace(habits: [SimulatedCache.Habit]) throws {
        var cache = SimulatedCache(.graces)
        cache.habits.formUnion(habits)
        cache.lifetime = Span(seconds: 2)
        let run = try CacheRun(cache, { _ in }, slow)
        let distinct = mix.distinctObjects(requests: 400)
        #expect(run.simulation.cache.fetches > distinct)
        #expect(run.verdict(.originAgreement) == .pass, "\(run.open)")
        #expect(ratio(run) == Double(400 - distinct) / 400)
        #expect(run.verdict(.content) == .pass)
        #expect(run.report.verdict == .pass)
        #expect(run[.originAgreement]?.evidence.contains("claim to be hits") == false)
    }

    @Test("A cache that claims hits for what it fetches is found though it numbers its copies")
    func numberedLies() throws {
        let run = try CacheRun(SimulatedCache(.claimsHits, .numbersCopies)) { _ in
        } _: {
            $0.parallel = 1
        }
        #expect(run.verdict(.originAgreement) == .fail)
        #expect(run[.originAgreement]?.severity == .hard)
        // 400 answers, 400 fetches: no hit at all.
        #expect(ratio(run) == 0)
        #expect(run.verdict(.hitRatio) == .fail)
        #expect(run.report.verdict == .fail)
    }

    @Test(
        "A cache that calls what it had confirmed a hit: the field is named, the ratio is the origin's, nobody is accused"
    )
    func confirmed() throws {
        var cache = SimulatedCache(.confirms)
        cache.lifetime = Span(seconds: 2)
        let run = try CacheRun(cache, { _ in }, slow)
        #expect(run.simulation.cache.fetches > mix.distinctObjects(requests: 400))
        #expect(ratio(run) == share(run))
        #expect(run.verdict(.originAgreement) == .fail)
        #expect(run[.originAgreement]?.severity == .advisory)
        #expect(run[.originAgreement]?.evidence.hasPrefix("Cache-Status is not reliable") == true)
        #expect(run[.originAgreement]?.evidence.contains("claim to be hits") == false)
        #expect(run.verdict(.age) == .pass)
        #expect(run.report.verdict == .pass)
    }

    @Test("A few requests more than the answers say are taken off the hits, and nobody is accused")
    func few() throws {
        let distinct = mix.distinctObjects(requests: 400)
        let run = try CacheRun(SimulatedCache()) {
            $0.otherFetches = 4
        } _: {
            $0.parallel = 1
        }
        // Four more of 400 are a hundredth.
        #expect(ratio(run) == Double(400 - distinct - 4) / 400)
        #expect(run.verdict(.originAgreement) == .fail)
        #expect(run[.originAgreement]?.severity == .advisory)
        #expect(run.report.verdict == .pass)
        let more = try CacheRun(SimulatedCache()) {
            $0.otherFetches = 5
        } _: {
            $0.parallel = 1
        }
        #expect(more[.originAgreement]?.severity == .hard)
        #expect(more.report.verdict == .fail)
    }

    @Test("Of copies that are renewed within the seconds of Age, Date tells")
    func dates() throws {
        var ledger = AnswerLedger(hit: .xCache)
        ledger.beginPass()
        func take(_ word: String, at second: Int, age: Int?, date: Int) {
            let planned = PlannedExchange(isSecure: false, host: "a", port: 80, method: "GET", target: "/")
            var fields = [HeaderLine("X-Cache", word), HeaderLine("Date", "Sun, 29 Nov 2026 12:00:0\(date) GMT")]
            if let age { fields.append(HeaderLine("Age", "\(age)")) }
            var observed = BrowserFixtures.observed(planned, status: 200, fields: fields)
            observed.sent = Instant(nanoseconds: Int64(second + 1) * 1_000_000_000)
            observed.received = observed.sent + Span(seconds: 0.001)
            ledger.take([observed], objects: [0], since: Instant(nanoseconds: 0))
        }
        take("MISS", at: 0, age: nil, date: 0)
        take("HIT", at: 1, age: 1, date: 0)
        take("HIT", at: 2, age: 0, date: 2)
        take("HIT", at: 3, age: 1, date: 2)
        take("HIT", at: 4, age: 0, date: 4)
        #expect(ledger.passes[0].renewedCopies == 2)
        // One that sends a Date of its own, and no Age.
        take("HIT", at: 5, age: nil, date: 5)
        #expect(ledger.passes[0].renewedCopies == 2)
    }

    @Test("Answers that say nothing count as the origin does: true hits decide, not those of the answers that speak")
    func locks() throws {
        var cache = SimulatedCache(.locks)
        cache.fetchTime = Span(seconds: 0.05)
        func run(_ limit: Double, hasOrigin: Bool = true) throws -> CacheRun {
            try CacheRun(cache) { _ in
            } _: {
                $0.atLeast = limit
                $0.parallel = 64
                if !hasOrigin { $0.origin = nil }
            }
        }
        let low = try run(0.3)
        let truth = share(low)
        let misses = Double(mix.distinctObjects(requests: 400))
        // By those that speak alone: hits / (hits + misses), without the silent fetches of the others.
        let hits = 400 * truth
        let spoken = hits / (hits + misses)
        #expect(spoken > truth + 0.05)
        #expect(ratio(low) == truth)
        #expect(low.verdict(.hitRatio) == .pass)
        #expect(low.verdict(.statusFields) == .fail)
        #expect(low[.statusFields]?.severity == .advisory)
        #expect(low.verdict(.originAgreement) == .pass)
        #expect(low.report.verdict == .pass)
        #expect(try run((spoken + truth) / 2).verdict(.hitRatio) == .fail)
        // Without the origin's count they may be either: neither passed nor failed.
        let blind = try run((spoken + truth) / 2, hasOrigin: false)
        #expect(blind.verdict(.hitRatio) == .inconclusive)
        #expect(blind.verdict(.statusFields) == .inconclusive)
        #expect(blind.ratio(.hitRatio) == nil)
        #expect(try run(0.05, hasOrigin: false).verdict(.hitRatio) == .pass)
        #expect(try run(0.999, hasOrigin: false).verdict(.hitRatio) == .fail)
    }

    @Test("A cookie that a hit deletes is nobody's session")
    func deletion() {
        var ledger = AnswerLedger(hit: .auto)
        ledger.beginPass()
        var answers: [ObservedExchange] = []
        for cookie in ["sid=; Max-Age=0", "sid=x"] {
            let planned = PlannedExchange(isSecure: false, host: "a", port: 80, method: "GET", target: "/")
            let observed = BrowserFixtures.observed(
                planned, status: 200, fields: [HeaderLine("X-Cache", "HIT"), HeaderLine("Set-Cookie", cookie)])
            answers.append(observed)
        }
        ledger.take(answers, objects: [0, 0], since: Instant(nanoseconds: 0))
        #expect(ledger.cookies.seen == 2)
        #expect(ledger.cookies.bad == 1)
    }
}

import Measures
import Scenarios
import Testing

@testable import CacheVerification
@testable import VerificationKit

@Suite("Variants, queries and purges of a cache")
struct CacheVariantTests {
    private func withVary(_ habits: SimulatedCache.Habit...) throws -> CacheRun {
        var cache = SimulatedCache()
        cache.habits = Set(habits)
        return try CacheRun(cache) { _ in
        } _: { rule in
            rule.vary = ["de", "fr", "it"].map { [Header(name: "Accept-Language", value: Text($0))] }
        }
    }

    @Test("Variants that the cache keeps apart pass, with nine requests")
    func vary() throws {
        let run = try withVary(.translates)
        #expect(run.open == [])
        #expect(run.report.exchanges == 409)
        #expect(run[.vary]?.observed == "3 sets, each with answers of its own")
    }

    @Test("A cache that mixes variants up is found, and one whose Vary says nothing")
    func mixedUp() throws {
        let run = try withVary(.translates, .ignoresVary)
        #expect(run.verdict(.vary) == .fail)
        #expect(run[.vary]?.observed == "3 pairs of sets got the same answer")
        #expect(
            run[.vary]?.exhibits.map(\.request) == [
                "GET /static/asset-0.css, Accept-Language: de", "GET /static/asset-0.css, Accept-Language: fr",
            ])
        // All get the same where the origin makes no difference either.
        #expect(try withVary().verdict(.vary) == .fail)
        let hidden = try withVary(.translates, .hidesVary)
        #expect(hidden.verdict(.vary) == .pass)
        #expect(hidden.verdict(.varyField) == .fail)
        #expect(hidden.report.verdict == .pass)
    }

    @Test("Variants of which nothing is kept show nothing")
    func notKept() throws {
        #expect(try withVary(.translates, .isSilent).verdict(.vary) == .inconclusive)
    }

    private func withQuery(_ query: String, isOther: Bool, _ habits: SimulatedCache.Habit...) throws -> CacheRun {
        var cache = SimulatedCache()
        cache.habits = Set(habits)
        return try CacheRun(cache) { _ in
        } _: {
            $0.query = [CacheRule.QueryVariant(query: query, isOther: isOther)]
        }
    }

    @Test("A query names another object, or the same, as it is declared")
    func queries() throws {
        #expect(try withQuery("lg", isOther: true).open == [])
        #expect(try withQuery("lg=1", isOther: true).open == [])
        #expect(try withQuery("utm_source", isOther: false, .dropsQueries).open == [])
        #expect(try withQuery("lg", isOther: true, .dropsQueries).verdict(.query) == .fail)
        // With a value of the scenario's own, an earlier run may have been there.
        #expect(try withQuery("lg=1", isOther: true, .dropsQueries).verdict(.query) == .inconclusive)
        #expect(try withQuery("utm_source", isOther: false).verdict(.query) == .fail)
        #expect(try withQuery("lg", isOther: true, .isSilent).verdict(.query) == .inconclusive)
    }

    @Test("A fresh value stands in the request")
    func fresh() throws {
        let run = try withQuery("utm_source", isOther: false)
        #expect(run[.query]?.exhibits.map(\.request).last == "GET /static/asset-0.css?utm_source=f1x0")
    }

    private func withPurge(
        change: Bool = true, catalogue: Int = 100, _ habits: SimulatedCache.Habit...
    ) throws -> CacheRun {
        var cache = SimulatedCache()
        cache.habits = Set(habits)
        return try CacheRun(cache) { _ in
        } _: { rule in
            rule.catalogue = catalogue
            rule.purge = CacheRun.purge
            rule.purge?.within = .seconds(2)
            rule.purge?.every = .milliseconds(50)
            if !change { rule.purge?.change = nil }
        }
    }

    @Test("A purge brings the new version at once, and leaves the neighbour alone")
    func purge() throws {
        let run = try withPurge()
        #expect(run.open == [])
        #expect(run.report.findings.suffix(3).map(\.check) == ["purge", "stale_after_purge", "neighbour"])
        // The purge's answer, 0.1 ms until the next batch, and a fetch.
        #expect(abs((run.figure("purge_time") ?? 0) - 1.1) < 0.01)
        let requests = run[.purge]?.exhibits.map(\.request)
        #expect(
            requests == [
                "GET /static/asset-0.css", "POST http://127.0.0.1:8080/purge/0", "GET /static/asset-0.css",
            ])
        #expect(try withPurge(change: false).verdict(.purge) == .pass)
        #expect(try withPurge(catalogue: 1)[.neighbour] == nil)
    }

    @Test(
        "A purge that goes wrong is found",
        arguments: [
            (SimulatedCache.Habit.ignoresPurges, CacheCheck.purge, Verdict.fail), (.purgesAll, .neighbour, .fail),
            (.hasStaleNode, .staleAfterPurge, .fail), (.refusesOrders, .purge, .inconclusive),
            (.claimsHits, .purge, .pass),
        ])
    func purgeGoesWrong(habit: SimulatedCache.Habit, check: CacheCheck, verdict: Verdict) throws {
        #expect(try withPurge(habit).verdict(check) == verdict)
    }

    @Test("A purge that is refused fails")
    func refused() throws {
        let run = try withPurge(change: false, .refusesOrders)
        #expect(run.verdict(.purge) == .fail)
        #expect(run[.purge]?.exhibits.last?.answer.hasPrefix("403") == true)
    }

    @Test("A purge is looked for until time is up, and no longer")
    func bounded() throws {
        let run = try withPurge(.ignoresPurges)
        // 400 of the mix, 6 to warm, change, look, purge, 41 looks in 2 s, neighbour.
        #expect(run.report.exchanges == 400 + 6 + 3 + 41 + 1)
        #expect(run.figure("purge_time") == nil)
    }

    @Test("Without a change of the object, an old copy shows by its Age")
    func unchanged() throws {
        #expect(try withPurge(change: false, .ignoresPurges).verdict(.purge) == .fail)
        let ageless = try withPurge(change: false, .ageless)
        #expect(ageless.verdict(.staleAfterPurge) == .inconclusive)
        #expect(ageless[.staleAfterPurge]?.severity == .advisory)
    }

    @Test("A cache that does not keep the object has nothing to purge")
    func nothingToPurge() throws {
        var cache = SimulatedCache()
        cache.lifetime = .zero
        let run = try CacheRun(cache) { _ in
        } _: {
            $0.purge = CacheRun.purge
        }
        #expect(run.verdict(.purge) == .inconclusive)
        #expect(run[.purge]?.observed == "not in the cache")
    }

    @Test("A version is told by what the rule names")
    func versions() throws {
        func run(_ version: CachePurge.Version, _ habits: SimulatedCache.Habit...) throws -> CacheRun {
            var cache = SimulatedCache()
            cache.habits = Set(habits)
            return try CacheRun(cache) { _ in
            } _: { rule in
                rule.purge = CacheRun.purge
                rule.purge?.version = version
            }
        }
        #expect(try run(.body).verdict(.purge) == .pass)
        #expect(try run(.header("etag")).verdict(.purge) == .pass)
        #expect(try run(.header("X-Absent")).verdict(.purge) == .inconclusive)
        // The tag does not change with the version: nothing is seen of it, though the object was fetched.
        let same = try run(.etag, .tagsWrongly)
        #expect(same.verdict(.purge) == .inconclusive)
        #expect(same[.purge]?.observed == "the same version again")
    }
}

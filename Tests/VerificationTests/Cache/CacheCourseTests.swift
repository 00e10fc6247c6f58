import Measures
import Scenarios
import Testing

@testable import CacheVerification
@testable import VerificationKit

@Suite("A cache's verification")
struct CacheCourseTests {
    @Test("of an honest cache passes, and its ratio is the origin's own count exactly")
    func honest() throws {
        let run = try CacheRun(SimulatedCache())
        #expect(run.open == [])
        #expect(
            run.report.findings.map(\.check) == [
                "answers", "status_fields", "eligible", "cold_start", "hit_ratio", "origin_agreement", "content", "age",
                "set_cookie",
            ])
        let ratio = try #require(run.ratio(.hitRatio))
        // One connection's requests follow each other, eight connections may ask for an object at once: the second one
        // then waits for the first here, and is a hit.
        let distinct = CatalogueMix(catalogue: 100, popularity: .zipf(0.8), seed: 1).distinctObjects(requests: 400)
        #expect(ratio.total == 400)
        #expect(ratio.events == UInt64(400 - distinct))
        #expect(run.simulation.cache.fetches == distinct)
        #expect(run.figure("origin_requests") == Double(distinct))
        #expect(run.figure("origin_ratio") == run.figure("hit_ratio"))
        #expect(run.figure("cold_cache_ratio") == run.figure("hit_ratio"))
        #expect(run.report.exchanges == 400)
        // Bodies have 1000 to 1099 bytes, so that bytes tell nearly as much as requests: 399 equal parts of 400.
        let bytes = try #require(run.ratio(.byteHitRatio))
        #expect((398...400).contains(bytes.total))
        #expect(abs(Double(bytes.events) / Double(bytes.total) - (run.figure("byte_hit_ratio") ?? 0)) < 0.01)
    }

    @Test("tells how long hits and misses take")
    func latencies() throws {
        let run = try CacheRun(SimulatedCache()) { _ in
        } _: {
            $0.parallel = 1
        }
        #expect(run.figure("hit_latency_p50") == 0.2)
        #expect(run.figure("miss_latency_p95") == 1)
    }

    @Test(
        "finds what is wrong with a cache",
        arguments: [
            ([SimulatedCache.Habit.claimsHits], CacheCheck.originAgreement, Verdict.fail),
            ([.garbles], .statusFields, .inconclusive), ([.bypasses], .eligible, .fail),
            ([.ageless], .age, .fail), ([.agesFast], .age, .pass), ([.agesAlways], .age, .fail),
            ([.keepsCookies], .setCookie, .fail), ([.keepsErrors], .errorsCached, .fail),
            ([.keepsErrors], .answers, .fail), ([.keepsNotFound], .errorsCached, .pass),
            ([.keepsNotFound], .answers, .fail), ([.mixesObjects, .tagsWrongly], .content, .fail),
            ([.mixesObjects], .content, .fail), ([.hasOneKey], .content, .inconclusive),
            ([.hasOneKey], .originAgreement, .pass), ([.isUniform], .content, .pass),
            ([.hasOneKey, .isUniform], .content, .inconclusive),
        ])
    func mutants(habits: [SimulatedCache.Habit], check: CacheCheck, verdict: Verdict) throws {
        var cache = SimulatedCache()
        cache.habits = Set(habits)
        let run = try CacheRun(cache)
        #expect(run.verdict(check) == verdict, "\(run.open)")
        let finding = try #require(run[check])
        #expect(verdict == .pass || check == .originAgreement || check == .hitRatio || !finding.exhibits.isEmpty)
    }

    @Test("finds a key that leaves out what tells objects apart, where fetched ones are known to differ")
    func oneKey() throws {
        var cache = SimulatedCache(.hasOneKey)
        cache.lifetime = Span(seconds: 0.002)
        // Copies expire now and then, and are fetched for whichever object is asked for.
        let run = try CacheRun(cache)
        #expect(run.verdict(.content) == .fail)
        #expect(run.report.verdict == .fail)
    }

    @Test("catches a cache that claims hits for what it fetched, and says how many")
    func claims() throws {
        let run = try CacheRun(SimulatedCache(.claimsHits)) { _ in
        } _: {
            $0.parallel = 1
        }
        let distinct = CatalogueMix(catalogue: 100, popularity: .zipf(0.8), seed: 1).distinctObjects(requests: 400)
        #expect(run.simulation.cache.fetches == 400)
        #expect(run[.originAgreement]?.expected == "\(distinct) requests at the origin")
        #expect(run[.originAgreement]?.observed == "400 requests at the origin")
        #expect(
            run[.originAgreement]?.evidence.contains("had \(400 - distinct) requests more than the answers admit")
                == true)
        #expect(run[.originAgreement]?.severity == .hard)
        // 400 answers, 400 fetches.
        #expect(run.ratio(.hitRatio)?.events == 0)
        #expect(run.verdict(.hitRatio) == .fail)
        #expect(run.report.verdict == .fail)
    }

    @Test("without the origin's counter has hints about such a cache, advisory ones")
    func hints() throws {
        var slow = SimulatedCache(.claimsHits, .ageless)
        slow.hitTime = slow.fetchTime
        let run = try CacheRun(slow) { _ in
        } _: {
            $0.origin = nil
        }
        #expect(run.verdict(.plausible) == .fail)
        #expect(run[.plausible]?.severity == .advisory)
        #expect(run[.originAgreement] == nil)
        let honest = try CacheRun(SimulatedCache()) { _ in
        } _: {
            $0.origin = nil
        }
        #expect(honest.verdict(.plausible) == .pass)
        // Nothing but a short time, which each answer has here: no hint in either direction.
        var quick = SimulatedCache()
        quick.fetchTime = quick.hitTime
        let unknown = try CacheRun(quick) { _ in
        } _: {
            $0.origin = nil
        }
        #expect(unknown.verdict(.plausible) == .inconclusive)
    }

    @Test("finds an Age that runs faster than the clock")
    func fastAge() throws {
        let run = try CacheRun(SimulatedCache(.agesFast)) { _ in
        } _: {
            $0.rate = 40
        }
        #expect(run.verdict(.age) == .fail)
        #expect(run[.age]?.observed.contains("disagrees with the clock") == true)
        let honest = try CacheRun(SimulatedCache()) { _ in
        } _: {
            $0.rate = 40
        }
        #expect(honest.verdict(.age) == .pass)
        // 400 requests at 40 a second.
        #expect(abs(honest.report.duration.seconds - 10) < 0.1)
    }

    @Test("allows for fetches that were shared, and for no more")
    func shared() throws {
        var cache = SimulatedCache(.collapses)
        cache.fetchTime = Span(seconds: 0.05)
        let run = try CacheRun(cache)
        let forwarded = try #require(run.ratio(.hitRatio)).total - (run.ratio(.hitRatio)?.events ?? 0)
        #expect(forwarded > run.simulation.cache.fetches)
        #expect(run.verdict(.originAgreement) == .pass, "\(run.open)")
        #expect(run[.originAgreement]?.evidence.contains("may have shared one under way") == true)
        // Another client's requests reach the origin too: that is more than sharing explains.
        let other = try CacheRun(SimulatedCache()) { $0.otherFetches = 3 }
        #expect(other.verdict(.originAgreement) == .fail)
    }

    @Test("allows for a fetch behind each stale hit")
    func stale() throws {
        var cache = SimulatedCache(.servesStale)
        cache.lifetime = Span(seconds: 0.02)
        let run = try CacheRun(cache)
        #expect(run.verdict(.originAgreement) == .pass, "\(run.open)")
        #expect(run[.originAgreement]?.evidence.contains("stale hits may have led to one") == true)
        #expect(run.verdict(.content) != .fail)
        // The same without serving stale: expired copies are misses, and counted exactly.
        cache.habits = []
        let plain = try CacheRun(cache) { _ in
        } _: {
            $0.parallel = 1
        }
        #expect(plain.open == [])
        #expect(plain.figure("origin_ratio") == plain.figure("hit_ratio"))
    }

    @Test("says that the cache was warm before, which a pass that must be cold can't have")
    func warm() throws {
        var cache = try CacheRun(SimulatedCache()).simulation.cache
        let again = try CacheRun(cache)
        #expect(again.verdict(.coldStart) == .inconclusive)
        #expect(again[.coldStart]?.severity == .advisory)
        #expect(again.figure("hit_ratio") == 1)
        #expect(again.report.verdict == .pass)
        let strict = try CacheRun(cache) { _ in
        } _: {
            $0.isColdThenWarm = true
        }
        #expect(strict[.coldStart]?.severity == .hard)
        #expect(strict.report.verdict == .inconclusive)
        // Emptied before.
        let cleared = try CacheRun(cache) { _ in
        } _: { rule in
            rule.isColdThenWarm = true
            rule.clear = CacheRun.order("clear")
        }
        #expect(cleared.open == [])
        #expect(cleared.report.findings.first?.check == "clear")
        cache.habits = [.refusesOrders]
        let refused = try CacheRun(cache) { _ in
        } _: {
            $0.clear = CacheRun.order("clear")
        }
        #expect(refused.verdict(.clear) == .fail)
    }

    @Test("has a cold pass, and a warm one for requests that follow")
    func passes() throws {
        let run = try CacheRun(SimulatedCache()) { _ in
        } _: {
            $0.isColdThenWarm = true
        }
        #expect(run.open == [])
        let mix = CatalogueMix(catalogue: 100, popularity: .zipf(0.8), seed: 1)
        let cold = mix.distinctObjects(requests: 400)
        let warm = mix.distinctObjects(requests: 800) - cold
        #expect(run.figure("hit_ratio") == Double(400 - cold) / 400)
        #expect(run.figure("warm_hit_ratio") == Double(400 - warm) / 400)
        #expect(run.figure("warm_origin_requests") == Double(warm))
        #expect(run.ratio(.hitRatio)?.events == UInt64(400 - cold))
        #expect(run.verdict(.warmOriginAgreement) == .pass)
    }

    @Test("demands a ratio by its lower confidence bound")
    func demanded() throws {
        // 400 requests of which about 0.77 are hits.
        func verdict(_ limit: Double) throws -> Verdict? {
            try CacheRun(SimulatedCache()) { _ in
            } _: {
                $0.atLeast = limit
            }.verdict(.hitRatio)
        }
        let ratio = try #require(try CacheRun(SimulatedCache()).figure("hit_ratio"))
        #expect(try verdict(ratio - 0.1) == .pass)
        #expect(try verdict(ratio - 0.01) == .inconclusive)
        #expect(try verdict(ratio + 0.01) == .fail)
    }

    @Test("takes the ratio from the origin's count where answers say nothing")
    func silent() throws {
        let run = try CacheRun(SimulatedCache(.isSilent))
        let honest = try CacheRun(SimulatedCache())
        #expect(run.ratio(.hitRatio) == honest.ratio(.hitRatio))
        #expect(run[.statusFields]?.severity == .advisory)
        #expect(run.report.verdict == .pass)
        // And without either, nothing is known.
        let blind = try CacheRun(SimulatedCache(.isSilent)) { _ in
        } _: {
            $0.origin = nil
        }
        #expect(blind.report.verdict == .noData)
        #expect(blind.report.ratios == [])
        #expect(
            try CacheRun(SimulatedCache(.isSilent)) { _ in
            } _: {
                $0.hit = .age
            }.ratio(.hitRatio) == honest.ratio(.hitRatio))
    }

    @Test("counts requests without an answer apart, and allows for their fetches")
    func lost() throws {
        let run = try CacheRun(SimulatedCache()) { $0.lost = [0, 7, 300] }
        #expect(run.verdict(.answers) == .fail)
        #expect(run[.answers]?.observed == "397 of 400")
        #expect(run[.answers]?.exhibits.map(\.answer).first == "no answer: reset")
        #expect(run[.answers]?.exhibits.map(\.answer).dropFirst().first?.hasPrefix("200 broken off (reset)") == true)
        #expect(run.verdict(.originAgreement) == .pass)
        #expect(run[.originAgreement]?.evidence.contains("3 have no answer") == true)
        #expect(run.verdict(.coldStart) == .pass)
        #expect(run.verdict(.content) == .pass)
    }

    @Test("that is interrupted leaves open what it does not know")
    func interrupted() throws {
        for actions in 0...2 {
            let run = try CacheRun(SimulatedCache(), actions: actions) { _ in
            } _: {
                $0.purge = CacheRun.purge
            }
            #expect(run.report.verdict == .inconclusive)
            #expect(run.report.findings.allSatisfy { $0.verdict == .inconclusive })
            #expect(run.report.findings.contains { $0.check == "purge" })
        }
        // What one answer shows is shown.
        let run = try CacheRun(SimulatedCache(.keepsCookies), actions: 2)
        #expect(run.verdict(.setCookie) == .fail)
        #expect(run.verdict(.originAgreement) == .inconclusive)
        #expect(run.figure("hit_ratio") != nil)
        #expect(run.report.ratios == [])
    }

    @Test("whose origin's counter can't be read, or goes back, agrees with nothing")
    func counter() throws {
        var course = try #require(CacheCourse(CacheRun.rule, name: "cdn", maker: CacheRun.maker, fresh: "f"))
        var readings: [Double?] = [nil, .nan]
        func finish(_ course: inout CacheCourse) -> VerificationFinding? {
            var simulation = CacheSimulation(SimulatedCache())
            while let action = course.nextAction() {
                if case .read(let probe) = action {
                    #expect(probe == "origin")
                    course.take(reading: readings.removeFirst())
                } else {
                    simulation.carryOut(action, &course)
                }
            }
            return course.report().findings.first { $0.check == "origin_agreement" }
        }
        #expect(finish(&course)?.verdict == .noData)
        course = try #require(CacheCourse(CacheRun.rule, name: "cdn", maker: CacheRun.maker, fresh: "f"))
        readings = [10, 4]
        #expect(finish(&course)?.verdict == .inconclusive)
    }

    @Test("plans what it sends: one sequence over so many connections, at a rate")
    func planned() throws {
        var rule = CacheRun.rule
        rule.first = 500
        rule.requests = 700
        rule.parallel = 3
        rule.rate = 100
        rule.vary = [
            [Header(name: "Accept-Language", value: Text("de"))], [Header(name: "Accept-Language", value: Text("fr"))],
        ]
        rule.query = [CacheRule.QueryVariant(query: "lg", isOther: true)]
        rule.purge = CacheRun.purge
        var course = try #require(CacheCourse(rule, name: "cdn", maker: CacheRun.maker, fresh: "f"))
        #expect(course.plan.parts.count == 4)
        #expect(course.plan.parts[0] == "700 requests for 100 objects")
        #expect(course.plan.duration >= Span(seconds: 7))
        guard case .read? = course.nextAction() else {
            Issue.record("the counter is read first")
            return
        }
        course.take(reading: 0)
        guard case .send(let batch, let purpose)? = course.nextAction() else {
            Issue.record("then requests are sent")
            return
        }
        #expect(purpose == "mix, from request 1 of 700")
        let mix = CatalogueMix(catalogue: 100, popularity: .zipf(0.8), seed: 1)
        #expect(batch.map(\.target) == batch.indices.map { "/static/asset-\(500 + mix.object(of: $0)).css" })
        #expect(batch.map(\.lane) == batch.indices.map { .kept($0 % 3) })
        #expect(batch[10].offset == Span(seconds: 0.1))
    }

    @Test("shows neither cookies nor credentials in its exhibits")
    func exhibits() throws {
        let run = try CacheRun(SimulatedCache(.keepsCookies, .translates, .ignoresVary)) { _ in
        } _: { rule in
            rule.vary = ["a", "b"].map { [Header(name: "Authorization", value: Text("Bearer \($0)"))] }
        }
        #expect(run[.setCookie]?.exhibits.first?.answer.contains("Set-Cookie: sid=…") == true)
        #expect(run[.vary]?.exhibits.first?.request.contains("Authorization: …") == true)
        #expect(!"\(run.report)".contains("secret"))
        #expect(!"\(run.report)".contains("Bearer"))
    }
}

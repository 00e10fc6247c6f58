import Foundation
import Measures
import Objectives
import Scenarios
import TestSupport
import Testing
import VerificationKit

@testable import Failover

/// A store whose losses, duplicates and inventions are known beforehand, read by pages of its list.
@Suite("The audit of writes by a list") struct ListAuditTests {
    private static let start = Instant(nanoseconds: 1_000_000_000)
    private static let run: UInt64 = 77
    private static func at(_ seconds: Double) -> Instant { start + Span(seconds: seconds) }

    private static func write(_ number: UInt64, _ seconds: Double, _ outcome: Outcome, status: UInt16 = 0) -> Attempt {
        Attempt(
            step: 0, intended: at(seconds), sent: at(seconds), finished: at(seconds + 0.01), outcome: outcome,
            iteration: number, status: status)
    }

    private static func path(_ text: String) throws -> JSONPath { try JSONPath(parsing: text) }

    private static func read(
        byID: Bool = false, applied: Bool = false, listApplied: Bool = false, exclusive: Bool = true
    ) throws -> AuditRead {
        var list = AuditList(request: VerifiedRequest(url: Text("/orders")), items: try path("$.items"))
        list.id = try path("$.id")
        list.next = try path("$.next")
        list.isExclusive = exclusive
        if listApplied { list.applied = try path("$.count") }
        var read = AuditRead(request: byID ? VerifiedRequest(url: Text("/orders/1")) : nil)
        if applied { read.applied = try path("$.count") }
        read.list = list
        return read
    }

    /// What the store has: ids, each with how often it was applied, in the order of the list.
    private typealias Store = [(id: String, count: Int)]

    /// The pages of a store's list, as bodies.
    private static func pages(of store: Store, size: Int) -> [[UInt8]] {
        let starts = store.isEmpty ? [0] : Array(stride(from: 0, to: store.count, by: size))
        return starts.map { index in
            let page = store[index..<min(index + size, store.count)]
            let items = page.map { "{\"id\":\"\($0.id)\",\"count\":\($0.count)}" }.joined(separator: ",")
            let next = index + size < store.count ? "\"\(index + size)\"" : "null"
            return Array("{\"items\":[\(items)],\"next\":\(next)}".utf8)
        }
    }

    private func audit(
        _ writes: [Attempt], _ read: AuditRead, folder: TemporaryFolder, refused: [ClosedRange<Int>] = [],
        problem: String? = nil, list: (Int) -> Store, byID: (String) -> Int? = { _ in nil }
    ) throws -> WriteReport {
        let ledger = try WriteLedger(path: folder.path + "/writes", refused: refused)
        try ledger.append(writes)
        var final = FinalRead(
            ledger, run: Self.run, start: Self.start, t0: Self.at(5), read: read, sampled: SampledReads(),
            evidence: folder.path + "/lost", unexpected: folder.path + "/unexpected")
        for reading in 0..<10 {
            final.beginList(at: Self.at(60))
            for body in Self.pages(of: list(reading), size: 7) {
                final.take(try ListPage(body, of: try #require(read.list)))
            }
            guard final.endList(problem: problem) else { break }
        }
        for _ in 0..<10_000 {
            let entries = final.nextWrites(5)
            if entries.isEmpty { break }
            for entry in entries {
                let count = byID(final.id(of: entry))
                final.take(
                    FinalRead.Answer(
                        isFound: count.map { $0 > 0 }, applied: count.flatMap { $0 > 0 ? $0 : nil }, sent: Self.at(70)),
                    of: entry)
            }
        }
        return final.finish()
    }

    private static func id(_ number: UInt64) -> String { WriteID(run: run, number: number).text }

    private static func lines(_ path: String) -> [String] {
        ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }

    @Test(
        "Lost, recovered, duplicate and unexpected writes are counted exactly, by a list alone and with reads by id",
        arguments: 1...30)
    func counts(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        var (writes, store): ([Attempt], Store) = ([], [])
        var (lost, recovered, unexpected, duplicates) = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
        for number in 0..<UInt64(100 + random.below(200)) {
            let outcome: Outcome = [.ok, .ok, .ok, .responseTimeout, .http5xx, .refused][Int(random.below(6))]
            // Half of the 5xx are the 503 that says: not applied.
            let status: UInt16 = outcome == .http5xx ? (random.below(2) == 0 ? 503 : 500) : 0
            writes.append(Self.write(number, Double(random.below(10_000)) / 1_000, outcome, status: status))
            let isRefused = outcome == .refused || status == 503
            let applied = Int([1, 1, 1, 0, 2][Int(random.below(5))]) * (isRefused && random.below(4) > 0 ? 0 : 1)
            if applied > 0 { store.append((Self.id(number), applied)) }
            if outcome == .ok, applied == 0 { lost += 1 }
            if !isRefused, outcome != .ok, applied > 0 { recovered += 1 }
            if isRefused, applied > 0 { unexpected += 1 }
            if applied > 1 { duplicates += 1 }
        }
        // Never sent, and of nobody: both can't be there where nobody else writes.
        for index in 0..<random.below(5) {
            store.append((Self.id(1_000_000 + index), 1))
            store.append(("stranger-\(index)", 1))
            unexpected += 2
        }
        for isByID in [false, true] {
            let folder = try TemporaryFolder()
            let counts = Dictionary(uniqueKeysWithValues: store.map { ($0.id, $0.count) })
            let report = try audit(
                writes, try Self.read(byID: isByID, listApplied: true), folder: folder, refused: [503...503],
                list: { _ in store }, byID: { counts[$0] ?? 0 })
            #expect(report.lost == lost)
            #expect(report.recovered == recovered)
            #expect(report.unexpected == unexpected)
            #expect(report.duplicates == duplicates)
            #expect(report.undecided == 0)
            #expect(report.staleReads == 0)
            #expect(Self.lines(folder.path + "/lost").count == Int(lost))
            let evidence = Self.lines(folder.path + "/unexpected")
            #expect(evidence.count == Int(unexpected))
            #expect(evidence.allSatisfy { $0.contains("\"id\":") && $0.contains("\"read_seconds\":") })
        }
    }

    @Test("A list that lags loses nothing: what it lacks is asked for by id, and was stale") func lagging() throws {
        let writes = (0..<20).map { Self.write($0, 1, .ok) }
        let whole: Store = (0..<20).map { (Self.id($0), 1) }
        // Five are not in the list yet. By their ids all but one are there.
        let report = try audit(
            writes, try Self.read(byID: true), folder: TemporaryFolder(), list: { _ in Array(whole.prefix(15)) },
            byID: { $0 == Self.id(17) ? 0 : 1 })
        #expect((report.lost, report.staleReads, report.unexpected) == (1, 4, 0))
        // Acknowledged at 1.01 s, not listed at 60 s.
        #expect(report.stalest.map { abs($0.seconds - 58.99) < 0.001 } == true)
        // By the list alone it is read again: then they are there.
        let alone = try audit(
            writes, try Self.read(), folder: TemporaryFolder(),
            list: { reading in reading == 0 ? Array(whole.prefix(15)) : whole })
        #expect((alone.lost, alone.staleReads) == (0, 5))
    }

    @Test("Where an id stands twice in the list it was applied twice, unless each read tells how often it was")
    func twice() throws {
        let writes = (0..<10).map { Self.write($0, 1, .ok) }
        let store: Store = (0..<10).map { (Self.id($0), 1) } + [(Self.id(3), 1)]
        let listed = try audit(writes, try Self.read(), folder: TemporaryFolder(), list: { _ in store })
        #expect(listed.duplicates == 1)
        let told = try audit(
            writes, try Self.read(byID: true, applied: true), folder: TemporaryFolder(), list: { _ in store },
            byID: { $0 == Self.id(5) ? 2 : 1 })
        #expect(told.duplicates == 1)
        let none = try audit(
            writes, try Self.read(), folder: TemporaryFolder(), list: { _ in Array(store.prefix(10)) })
        // A list has each id once however often its write was applied: no duplicate is not known.
        #expect(none.duplicates == nil)
    }

    @Test("An id that pages alone have twice was not applied twice: pages that overlap, and items that moved meanwhile")
    func overlapping() throws {
        var attempted = NumberSet()
        for number in 0..<20 as Range<UInt64> { attempted.insert(number) }
        func repeated(_ readings: [[[UInt64]]]) -> (count: UInt64, isInDoubt: Bool) {
            var listed = ListedWrites(attempted: attempted, run: Self.run, nil)
            for pages in readings {
                listed.begin(at: Self.at(60))
                for page in pages { listed.take(page.map { ListPage.Item(id: Self.id($0)) }) }
                listed.end()
            }
            return (listed.repeated.count, listed.isInDoubt)
        }
        // Each page begins with the last item of the one before: nothing is doubted.
        let inclusive: [[UInt64]] = [[0, 1, 2], [2, 3, 4], [4, 5]]
        #expect(repeated([inclusive]) == (0, false))
        // Only one does: 2 may be there twice, and is where it stays so.
        let suspicious: [[UInt64]] = [[0, 1, 2], [2, 3, 4], [5, 6]]
        #expect(repeated([suspicious]) == (0, true))
        #expect(repeated([suspicious, suspicious]) == (1, false))
        // A late item before the others moved 3 to the next page while the list was read.
        let moved: [[UInt64]] = [[1, 2, 3], [2, 3, 4], [5]]
        let still: [[UInt64]] = [[0, 1, 2], [3, 4, 5]]
        #expect(repeated([moved, still]) == (0, false))
        // Twice in one page, whatever the pages.
        let twice: [[UInt64]] = [[0, 1, 1], [2, 3]]
        #expect(repeated([twice, twice]) == (1, false))
    }

    @Test("What others write is no fault of the drill's, unless nobody else writes there") func others() throws {
        let writes = (0..<5).map { Self.write($0, 1, .ok) }
        let other = WriteID(run: 78, number: 1).text
        let store: Store = (0..<5).map { (Self.id($0), 1) } + [("order-1", 1), (other, 1)]
        let shared = try audit(
            writes, try Self.read(exclusive: false), folder: TemporaryFolder(), list: { _ in store })
        #expect((shared.unexpected, shared.others) == (0, 2))
        #expect(shared.notes.contains { $0.contains("2 ids that this run did not make") })
        let own = try audit(writes, try Self.read(), folder: TemporaryFolder(), list: { _ in store })
        #expect((own.unexpected, own.others) == (2, 0))
        #expect(own.unexpectedExamples.map(\.id) == ["order-1", other])
    }

    @Test("An id of this run that the audited step never sent is no surprise where other steps send it") func shared()
        throws
    {
        var read = try Self.read()
        let store: Store = [(Self.id(0), 1), (Self.id(1), 1)]
        let alone = try audit([Self.write(0, 1, .ok)], read, folder: TemporaryFolder(), list: { _ in store })
        #expect(alone.unexpected == 1)
        read.list?.sharesIDs = true
        let shared = try audit([Self.write(0, 1, .ok)], read, folder: TemporaryFolder(), list: { _ in store })
        #expect((shared.unexpected, shared.others, shared.lost) == (0, 0, 0))
    }

    @Test("A list that is not read to its end shows no absence: nothing is lost by it, and unexpected is open")
    func partial() throws {
        let writes = (0..<10).map { Self.write($0, 1, .ok) }
        let half: Store = (0..<5).map { (Self.id($0), 1) }
        let alone = try audit(
            writes, try Self.read(), folder: TemporaryFolder(), problem: "status 500", list: { _ in half })
        #expect((alone.lost, alone.undecided) == (0, 5))
        let both = try audit(
            writes, try Self.read(byID: true), folder: TemporaryFolder(), problem: "status 500", list: { _ in half },
            byID: { $0 == Self.id(9) ? 0 : 1 })
        #expect((both.lost, both.undecided, both.staleReads) == (1, 0, 0))
        #expect(both.listProblem == "status 500")
        func verdict(_ text: String, _ writes: WriteReport) throws -> String {
            var report = DrillReport(start: Self.start)
            report.writes = writes
            var scenario = Scenario(name: "s", target: Text("http://127.0.0.1:1"), flows: [], load: [])
            scenario.objectives = [try Objective(parsing: text)]
            return try #require(DrillJudge.findings(report, scenario).findings.first).verdict.rawValue
        }
        #expect(try verdict("unexpected == 0", both) == "inconclusive")
        #expect(try verdict("lost_writes == 0", both) == "fail")
        var broken = both
        broken.unexpected = 1
        // One is too many, however many more there are.
        #expect(try verdict("unexpected == 0", broken) == "fail")
        broken.listProblem = nil
        broken.unexpected = 0
        #expect(try verdict("unexpected == 0", broken) == "pass")
    }

    @Test("What was refused for certain, and is there, is unexpected by a read of its id, too") func refusedFound()
        throws
    {
        let folder = try TemporaryFolder()
        let ledger = try WriteLedger(path: folder.path + "/writes", refused: [503...503])
        // By default a conflict may be the write itself, sent again; a 404 is certain.
        let statuses: [UInt16] = [503, 500, 409, 412, 404, 429]
        let outcomes: [Outcome] = [.http5xx, .http5xx, .http4xx, .http4xx, .http4xx, .rateLimited]
        try ledger.append(
            zip(statuses, outcomes).enumerated().map { Self.write(UInt64($0), 1, $1.1, status: $1.0) })
        #expect((ledger.failed, ledger.indeterminate) == (3, 3))
        var final = FinalRead(
            ledger, run: Self.run, start: Self.start, t0: Self.at(5),
            read: AuditRead(request: VerifiedRequest(url: Text("/1"))), sampled: SampledReads(),
            evidence: folder.path + "/lost", unexpected: folder.path + "/unexpected")
        for entry in final.nextWrites(10) { final.take(FinalRead.Answer(isFound: true, sent: Self.at(9)), of: entry) }
        let report = final.finish()
        #expect((report.unexpected, report.recovered, report.undecided) == (3, 3, 0))
        #expect(Self.lines(folder.path + "/unexpected").allSatisfy { $0.contains("\"refused_seconds\":1.000000") })
    }

    @Test(
        "Pages of every usual form are read, and others refused",
        arguments: [
            (#"["a","b"]"#, "$", nil, nil, ["a", "b"], nil),
            (#"{"data":[{"o":{"id":7}}],"meta":{"next":12}}"#, "$.data", "$.o.id", "$.meta.next", ["7"], "12"),
            (#"{"data":[],"next":""}"#, "$.data", nil, "$.next", [], nil),
            (#"{"data":[],"next":false}"#, "$.data", nil, "$.next", [], nil),
            (#"{"data":["é\u0061"]}"#, "$.data", nil, "$.next", ["éa"], nil),
        ] as [(String, String, String?, String?, [String], String?)])
    func pages(body: String, items: String, id: String?, next: String?, ids: [String], cursor: String?) throws {
        var list = AuditList(request: VerifiedRequest(url: Text("/")), items: try Self.path(items))
        list.id = try id.map(Self.path)
        list.next = try next.map(Self.path)
        let page = try ListPage(Array(body.utf8), of: list)
        #expect(page.items.map(\.id) == ids)
        #expect(page.next == cursor)
    }

    @Test("What is no page of the list is said, and hostile bytes do no harm") func malformed() throws {
        var list = AuditList(request: VerifiedRequest(url: Text("/")), items: try Self.path("$.items"))
        list.id = try Self.path("$.id")
        list.next = try Self.path("$.next")
        func problem(_ body: String) -> String? {
            do throws(ListPage.Malformed) {
                _ = try ListPage(Array(body.utf8), of: list)
                return nil
            } catch {
                return error.description
            }
        }
        #expect(problem("<html>") == "a page is not JSON")
        #expect(problem("{\"orders\":[]}") == "a page has no list at $.items")
        #expect(problem("{\"items\":[{\"name\":1}]}") == "an item of a page has no id at $.id")
        #expect(problem("{\"items\":[{\"id\":null}]}") == "an item of a page has no id at $.id")
        var random = SeededRandom(seed: 4)
        let seed = Array("{\"items\":[{\"id\":\"a\"},{\"id\":\"b\\u0041\"}],\"next\":\"x\"}".utf8)
        for _ in 0..<3_000 {
            var body = seed
            for _ in 0...random.below(4) { body[Int(random.below(UInt64(body.count)))] = UInt8(random.below(256)) }
            _ = try? ListPage(Array(body.prefix(Int(random.below(UInt64(body.count + 1))))), of: list)
        }
    }

    @Test("An id is read as it was written, and others are none") func ids() {
        for number in [0, 1, 77, 1 << 40, (1 << 62) - 1] as [UInt64] {
            let id = WriteID(run: 0xFFF_FFFF_FFFF_FFFF, number: number)
            #expect(WriteID(id.text) == id)
            #expect(WriteID(id.text.uppercased()) == id)
        }
        let text = WriteID(run: 1, number: 1).text
        for other in [
            "", "order-1", text + "0", String(text.dropLast()), text.replacing("-", with: ""),
            text.replacing("-8", with: "-4"), "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        ] {
            #expect(WriteID(other) == nil, "\(other)")
        }
    }

    @Test("Numbers are a set, however far apart they are") func numbers() {
        var (one, other) = (NumberSet(), NumberSet())
        for number in [0, 63, 64, 65_535, 65_536, 1 << 61] as [UInt64] {
            let isNew = one.insert(number)
            let isNewAgain = one.insert(number)
            #expect(isNew && !isNewAgain)
            #expect(one.contains(number) && !one.contains(number + 1) || number == 63 || number == 65_535)
        }
        #expect(one.count == 6)
        for number in [64, 66, 1 << 40] as [UInt64] { other.insert(number) }
        one.formUnion(other)
        // Of three one was there.
        #expect(one.count == 8)
        #expect(one.contains(66) && one.contains(1 << 40) && one.contains(0))
        other.insert(3)
        one.formIntersection(other)
        // 64, 66 and 2^40; 3 was not there.
        #expect(one.count == 3)
        #expect(one.contains(64) && !one.contains(0) && !one.contains(3) && !one.contains(65_536))
    }
}

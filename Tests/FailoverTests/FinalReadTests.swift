import Foundation
import Measures
import Scenarios
import TestSupport
import Testing

@testable import Failover

@Suite("The audit of writes") struct FinalReadTests {
    private static let start = Instant(nanoseconds: 1_000_000_000)
    private static func at(_ seconds: Double) -> Instant { start + Span(seconds: seconds) }

    private func write(_ number: UInt64, _ seconds: Double, _ outcome: Outcome) -> Attempt {
        Attempt(
            step: 0, intended: Self.at(seconds), sent: Self.at(seconds), finished: Self.at(seconds + 0.01),
            outcome: outcome,
            iteration: number)
    }

    /// Finds a write by its id, whose answer tells how often it was applied.
    private static var read: AuditRead {
        var read = AuditRead(request: VerifiedRequest(url: Text("/orders/1")))
        read.applied = try? JSONPath(parsing: "$.count")
        return read
    }

    /// Reads all writes of a service that has those in `store`, each applied so often; nil: no answer.
    private func audit(
        _ writes: [Attempt], t0: Double? = 5, sampled: SampledReads = SampledReads(), folder: TemporaryFolder,
        tells: Bool = true, _ answer: (UInt64, Int) -> Int?
    ) throws -> WriteReport {
        let ledger = try WriteLedger(path: folder.path + "/writes")
        for batch in stride(from: 0, to: writes.count, by: 7) {
            try ledger.append(Array(writes[batch..<min(batch + 7, writes.count)]))
        }
        var final = FinalRead(
            ledger, run: 9, start: Self.start, t0: t0.map(Self.at), read: Self.read, sampled: sampled,
            evidence: folder.path + "/lost", unexpected: folder.path + "/unexpected")
        var asked: [UInt64: Int] = [:]
        for _ in 0..<10_000 {
            let entries = final.nextWrites(5)
            if entries.isEmpty { break }
            for entry in entries {
                let count = answer(entry.number, asked[entry.number, default: 0])
                asked[entry.number, default: 0] += 1
                final.take(
                    FinalRead.Answer(
                        isFound: count.map { $0 > 0 }, applied: tells ? count : nil, sent: Self.at(60)), of: entry)
            }
        }
        return final.finish()
    }

    @Test("Lost, recovered, duplicate and split-brain writes are counted exactly", arguments: 1...30)
    func counts(seed: Int) throws {
        let folder = try TemporaryFolder()
        var random = SeededRandom(seed: UInt64(seed))
        var (writes, store): ([Attempt], [UInt64: Int]) = ([], [:])
        var known = WriteReport()
        for number in 0..<UInt64(200 + random.below(300)) {
            let time = Double(random.below(10_000)) / 1_000
            let outcome: Outcome = [.ok, .ok, .ok, .responseTimeout, .http5xx, .refused, .reset][Int(random.below(7))]
            writes.append(write(number, time, outcome))
            let applied = outcome == .refused ? 0 : Int([1, 1, 1, 1, 0, 2][Int(random.below(6))])
            store[number] = applied
            switch outcome {
            case .ok:
                known.acknowledged += 1
                guard applied == 0 else { break }
                known.lost += 1
                // Acknowledged 10 ms after it was sent.
                let acknowledged = time + 0.01
                if acknowledged >= 5 {
                    known.splitBrainLoss += 1
                } else {
                    known.rpo = max(known.rpo ?? .zero, Self.at(5) - Self.at(time + 0.01))
                }
            case .refused: known.failed += 1
            default:
                known.indeterminate += 1
                if applied > 0 { known.recovered += 1 }
            }
            if applied > 1 { known.duplicates = (known.duplicates ?? 0) + 1 }
        }
        let report = try audit(writes, folder: folder) { number, _ in store[number] }
        #expect(report.attempted == UInt64(writes.count))
        #expect(report.acknowledged == known.acknowledged)
        #expect(report.failed == known.failed)
        #expect(report.indeterminate == known.indeterminate)
        #expect(report.lost == known.lost)
        #expect(report.splitBrainLoss == known.splitBrainLoss)
        #expect(report.recovered == known.recovered)
        #expect(report.duplicates == known.duplicates ?? 0)
        #expect(report.rpo == known.rpo ?? .zero)
        #expect(report.undecided == 0)
        let lines = (try? String(contentsOfFile: folder.path + "/lost", encoding: .utf8))?.split(separator: "\n") ?? []
        #expect(lines.count == Int(known.lost))
        #expect(lines.allSatisfy { $0.contains("\"acknowledged_seconds\":") && $0.contains("\"id\":\"0000") })
    }

    @Test("What gets no answer is asked again, and else undecided: never lost") func unanswered() throws {
        let folder = try TemporaryFolder()
        // Number 1 answers at the second try, number 2 never.
        let writes = (0..<4).map { write($0, Double($0), .ok) }
        let report = try audit(writes, folder: folder) { number, tries in
            switch number {
            case 1: tries == 0 ? nil : 1
            case 2: nil
            default: 1
            }
        }
        #expect((report.lost, report.undecided) == (0, 1))
        #expect(report.rpo == nil)
    }

    @Test("A write that a replica has only later is stale, and not lost") func lagging() throws {
        let folder = try TemporaryFolder()
        // Acknowledged at 1.01 s, absent at 60 s, there when it is read again.
        let report = try audit([write(0, 1, .ok), write(1, 1, .ok)], folder: folder) { number, tries in
            number == 0 && tries == 0 ? 0 : 1
        }
        #expect((report.lost, report.staleReads) == (0, 1))
        #expect(report.stalest.map { abs($0.seconds - 58.99) < 0.001 } == true)
    }

    @Test("Answers that don't tell how often a write was applied show no duplicates, and no absence of them")
    func untold() throws {
        let folder = try TemporaryFolder()
        let report = try audit([write(0, 1, .ok), write(1, 1, .ok)], folder: folder, tells: false) { _, _ in 2 }
        #expect(report.duplicates == nil)
        #expect(report.untold == 2)
    }

    @Test("A read after the acknowledgement that misses a write is stale, unless the write is lost") func stale() throws
    {
        let folder = try TemporaryFolder()
        let writes = (0..<3).map { write($0, 1, .ok) }
        var sampled = SampledReads()
        sampled.add(writes)
        let entries = Dictionary(sampled.choose(500).map { ($0.number, $0) }) { first, _ in first }
        for number in UInt64(0)...2 {
            guard let entry = entries[number] else { continue }
            // Acknowledged at 1.01 s; read before that, then twice after it.
            for time in [1.0, 2.01, 4.01] {
                sampled.take(FinalRead.Answer(isFound: number == 0, sent: Self.at(time)), of: entry)
            }
        }
        let chosen = entries.count
        // Number 2 is lost at the end, number 1 is there.
        let report = try audit(writes, sampled: sampled, folder: folder) { number, _ in number == 2 ? 0 : 1 }
        #expect(report.lost == 1)
        if entries[1] != nil {
            #expect(report.staleReads == 2)
            #expect(report.stalest == Span(seconds: 3))
        }
        #expect(chosen >= 1)
    }

    @Test("An older version than one read before is stale") func versions() {
        var sampled = SampledReads()
        let entry = WriteLedger.Entry(number: 4, sent: Self.at(0), finished: Self.at(1), state: .acknowledged)
        for (index, version) in [2, 1, 3, 3, 2].enumerated() {
            let sent = Self.at(2 + Double(index))
            sampled.take(FinalRead.Answer(isFound: true, version: version, sent: sent, received: sent), of: entry)
        }
        #expect(sampled.staleVersions == 2)
        // One that was sent before the newer version was known shows nothing.
        sampled.take(FinalRead.Answer(isFound: true, version: 1, sent: Self.at(1)), of: entry)
        #expect(sampled.staleVersions == 2)
    }

    @Test("A ledger that a full disk cut off within a record is read up to there") func torn() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/writes"
        let ledger = try WriteLedger(path: path)
        try ledger.append((0..<3).map { write($0, 1, .ok) })
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.truncate(atOffset: 2 * 32 + 9)
        #expect(ledger.entries(from: 0, count: 10).map(\.number) == [0, 1])
    }

    @Test("Ids are UUIDs of version 8, and different for each write") func ids() {
        let id = WriteID(run: 0xABC_DEF0_1234_5678, number: 7)
        let text = id.text
        #expect(text.count == 36)
        // The version and the variant (RFC 9562 §4.1, §4.2).
        #expect(Array(text)[14] == "8")
        #expect("89ab".contains(Array(text)[19]))
        #expect(text.hasSuffix("000000000007"))
        #expect(Set((0..<1_000).map { WriteID(run: 3, number: $0).text }).count == 1_000)
        #expect(UUID(uuidString: text) != nil)
    }
}

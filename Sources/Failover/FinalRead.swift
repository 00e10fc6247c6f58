public import Measures
public import Scenarios
import VerificationKit

/// Reads a drill's writes again and tells what became of them. Plans and judges; whoever has it sends the reads.
///
/// Where there is a list it is read first. What it shows needs no read of its own unless only that tells how often the write was
/// applied; what it does not show is asked for by its id, since a list may lag behind.
public struct FinalRead {
    /// What an answer said of a write.
    public struct Answer: Sendable {
        /// Whether the write is there; nil: no answer that tells.
        public var isFound: Bool?
        /// How often it was applied; nil: not told.
        public var applied: Int?
        /// The version of what was written; nil: not told.
        public var version: Int?
        /// When the read was sent.
        public var sent: Instant
        /// When it was answered.
        public var received: Instant

        /// Makes an answer.
        public init(isFound: Bool?, applied: Int? = nil, version: Int? = nil, sent: Instant, received: Instant? = nil) {
            self.isFound = isFound
            self.applied = applied
            self.version = version
            self.sent = sent
            self.received = received ?? sent
        }
    }

    private let ledger: WriteLedger
    private let run: UInt64
    private let start: Instant
    private let t0: Instant?
    private let readsByID: Bool
    private let tellsApplied: Bool
    private let list: AuditList?
    private var listed: ListedWrites?
    private var next: UInt64 = 0
    private var again: [WriteLedger.Entry] = []
    /// How often what was not found, or not answered, has been read again: a pause before each time lets replicas catch up.
    public private(set) var round = 0
    /// Acknowledged writes that were not there at first, and when the first such read was sent.
    private var absent: [UInt64: Instant] = [:]
    /// Writes that sampled reads did not find though they were acknowledged, and when the first such read was sent.
    private let missed: [UInt64: SampledReads.Miss]
    private var duplicated = NumberSet()
    /// Something told how often a write was applied.
    private var isTold = false
    private var report = WriteReport()
    private var lostEvidence: EvidenceFile
    private var unexpectedEvidence: EvidenceFile

    /// Writes that got no answer are read again so often.
    private static let rounds = 3
    /// So many of them are remembered.
    private static let mostAgain = 200_000
    private static let examples = 20
    private static let batch = 10_000

    /// - Parameters:
    ///   - run: What the run's ids have in common.
    ///   - start: The beginning of the load.
    ///   - t0: When the first fault took effect.
    ///   - read: What finds writes again.
    ///   - sampled: What was read during the load.
    ///   - evidence: The file that gets a line for each lost write.
    ///   - unexpected: The file that gets a line for each unexpected write.
    public init(
        _ ledger: WriteLedger, run: UInt64, start: Instant, t0: Instant?, read: AuditRead, sampled: SampledReads,
        evidence: String, unexpected: String
    ) {
        self.ledger = ledger
        self.run = run
        self.start = start
        self.t0 = t0
        readsByID = read.request != nil
        tellsApplied = read.applied != nil
        list = read.list
        missed = sampled.missed
        lostEvidence = EvidenceFile(path: evidence)
        unexpectedEvidence = EvidenceFile(path: unexpected)
        report.staleReads = sampled.staleVersions
        report.stalest = sampled.stalest
    }

    // MARK: The list

    /// The list is about to be read from its first page on.
    public mutating func beginList(at instant: Instant) {
        if listed == nil {
            var attempted = NumberSet()
            forEachEntry { attempted.insert($0.number) }
            listed = ListedWrites(attempted: attempted, run: run, list)
        }
        listed?.begin(at: instant)
    }

    /// Takes a page of the list.
    public mutating func take(_ page: ListPage) { listed?.take(page.items) }

    /// The list was read to its end, or not: why. True: it should be read once more after a pause, for it alone tells, and
    /// acknowledged writes are missing in it, or some are in it twice.
    public mutating func endList(problem: String?) -> Bool {
        report.listProblem = problem
        guard problem == nil else { return false }
        listed?.end()
        guard let listed, listed.readings <= Self.rounds else { return false }
        if listed.isInDoubt, !tellsApplied, list?.applied == nil { return true }
        guard !readsByID else { return false }
        var isMissing = false
        forEachEntry { if $0.state == .acknowledged, !listed.numbers.contains($0.number) { isMissing = true } }
        return isMissing
    }

    private func forEachEntry(_ body: (WriteLedger.Entry) -> Void) {
        var index: UInt64 = 0
        while true {
            let entries = ledger.entries(from: index, count: Self.batch)
            if entries.isEmpty { return }
            index += UInt64(entries.count)
            for entry in entries { body(entry) }
        }
    }

    // MARK: Reads by id

    /// The next writes to read, `count` at most; empty: all were read.
    public mutating func nextWrites(_ count: Int) -> [WriteLedger.Entry] {
        while true {
            let entries = ledger.entries(from: next, count: count)
            if !entries.isEmpty {
                next += UInt64(entries.count)
                var asked: [WriteLedger.Entry] = []
                for entry in entries where isAsked(entry) { asked.append(entry) }
                if asked.isEmpty { continue }
                return asked
            }
            guard round < Self.rounds, !again.isEmpty else { return [] }
            defer { round += 1 }
            defer { again = [] }
            return again
        }
    }

    /// Whether a write has to be read by its id; what the list tells of the others is taken.
    private mutating func isAsked(_ entry: WriteLedger.Entry) -> Bool {
        guard let listed else {
            if !readsByID, entry.state != .failed { report.undecided += 1 }
            return readsByID
        }
        let isListed = listed.numbers.contains(entry.number)
        if isListed {
            // Only its own read tells how often it was applied.
            if readsByID, tellsApplied, list?.applied == nil, entry.state != .failed { return true }
            settle(entry, at: listed.began)
            return false
        }
        if readsByID { return entry.state != .failed || report.listProblem != nil }
        switch entry.state {
        case .acknowledged where report.listProblem == nil: lose(entry, read: listed.began)
        case .acknowledged, .indeterminate: if report.listProblem != nil { report.undecided += 1 }
        case .failed: break
        }
        return false
    }

    /// The id of a write, as it was sent.
    public func id(of entry: WriteLedger.Entry) -> String { WriteID(run: run, number: entry.number).text }

    /// Takes what an answer said of a write.
    public mutating func take(_ answer: Answer, of entry: WriteLedger.Entry) {
        guard let isFound = answer.isFound else {
            // What was refused can be neither lost nor recovered.
            if entry.state == .failed { return }
            if round < Self.rounds, again.count < Self.mostAgain { again.append(entry) } else { report.undecided += 1 }
            return
        }
        if isFound {
            if tellsApplied {
                if let applied = answer.applied {
                    isTold = true
                    if applied > 1 { duplicated.insert(entry.number) }
                } else {
                    report.untold += 1
                }
            }
            settle(entry, at: answer.sent)
            return
        }
        guard entry.state == .acknowledged else { return }
        // A replica that lags has it later: then the read was stale, and nothing is lost.
        if round < Self.rounds, again.count < Self.mostAgain {
            if absent[entry.number] == nil { absent[entry.number] = answer.sent }
            again.append(entry)
        } else if listed?.numbers.contains(entry.number) ?? false {
            // The list has it, and its own read does not: nobody knows.
            report.undecided += 1
        } else {
            lose(entry, read: answer.sent)
        }
    }

    /// A write is there.
    private mutating func settle(_ entry: WriteLedger.Entry, at read: Instant?) {
        switch entry.state {
        case .acknowledged:
            var miss = missed[entry.number]
            if let first = absent[entry.number] ?? unlisted(entry) {
                miss = SampledReads.Miss(
                    count: (miss?.count ?? 0) + 1, age: max(miss?.age ?? .zero, first - entry.finished))
            }
            if let miss {
                report.staleReads += UInt64(miss.count)
                report.stalest = max(report.stalest ?? .zero, miss.age)
            }
        case .indeterminate: report.recovered += 1
        case .failed:
            addUnexpected(id(of: entry), refused: entry.sent - start, read: read)
        }
    }

    /// When a list was read that did not have an acknowledged write, or had it only when it was read again; nil: none was.
    private func unlisted(_ entry: WriteLedger.Entry) -> Instant? {
        guard let listed, let began = listed.began, report.listProblem == nil, entry.finished <= began else {
            return nil
        }
        let isMissing = !listed.numbers.contains(entry.number) || listed.late.contains(entry.number)
        return isMissing ? began : nil
    }

    // MARK: What is wrong

    private mutating func lose(_ entry: WriteLedger.Entry, read: Instant?) {
        report.lost += 1
        let write = WriteReport.Write(
            id: id(of: entry), sent: entry.sent - start, acknowledged: entry.finished - start)
        if report.examples.count < Self.examples { report.examples.append(write) }
        if let t0, entry.finished >= t0 {
            report.splitBrainLoss += 1
        } else if let t0 {
            report.rpo = max(report.rpo ?? .zero, t0 - entry.finished)
        }
        lostEvidence.add(
            "{\"id\":\"\(write.id)\",\"sent_seconds\":\(Self.seconds(write.sent)),"
                + "\"acknowledged_seconds\":\(Self.seconds(entry.finished - start)),"
                + "\"read_seconds\":\(Self.seconds((read ?? start) - start))}\n")
    }

    private mutating func addUnexpected(_ id: String, refused: Span?, read: Instant?) {
        report.unexpected = (report.unexpected ?? 0) + 1
        if report.unexpectedExamples.count < Self.examples {
            report.unexpectedExamples.append(WriteReport.Unexpected(id: id, refused: refused))
        }
        let sent = refused.map { ",\"refused_seconds\":\(Self.seconds($0))" } ?? ""
        unexpectedEvidence.add(
            "{\"id\":\(JSONString.quoted(id))\(sent),\"read_seconds\":\(Self.seconds((read ?? start) - start))}\n")
    }

    private static func seconds(_ span: Span) -> String { Figure.fixed(span.seconds, decimals: 6) }

    /// What became of the writes. Those that were not read are undecided.
    public mutating func finish() -> WriteReport {
        let unread = ledger.count > next ? ledger.entries(from: next, count: 1).isEmpty ? 0 : ledger.count - next : 0
        report.undecided += unread + UInt64(again.count)
        again = []
        if let listed { finish(listed) }
        report.attempted = ledger.count
        report.acknowledged = ledger.acknowledged
        report.failed = ledger.failed
        report.indeterminate = ledger.indeterminate
        if report.rpo == nil, report.undecided == 0 { report.rpo = .zero }
        // Where nothing was found nothing could have been applied twice.
        let tells = (tellsApplied || list?.applied != nil) && (isTold || report.untold == 0)
        if tells || duplicated.count > 0 { report.duplicates = duplicated.count }
        lostEvidence.flush()
        unexpectedEvidence.flush()
        return report
    }

    private mutating func finish(_ listed: ListedWrites) {
        report.unexpected = report.unexpected ?? 0
        for number in listed.strangers.sorted() {
            addUnexpected(WriteID(run: run, number: number).text, refused: nil, read: listed.began)
        }
        if list?.isExclusive ?? false {
            for id in listed.otherExamples { addUnexpected(id, refused: nil, read: listed.began) }
            report.unexpected = (report.unexpected ?? 0) + listed.others - UInt64(listed.otherExamples.count)
        } else {
            report.others = listed.others
        }
        // Where an answer to each write tells how often it was applied, that decides.
        if !tellsApplied || list?.applied != nil { duplicated.formUnion(listed.repeated) }
        if list?.applied != nil {
            report.untold += listed.untold.count
            isTold = isTold || listed.numbers.count > listed.untold.count
        }
    }
}

import CLinux
import Dispatch
import Failover
import Generator
import Glibc
import Measures
import NIOConcurrencyHelpers
import Scenarios
import VerificationKit

/// Audits the writes of a drill: notes them on disk, reads some again while the load goes on, and all of them at its end.
///
/// `@unchecked Sendable`: the ledger is touched on `queue` only until the load has ended.
final class WriteAuditor: @unchecked Sendable {
    private let audit: WriteAudit
    private let step: UInt16
    private let maker: RequestMaker
    private let sender: ExchangeSender
    private let identities: Int
    private let check: AnswerCheck
    private let ledger: WriteLedger
    private let run: UInt64
    private let evidence: (lost: String, unexpected: String)
    private let listener: any RunListener
    private let queue = DispatchQueue(label: "loadgate.audit")
    private let sampling = DispatchQueue(label: "loadgate.audit.reads")
    private let sampled = NIOLockedValueBox(SampledReads())
    private let isOver = NIOLockedValueBox(false)
    private let failure = NIOLockedValueBox<String?>(nil)

    /// Connections that reads go over.
    private static let lanes = 32
    /// How often written ones are chosen to be read, in seconds.
    private static let period = 0.25
    /// How long is waited before what was not there is read again, in fiftieths of a second.
    private static let pause = 50

    /// - Parameter file: Gives the path of a file in the run's folder.
    init(
        _ audit: WriteAudit, scenario: Scenario, run: UInt64, authorised: [String], userAgent: String,
        file: (String) -> String, listener: any RunListener, names: NameTable? = nil
    ) throws {
        self.audit = audit
        self.run = run
        self.listener = listener
        step = UInt16(scenario.steps.firstIndex { $0.name == audit.write } ?? 0)
        maker = RequestMaker(scenario)
        identities = scenario.identities?.count ?? 0
        let requests = [audit.read.request, audit.read.list?.request].compactMap(\.self)
        let endpoints = requests.compactMap { [maker] in maker.exchange($0, write: "", cursor: "")?.endpoint }
        let destinations = try Destinations(
            endpoints, authorised: authorised, http: scenario.defaults.http, names: names)
        sender = try ExchangeSender(destinations: destinations, tls: scenario.defaults.tls, userAgent: userAgent)
        check = AnswerCheck(audit.read.found)
        ledger = try WriteLedger(path: file("writes.log"), refused: audit.refused)
        evidence = (file("lost-writes.jsonl"), file("unexpected-writes.jsonl"))
        unlink(evidence.lost)
        unlink(evidence.unexpected)
    }

    /// Takes attempts that ended; those of other steps are left out.
    func take(_ attempts: [Attempt]) {
        let writes = attempts.filter { $0.step == step && $0.iteration != Attempt.none }
        guard !writes.isEmpty else { return }
        queue.async { [self] in
            do {
                try ledger.append(writes)
                sampled.withLockedValue { $0.add(writes) }
            } catch {
                failure.withLockedValue { $0 = $0 ?? "\(error)" }
            }
        }
    }

    /// Begins to read writes again while the load goes on.
    func begin() {
        // A list alone is too much to be read again and again.
        guard audit.read.request != nil else { return }
        sampling.async { [self] in
            while !isOver.withLockedValue({ $0 }) {
                let began = loadgate_monotonic()
                let chosen = sampled.withLockedValue { $0.choose(max(1, Int(audit.rate * Self.period))) }
                let answers = read(chosen) { [isOver] in isOver.withLockedValue { $0 } }
                sampled.withLockedValue { sampled in
                    for (entry, answer) in zip(chosen, answers) { sampled.take(answer, of: entry) }
                }
                let left = Self.period - Double(loadgate_monotonic() - began) / 1e9
                if left > 0 { usleep(UInt32(left * 1e6)) }
            }
        }
    }

    /// Reads all writes again, after the load and the undoing of faults.
    ///
    /// - Parameters:
    ///   - start: The beginning of the load.
    ///   - t0: When the first fault took effect.
    /// - Returns: What became of the writes, and why that may be too little; nil: nothing.
    func finish(start: Instant, t0: Instant?, shouldStop: @escaping @Sendable () -> Bool) -> (WriteReport, String?) {
        isOver.withLockedValue { $0 = true }
        sampling.sync {}
        queue.sync {}
        var final = FinalRead(
            ledger, run: run, start: start, t0: t0, read: audit.read,
            sampled: sampled.withLockedValue { $0 }, evidence: evidence.lost, unexpected: evidence.unexpected)
        let count = ledger.count
        listener.note(
            audit.read.request == nil
                ? "reading the list of \(Figure.grouped(count)) writes"
                : "reading \(Figure.grouped(count)) writes again, about \(Figure.short(Double(count) / audit.rate, decimals: 0)) s"
        )
        let patience = Int64((60 + 4 * Double(count) / audit.rate) * 1e9)
        if let list = audit.read.list { readList(list, &final, until: loadgate_monotonic() + patience, shouldStop) }
        let limit = loadgate_monotonic() + patience
        var why: String?
        var round = 0
        while true {
            if shouldStop() {
                why = "the final read was interrupted"
                break
            }
            if loadgate_monotonic() > limit {
                why = "the final read took too long"
                break
            }
            let entries = final.nextWrites(max(1, Int(audit.rate / 2)))
            if entries.isEmpty { break }
            if final.round != round {
                round = final.round
                for _ in 0..<Self.pause where !shouldStop() { usleep(20_000) }
            }
            for (entry, answer) in zip(entries, read(entries, shouldStop)) { final.take(answer, of: entry) }
        }
        return (final.finish(), failure.withLockedValue { $0 } ?? why)
    }

    /// Reads the list, again where it alone tells and writes are missing in it.
    private func readList(
        _ list: AuditList, _ final: inout FinalRead, until limit: Int64, _ shouldStop: @escaping @Sendable () -> Bool
    ) {
        let reader = ListReader(
            list, rate: audit.rate, until: limit, shouldStop: shouldStop,
            send: { [self] cursor in
                guard var exchange = exchange(list.request, identity: 0, cursor: cursor) else { return nil }
                exchange.keptBody = ListReader.largestPage
                exchange.lane = .kept(0)
                return sender.send([exchange], shouldStop: shouldStop).first
            })
        while true {
            final.beginList(at: Instant(nanoseconds: loadgate_monotonic()))
            let problem = reader.read { final.take($0) }
            guard final.endList(problem: problem) else { return }
            for _ in 0..<Self.pause where !shouldStop() { usleep(20_000) }
        }
    }

    /// A request of the audit, with what the scenario's steps have: header fields, identity, authentication.
    private func exchange(
        _ request: VerifiedRequest, identity: UInt64, write: String? = nil, cursor: String? = nil
    ) -> PlannedExchange? {
        let user = identities > 0 ? Int(identity % UInt64(identities)) + 1 : nil
        guard var exchange = maker.exchange(request, identity: user, write: write, cursor: cursor) else { return nil }
        if let field = audit.read.authentication?.field?.constant { exchange.set("Authorization", field) }
        return exchange
    }

    private func read(
        _ entries: [WriteLedger.Entry], _ shouldStop: @escaping @Sendable () -> Bool
    ) -> [FinalRead.Answer] {
        guard let request = audit.read.request else { return [] }
        let batch = entries.enumerated().compactMap { index, entry -> PlannedExchange? in
            let id = WriteID(run: run, number: entry.number).text
            guard var exchange = exchange(request, identity: entry.number, write: id) else { return nil }
            exchange.offset = Span(seconds: Double(index) / audit.rate)
            exchange.lane = .kept(index % Self.lanes)
            return exchange
        }
        return sender.send(batch, shouldStop: shouldStop).map { observed in
            FinalRead.Answer(
                isFound: Self.isFound(check, observed),
                applied: audit.read.applied.flatMap { AnswerCheck.number(at: $0, in: observed) },
                version: audit.read.version.flatMap { AnswerCheck.number(at: $0, in: observed) }, sent: observed.sent,
                received: observed.received)
        }
    }

    /// A write is absent only where the answer says so: not where the service fails, or turns the reader away.
    private static func isFound(_ check: AnswerCheck, _ observed: ObservedExchange) -> Bool? {
        guard let holds = check.holds(observed) else { return nil }
        if holds { return true }
        switch observed.status {
        case 200...299, 404, 410: return false
        default: return nil
        }
    }
}

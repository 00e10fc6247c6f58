internal import CLinux
internal import Dispatch
public import Foundation
internal import Glibc
public import Measures
internal import NIOConcurrencyHelpers
public import Scenarios

/// Conducts the timeline of a drill on a thread of its own, and undoes what it brought about.
///
/// Faults are brought about one after the other; each is confirmed, and a `restore` is waited for, beside the timeline.
public final class DrillConductor: Sendable {
    private enum Entry: Sendable {
        case fault(ConductedFault)
        case restore(String)
    }

    /// The faults in the order of time, those that `only` leaves.
    public let faults: [PlannedFault]

    private let entries: [(at: Duration, entry: Entry)]
    private let conducted: [ConductedFault]
    private let guardian: GuardianLink?
    private let ended = StopSignal()
    private let whyEnded = NIOLockedValueBox<String?>(nil)
    private let timeline = DispatchGroup()
    /// Confirmations, and restored faults that are waited for.
    private let beside = DispatchGroup()
    private let workers = DispatchQueue(label: "drill", attributes: .concurrent)

    /// Prepares a drill; nothing is touched yet, but a guardian is started that undoes the faults if this process is killed.
    ///
    /// - Parameters:
    ///   - only: Names of events or of what they break; empty: all.
    ///   - patience: How long a fault may take to be seen to take effect.
    ///   - environment: Where `LOADGATE_PROGRAM` and `PATH` are looked up for the guardian's program.
    ///   - onEvent: Is told what happens, from several threads.
    /// - Throws: `GuardianProblem` where a fault would outlive this process and there is no guardian to undo it.
    public init(
        _ drill: Drill, at site: DrillSite, journal: FaultJournal, only: [String] = [],
        patience: Duration = .seconds(5),
        environment: [String: String] = ProcessInfo.processInfo.environment,
        onEvent: @escaping @Sendable (DrillOccurrence) -> Void = { _ in }
    ) throws(GuardianProblem) {
        let faults = PlannedFault.faults(of: drill, at: site, only: only)
        self.faults = faults
        guardian = try Self.guardian(for: faults, journal: journal, environment: environment)
        var conducted: [ConductedFault] = []
        var entries: [(at: Duration, entry: Entry)] = []
        for event in drill.timeline {
            switch event.action {
            case .restore(let name): entries.append((event.at, .restore(name)))
            case .fault(let rule):
                guard event.isSelected(by: only) else { continue }
                let fault = ConductedFault(
                    event, rule as? any InjectableFault ?? UnknownFault(rule), index: conducted.count, at: site,
                    journal: journal, guardian: guardian, patience: Span(patience), onEvent: onEvent)
                conducted.append(fault)
                entries.append((event.at, .fault(fault)))
            }
        }
        self.conducted = conducted
        // Those of one time stay in their order.
        self.entries = entries.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map(\.element)
    }

    private static func guardian(
        for faults: [PlannedFault], journal: FaultJournal, environment: [String: String]
    ) throws(GuardianProblem) -> GuardianLink? {
        guard !faults.isEmpty else { return nil }
        do throws(GuardianProblem) {
            return try GuardianLink(folder: journal.folder, environment: environment)
        } catch {
            // All others end with this process.
            if faults.contains(where: \.outlivesProcess) { throw error }
            return nil
        }
    }

    /// Conducts the timeline: its times count from `start`, the start of the load. To be called once, and
    /// to be followed by `finish` whatever happens.
    public func begin(at start: Instant) {
        for (at, entry) in entries {
            if case .fault(let fault) = entry { fault.schedule(due: start + Span(at)) }
        }
        timeline.enter()
        let thread = Thread { [self] in
            conduct(from: start)
            timeline.leave()
        }
        thread.name = "drill"
        thread.start()
    }

    private func conduct(from start: Instant) {
        for (at, entry) in entries {
            guard wait(until: start + Span(at)) else { return }
            switch entry {
            case .fault(let fault):
                if fault.apply(), !fault.confirmAtOnce() { aside { fault.confirm() } }
            case .restore(let name):
                let meant = conducted.reversed().filter { $0.isMeant(by: name) && $0.claim(ifBegun: true) }
                meant.forEach { $0.beginUndo() }
                for fault in meant { aside { fault.finishUndo(isLast: false) } }
            }
        }
    }

    private func aside(_ body: @escaping @Sendable () -> Void) { workers.async(group: beside, execute: body) }

    /// False where the timeline is ended.
    private func wait(until due: Instant) -> Bool {
        while !ended.isTold {
            let left = (due - .now).nanoseconds
            guard left > 0 else { return true }
            // Waiting for the signal counts in milliseconds; what is left of them is slept.
            if left > 2_000_000 {
                ended.wait(milliseconds: Int32(clamping: left / 1_000_000 - 1))
            } else {
                usleep(UInt32(left / 1_000 + 1))
            }
        }
        return false
    }

    /// Undoes all faults at once, the newest first, and ends the timeline. May be called from any thread, and again. Returns
    /// when it is verified, or is known not to succeed: each attempt has its bound, and a failure keeps none from being tried.
    ///
    /// - Parameter reason: Why, in words; the first one is kept.
    public func heal(because reason: String) {
        whyEnded.withLockedValue { $0 = $0 ?? reason }
        ended.tell()
        // All are begun before any is waited for: one service may need another one to be ready.
        let own = conducted.reversed().filter { fault in
            guard fault.claim() else { return false }
            fault.beginUndo()
            return true
        }
        own.forEach { $0.finishUndo(isLast: true) }
        conducted.forEach { $0.waitUntilUndone() }
    }

    /// Waits until the timeline is at its end, or is ended; undoes what is left.
    public func finish() -> [FaultRecord] {
        timeline.wait()
        beside.wait()
        heal(because: "the timeline is over")
        beside.wait()
        guardian?.end()
        return records
    }

    /// Why all faults were undone; nil: they aren't.
    public var reason: String? { whyEnded.withLockedValue { $0 } }

    /// What became of the faults so far, in the order of `faults`.
    public var records: [FaultRecord] { conducted.map(\.record) }
}

/// A kind of fault that nobody can bring about.
private struct UnknownFault: InjectableFault {
    static let verbs: [String] = []
    static let usage = ""
    static let summary = ""
    let subject: FaultSubject
    init(_ rule: any FaultRule) { subject = rule.subject }
    func touches(at site: DrillSite) -> String { "" }
    func undoing(at site: DrillSite) -> String { "" }
    func outlivesProcess(at site: DrillSite) -> Bool { false }
    func obstacle(at site: DrillSite) -> String? { "this kind of fault can't be brought about" }
    func prepare(at site: DrillSite) throws(FaultFailure) -> any FaultInjection {
        throw FaultFailure("this kind of fault can't be brought about")
    }
}

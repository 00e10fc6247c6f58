internal import Dispatch
internal import Fetch
internal import Glibc
internal import Measures
internal import NIOConcurrencyHelpers
internal import Scenarios

/// One fault of a drill on its way: brought about, confirmed, undone. From any thread.
final class ConductedFault: Sendable {
    private enum Phase {
        case waiting
        /// In the journal: from here on it has to be undone.
        case begun
        case undoing
        /// An undo failed; it may be tried again.
        case left
        case closed
    }

    private struct State {
        var phase = Phase.waiting
        var record: FaultRecord
        var injection: (any FaultInjection)?
        /// Its number in the journal.
        var number = 0
        /// Why the last attempt to undo it failed.
        var failure: FaultFailure?
    }

    /// How often an undo is tried.
    private static let attempts = 3

    let event: DrillEvent
    private let index: Int
    private let fault: any InjectableFault
    private let site: DrillSite
    private let journal: FaultJournal
    private let guardian: GuardianLink?
    /// How long a confirmation may take.
    private let patience: Span
    private let onEvent: @Sendable (DrillOccurrence) -> Void
    private let state: NIOLockedValueBox<State>
    /// It is brought about or claimed by one thread at a time.
    private let work = NIOLock()
    /// Ends bringing it about, and confirming it.
    private let stop = StopSignal()
    /// Waits for those who undo it.
    private let undoing = DispatchGroup()

    init(
        _ event: DrillEvent, _ fault: any InjectableFault, index: Int, at site: DrillSite, journal: FaultJournal,
        guardian: GuardianLink?, patience: Span, onEvent: @escaping @Sendable (DrillOccurrence) -> Void
    ) {
        self.event = event
        self.fault = fault
        self.index = index
        self.site = site
        self.journal = journal
        self.guardian = guardian
        self.patience = patience
        self.onEvent = onEvent
        state = NIOLockedValueBox(
            State(
                record: FaultRecord(
                    source: event.source, verb: fault.verb, subject: fault.subject.name, due: .distantFuture)))
    }

    var record: FaultRecord { state.withLockedValue { $0.record } }

    /// True where `restore` of this name means it.
    func isMeant(by name: String) -> Bool { event.name == name || fault.subject.name == name }

    func schedule(due: Instant) { state.withLockedValue { $0.record.due = due } }

    // MARK: Bringing about

    /// Brings it about, unless it was closed before. True where it is in force, so that it can be confirmed.
    func apply() -> Bool {
        let isInForce = work.withLock { begin() }
        guard let failure = isInForce.failure else { return isInForce.isInForce }
        note(.failed) { $0.problem = failure }
        // What was brought about by half is not left so.
        if claim() {
            beginUndo()
            finishUndo(isLast: false)
        }
        return false
    }

    private func begin() -> (isInForce: Bool, failure: String?) {
        let isDue = state.withLockedValue { state in
            if case .waiting = state.phase { return true }
            return false
        }
        guard isDue else { return (false, nil) }
        note(.willApply) { _ in }
        let injection: any FaultInjection
        do {
            injection = try fault.prepare(at: site)
            if fault.outlivesProcess(at: site) { try guardian?.ensure() }
            guardian?.tell(injection.secrets)
            if stop.isTold { throw FaultFailure("the drill was ended") }
            let number = try journal.begin(event.source, recovery: injection.recovery)
            state.withLockedValue {
                $0.phase = .begun
                $0.injection = injection
                $0.number = number
            }
        } catch {
            let words =
                error is JournalProblem
                ? "not brought about, because its undo can't be noted: \(error)" : "not brought about: \(error)"
            state.withLockedValue { $0.phase = .closed }
            return (false, shown(words))
        }
        do throws(FaultFailure) {
            try injection.apply(stop: stop)
        } catch {
            return (false, shown("not brought about: \(error)"))
        }
        let now = Instant.now
        // Only for those who read the journal: it is undone either way.
        try? journal.append(.applied(fault: state.withLockedValue { $0.number }))
        note(.applied) { $0.applied = now }
        return (true, nil)
    }

    // MARK: Confirming

    /// Looks once whether it took effect, where that is known without asking others. True where it was confirmed.
    func confirmAtOnce() -> Bool {
        guard event.effective == nil, let injection = state.withLockedValue({ $0.injection }) else { return false }
        return confirm((try? injection.effect()) ?? nil)
    }

    /// Waits until it has taken effect, is undone, or the time is over.
    func confirm() {
        guard let injection = state.withLockedValue({ $0.injection }) else { return }
        let probe = event.effective.map { EffectProbe($0, site) }
        var limit = TimeLimit(patience)
        var reason = ""
        while !stop.isTold {
            do throws(FaultFailure) {
                if confirm(try look(probe, injection)) { return }
                reason = ""
            } catch {
                reason = ": \(error)"
            }
            if limit.isOver { break }
            let nap = TimeLimit.Nap(span: Span(nanoseconds: 10_000_000))
            stop.wait(milliseconds: nap.milliseconds)
            limit.see(asleep: nap)
        }
        let words =
            stop.isTold
            ? "undone before it was seen to take effect"
            : "not seen to take effect in \(StepRunner.number(patience.seconds)) s"
        let isNew = state.withLockedValue { $0.record.effective == nil && $0.record.problem == nil }
        if isNew { note(.failed) { $0.problem = shown(words + reason) } }
    }

    private func look(_ probe: EffectProbe?, _ injection: any FaultInjection) throws(FaultFailure) -> FaultEffect? {
        if let probe { return try probe.effect() }
        return try injection.effect()
    }

    private func confirm(_ effect: FaultEffect?) -> Bool {
        guard let effect, !stop.isTold else { return false }
        note(.effective) {
            $0.effective = effect.at
            $0.evidence = shown(effect.evidence)
        }
        return true
    }

    // MARK: Undoing

    /// Takes it for undoing; false where there is nothing to undo, or another thread does. Waits until it is brought about. From
    /// then on it can't be brought about any more.
    ///
    /// - Parameter ifBegun: One that was not brought about yet may still be.
    func claim(ifBegun: Bool = false) -> Bool {
        if ifBegun, state.withLockedValue({ if case .waiting = $0.phase { true } else { false } }) { return false }
        stop.tell()
        return work.withLock {
            state.withLockedValue { state in
                switch state.phase {
                case .waiting:
                    state.phase = .closed
                    return false
                case .undoing, .closed: return false
                case .begun, .left:
                    state.phase = .undoing
                    undoing.enter()
                    return true
                }
            }
        }
    }

    /// Waits for the thread that undoes it.
    func waitUntilUndone() { undoing.wait() }

    /// The first attempt to undo it, of one that was claimed; its effect isn't waited for.
    func beginUndo() {
        note(.willUndo) { _ in }
        guard let injection = state.withLockedValue({ $0.injection }), injection.needsUndo else { return }
        attempt(injection)
    }

    private func attempt(_ injection: any FaultInjection) {
        var failure: FaultFailure?
        do throws(FaultFailure) {
            try injection.undo()
        } catch {
            failure = error
        }
        state.withLockedValue { $0.failure = failure }
    }

    /// Waits until it is undone, and tries again where it isn't. `isLast`: it isn't tried once more after this.
    func finishUndo(isLast: Bool) {
        defer { undoing.leave() }
        guard let injection = state.withLockedValue({ $0.injection }) else { return }
        guard injection.needsUndo else {
            close(evidence: "nothing had to be undone") { $0.undo = .notNeeded }
            return
        }
        var problem = ""
        for number in 1...Self.attempts {
            if number > 1 {
                usleep(UInt32(number - 1) * 350_000)
                attempt(injection)
            }
            do throws(FaultFailure) {
                if let failure = state.withLockedValue({ $0.failure }) { throw failure }
                let evidence = shown(try verified(injection))
                close(evidence: evidence) { $0.undo = .done(at: .now, evidence: evidence) }
                return
            } catch {
                problem = shown("\(error)")
            }
        }
        let words = injection.recovery.map { "by hand: \($0.words)" }
        let whole = ([problem] + words).joined(separator: "; ")
        try? journal.append(.left(fault: state.withLockedValue { $0.number }, problem: whole))
        state.withLockedValue { $0.phase = isLast ? .closed : .left }
        note(.undone) { $0.undo = .failed(at: .now, problem: whole) }
    }

    /// Waits for what shows that it is undone.
    private func verified(_ injection: any FaultInjection) throws(FaultFailure) -> String {
        var limit = TimeLimit(injection.undoLimit)
        // What was seen from outside must be seen to be over.
        let probe = record.effective == nil ? nil : event.effective.map { EffectProbe($0, site) }
        var evidence: String?
        while true {
            if evidence == nil { evidence = try injection.verifyUndone() }
            var remains: FaultEffect?
            if let evidence {
                remains = try probe?.effect()
                if remains == nil { return evidence }
            }
            if limit.isOver {
                throw FaultFailure(
                    remains.map { "undone, but still: \($0.evidence)" } ?? "not seen to be undone in time")
            }
            let nap = TimeLimit.Nap(span: Span(nanoseconds: 20_000_000))
            usleep(UInt32(nap.milliseconds) * 1_000)
            limit.see(asleep: nap)
        }
    }

    private func close(evidence: String, _ change: (inout FaultRecord) -> Void) {
        // Where it can't be noted it is undone once more by whoever reads the journal, which does no harm.
        try? journal.append(.undone(fault: state.withLockedValue { $0.number }, evidence: evidence))
        state.withLockedValue { $0.phase = .closed }
        note(.undone, change)
    }

    // MARK: Telling

    private func shown(_ text: String) -> String { site.secrets.redact(text) }

    private func note(_ kind: DrillOccurrence.Kind, _ change: (inout FaultRecord) -> Void) {
        let record = state.withLockedValue { state in
            change(&state.record)
            return state.record
        }
        onEvent(DrillOccurrence(kind: kind, fault: index, at: .now, record: record))
    }
}

public import Measures
public import Scenarios

/// A kind of fault that can be brought about: its rule conforms.
public protocol InjectableFault: FaultRule {
    /// What it touches, in words: "the process group of service primary". No secrets.
    func touches(at site: DrillSite) -> String
    /// The word for it in records: that which begins it, `run`, or a request's method.
    var verb: String { get }
    /// How it is undone, in words. No secrets.
    func undoing(at site: DrillSite) -> String
    /// True where it stays when this process is killed: then something else must undo it.
    func outlivesProcess(at site: DrillSite) -> Bool
    /// Why it can't be brought about here: "not possible here, because …"; nil: nothing is known to stand against it.
    func obstacle(at site: DrillSite) -> String?
    /// Everything for bringing it about and undoing it; touches nothing yet. Called when it is due.
    func prepare(at site: DrillSite) throws(FaultFailure) -> any FaultInjection
}

extension InjectableFault {
    /// Its verb, as records have it.
    public var verb: String { Self.verbs.first ?? "fault" }
}

/// One fault, prepared: brought about once, confirmed, undone. All calls come one after the other, but `effect`, which may be
/// called while another thread undoes.
public protocol FaultInjection: AnyObject, Sendable {
    /// Its undoing by another process, after this one was killed. Goes to the journal before `apply`.
    var recovery: [RecoveryStep] { get }
    /// What the secrets of `recovery` are, by where they come from: the guardian is told them, and keeps them in memory.
    var secrets: [String: String] { get }
    /// False where nothing has to be undone, as after a restart. Asked after `apply`.
    var needsUndo: Bool { get }
    /// How long one attempt to undo it may take, its verification included.
    var undoLimit: Span { get }

    /// Brings it about. Where it throws it may have been brought about in part, and is undone. `stop` ends it early.
    func apply(stop: StopSignal) throws(FaultFailure)
    /// Looks once whether it took effect; nil: not yet. Takes a second or two at most.
    func effect() throws(FaultFailure) -> FaultEffect?
    /// Undoes it; nothing where that is so already. Its effect is looked at by `verifyUndone`.
    func undo() throws(FaultFailure)
    /// Looks once whether it is undone: what shows it; nil: not yet. Throws where it won't be without another `undo`.
    func verifyUndone() throws(FaultFailure) -> String?
}

extension FaultInjection {
    /// There are none.
    public var secrets: [String: String] { [:] }
    /// There is something to undo.
    public var needsUndo: Bool { true }
}

/// What shows that a fault took effect, and when.
public struct FaultEffect: Sendable {
    /// t₀.
    public var at: Instant
    /// What shows it.
    public var evidence: String

    /// Makes one.
    public init(at: Instant, evidence: String) {
        self.at = at
        self.evidence = evidence
    }
}

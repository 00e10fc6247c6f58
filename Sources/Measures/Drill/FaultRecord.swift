/// What became of a fault of a drill.
public struct FaultRecord: Sendable {
    /// How its undoing went.
    public enum Undo: Sendable, Equatable {
        /// It is in force, or was never brought about.
        case open
        /// There is nothing to undo, as after a restart.
        case notNeeded
        /// Undone, and what shows it.
        case done(at: Instant, evidence: String)
        /// It could not be undone, or that could not be shown: why, and what a person must do.
        case failed(at: Instant, problem: String)
    }

    /// The fault as the scenario has it.
    public var source: String
    /// The verb of its kind, e.g. `kill`; `run` or the request's method for those without.
    public var verb: String
    /// What it breaks: the name of a service, proxy, name or namespace; nil for what has none.
    public var subject: String?
    /// When it was due.
    public var due: Instant
    /// When it was done; nil: it never was.
    public var applied: Instant?
    /// When it was confirmed to have taken effect: t₀; nil: it never was.
    public var effective: Instant?
    /// What confirmed it.
    public var evidence: String?
    /// Why it could not be brought about, or not be confirmed.
    public var problem: String?
    /// How its undoing went.
    public var undo = Undo.open

    /// Makes the record of a fault that is yet to come.
    public init(source: String, verb: String, subject: String?, due: Instant) {
        self.source = source
        self.verb = verb
        self.subject = subject
        self.due = due
    }
}

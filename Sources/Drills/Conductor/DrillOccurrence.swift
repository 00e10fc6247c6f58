public import Measures

/// Something that happened to a fault of a drill, told as it happens.
public struct DrillOccurrence: Sendable {
    /// What happened.
    public enum Kind: Sendable, Equatable {
        /// It is about to be brought about.
        case willApply
        /// It was brought about; whether it took effect is not known yet.
        case applied
        /// It was confirmed to have taken effect: the record has t₀ and what shows it.
        case effective
        /// It could not be brought about, or not be confirmed: the record has the problem.
        case failed
        /// Its undoing begins.
        case willUndo
        /// Its undoing is over: the record tells how it went.
        case undone
    }

    /// What happened.
    public var kind: Kind
    /// The index of the fault among `DrillConductor.faults`.
    public var fault: Int
    /// When.
    public var at: Instant
    /// What became of the fault so far.
    public var record: FaultRecord
}

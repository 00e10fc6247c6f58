/// A line of the journal of faults.
enum JournalEntry: Sendable, Equatable, Codable {
    /// A process has taken the journal up: `run`, `guardian` or `recover`.
    case opened(by: String, process: Int32, at: String, version: Int)
    /// A fault is about to be brought about.
    case begun(JournaledFault)
    /// It was brought about.
    case applied(fault: Int)
    /// It is undone, or nothing has to be; what shows it.
    case undone(fault: Int, evidence: String)
    /// An attempt to undo it failed; why.
    case left(fault: Int, problem: String)
}

/// A fault in the journal, with all that undoing it takes.
public struct JournaledFault: Sendable, Equatable, Codable {
    /// Its number in the journal.
    public var number: Int
    /// The fault as the scenario has it.
    public var source: String
    /// When it was begun, in UTC.
    public var at: String
    /// The folder in which the run worked: where programs are run and files looked for.
    public var folder: String
    /// The machine's start: processes of another one are none of ours.
    public var boot: String
    /// The process of the run.
    public var process: ProcessIdentity
    /// What undoes it when the run is gone; empty: it is gone with the run.
    public var recovery: [RecoveryStep]
}

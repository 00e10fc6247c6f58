public import Measures
import Scenarios

/// What became of a drill's writes, by the terms of Jepsen's set checkers.
public struct WriteReport: Sendable {
    /// A write that was lost, with its instants from the start of the load.
    public struct Write: Sendable, Equatable {
        /// Its id, as `${write.id}` had it.
        public var id: String
        /// When it was sent.
        public var sent: Span
        /// When it was acknowledged; nil: it never was.
        public var acknowledged: Span?

        /// Makes a write.
        public init(id: String, sent: Span, acknowledged: Span?) {
            self.id = id
            self.sent = sent
            self.acknowledged = acknowledged
        }
    }

    /// A write that is there and should not be.
    public struct Unexpected: Sendable, Equatable {
        /// Its id, as the list has it.
        public var id: String
        /// When it was sent, and then refused; nil: it was never sent.
        public var refused: Span?

        /// Makes a write.
        public init(id: String, refused: Span?) {
            self.id = id
            self.refused = refused
        }
    }

    /// Writes sent.
    public var attempted: UInt64 = 0
    /// Those with a good answer.
    public var acknowledged: UInt64 = 0
    /// Those refused for certain.
    public var failed: UInt64 = 0
    /// Those that timed out, or whose connection died after sending.
    public var indeterminate: UInt64 = 0
    /// Acknowledged, and absent from the final read.
    public var lost: UInt64 = 0
    /// Those of them acknowledged after t₀.
    public var splitBrainLoss: UInt64 = 0
    /// Indeterminate, and found by the final read.
    public var recovered: UInt64 = 0
    /// Applied more than once; nil: the read doesn't tell.
    public var duplicates: UInt64?
    /// Reads that began after a write was known and did not have it, or had an older version, though it was not lost.
    public var staleReads: UInt64 = 0
    /// The greatest age of what such a read missed.
    public var stalest: Span?
    /// There, though never attempted or refused for certain; nil: there is no list, and none of the refused was found.
    public var unexpected: UInt64?
    /// Why the list is not known whole, so that there may be more of them; nil: it is.
    public var listProblem: String?
    /// Ids in the list that are not this run's, where others may write there, too.
    public var others: UInt64 = 0
    /// Writes that were found, and of which the answer does not tell how often they were applied though it should.
    public var untold: UInt64 = 0
    /// Writes that the final read could not decide: it got no answer.
    public var undecided: UInt64 = 0
    /// The longest time from the acknowledgement of a lost write to t₀; zero where none acknowledged before t₀ was lost; nil: the
    /// final read decided too little to tell.
    public var rpo: Span?
    /// The first of the lost ones.
    public var examples: [Write] = []
    /// The first of the unexpected ones.
    public var unexpectedExamples: [Unexpected] = []

    /// A report of no writes.
    public init() {}

    /// What else there is to say of the audit.
    public var notes: [String] {
        var notes: [String] = []
        if let listProblem { notes.append("the list of writes could not be read whole: \(listProblem)") }
        if others > 0 {
            notes.append(
                "the list has \(counted(Int(clamping: others), "id")) that this run did not make: others' writes, or older ones "
                    + "(exclusive: true counts them as unexpected)")
        }
        return notes
    }
}

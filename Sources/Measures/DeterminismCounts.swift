/// How often the same request was seen to get the same answer.
public struct DeterminismCounts: Equatable, Sendable {
    /// Different requests that were remembered, warm-up included: what was learnt there counts on.
    public var inputs: UInt64 = 0
    /// Answers to a request that had an answer before.
    public var repeated: UInt64 = 0
    /// Those of them that differed from the first answer.
    public var differing: UInt64 = 0
    /// Answers to a request that was not remembered, since the memory was full: nothing could be compared.
    public var notCompared: UInt64 = 0

    /// Nothing yet.
    public init() {}

    /// True where no answer was looked at.
    public var isEmpty: Bool { self == DeterminismCounts() }

    /// Adds other counts.
    public mutating func add(_ other: DeterminismCounts) {
        inputs &+= other.inputs
        repeated &+= other.repeated
        differing &+= other.differing
        notCompared &+= other.notCompared
    }
}

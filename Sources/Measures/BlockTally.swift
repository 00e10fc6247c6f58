/// What was measured of a block: a group of steps, or steps that were done until something held.
///
/// A block is begun with its first exchange. Those that came neither to their end nor were given up were cut off by the end of
/// the run.
public struct BlockTally: Equatable, Sendable {
    /// Begun.
    public var begun: UInt64 = 0
    /// Those that came to their end, well or not.
    public var completed: UInt64 = 0
    /// Those of the completed ones that failed: of a group one of its exchanges was not `ok`; of an `until` the condition
    /// did not hold within its rounds.
    public var failed: UInt64 = 0
    /// Those whose iteration was given up within them.
    public var givenUp: UInt64 = 0
    /// End of the last exchange − intended start of the first one: of completed groups, and of untils whose condition came to
    /// hold.
    public private(set) var times = LatencyHistogram()
    /// The rounds of untils whose condition came to hold.
    public private(set) var rounds = RoundCounts()

    /// Nothing yet.
    public init() {}

    /// One that was written down.
    public init(
        begun: UInt64, completed: UInt64, failed: UInt64, givenUp: UInt64, times: LatencyHistogram, rounds: RoundCounts
    ) {
        self.begun = begun
        self.completed = completed
        self.failed = failed
        self.givenUp = givenUp
        self.times = times
        self.rounds = rounds
    }

    /// Those that have no time: failed untils, what was given up, and what the end of the run cut off. Only of a whole run: a
    /// block begins in one second and ends in another.
    public var withoutTime: UInt64 { begun - min(begun, times.count) }

    /// Counts a group that came to its end.
    public mutating func complete(in time: Span, hasFailed: Bool) {
        completed &+= 1
        if hasFailed { failed &+= 1 }
        times.record(time)
    }

    /// Counts an `until` whose condition came to hold.
    public mutating func reach(in time: Span, rounds count: Int) {
        completed &+= 1
        times.record(time)
        rounds.record(count)
    }

    /// Counts an `until` whose condition did not hold within its rounds.
    public mutating func miss() {
        completed &+= 1
        failed &+= 1
    }

    /// Adds another tally; exact.
    public mutating func add(_ other: BlockTally) {
        begun &+= other.begun
        completed &+= other.completed
        failed &+= other.failed
        givenUp &+= other.givenUp
        times.add(other.times)
        rounds.add(other.rounds)
    }

    /// Whether two tallies say the same.
    public static func == (one: BlockTally, other: BlockTally) -> Bool {
        one.begun == other.begun && one.completed == other.completed && one.failed == other.failed
            && one.givenUp == other.givenUp && SparseHistogram(one.times) == SparseHistogram(other.times)
            && SparseHistogram(one.rounds.histogram) == SparseHistogram(other.rounds.histogram)
    }
}

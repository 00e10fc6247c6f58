/// A block of a flow, as the hot path needs it: a plain value.
struct CompiledBlock {
    enum Kind {
        case group
        case repeated
        case until
    }

    var kind: Kind
    /// How many blocks stand around it.
    var depth: Int
    /// Where its conditions lie in the plan's list.
    var conditions: Range<Int>
    /// The first action of a round, and the one behind the block.
    var first = 0
    var end = 0
    /// The rounds at least and at most; where `count` says how many, the bound of that.
    var fewestRounds = 1
    var mostRounds = 1
    /// The index of the text that says how many rounds there are; -1: none does.
    var count = -1
    /// From the start of a round to that of the next, in nanoseconds; 0: the next follows at once.
    var every: Int64 = 0
    /// The pause between rounds, in nanoseconds.
    var shortestPause: Int64 = 0
    var longestPause: Int64 = 0
    /// Its number among the measured blocks; -1: it isn't.
    var measured = -1
    /// The place of what it waits for; -1: for nothing.
    var goal = -1
    /// The numbers of the first of its steps, and of the one whose answer ends a round.
    var firstStep = 0
    var lastStep = 0
}

import Measures

/// A block that a user is in.
struct OpenBlock: BitwiseCopyable {
    /// Its number in the plan.
    var block: Int
    /// The round at hand, from 1, and how many there are at most.
    var round = 1
    var rounds: Int
    /// When the round was to begin.
    var roundStart: Instant
    /// The intended start of its first exchange, and the end of its last one so far.
    var start: Instant
    var last: Instant
    /// Whether there was an exchange in it, and whether one of them failed.
    var hasBegun = false
    var hasFailed = false
    /// Whether a stall of this process cut one of them off, so that how the block would have gone is not known.
    var isCut = false
    /// Whether the round's last answer was looked at, and whether what the block waits for held then.
    var isJudged = false
    var holds = false

    /// A block that is come to at an instant.
    init(_ block: Int, rounds: Int, at instant: Instant) {
        self.block = block
        self.rounds = rounds
        roundStart = instant
        start = instant
        last = instant
    }
}

/// What came of the messages for one receiver.
struct PushCounts: Equatable {
    /// Those of seconds that it took.
    var sent: UInt64 = 0
    /// Those that were not delivered: it was too slow, or not there.
    var dropped: UInt64 = 0
    /// Those that it refused for good.
    var refused: UInt64 = 0
    /// The points that it refused of messages that it took.
    var rejected: UInt64 = 0
    /// Whether it took the last one, which tells what the run came to.
    var isComplete = false
    /// Why something was not taken, at the latest time; nil where all was.
    var reason: String?
}

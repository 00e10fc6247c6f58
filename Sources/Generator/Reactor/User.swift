import Measures

/// A virtual user: where it stands in its flow. A plain value in the reactor's table.
struct User: BitwiseCopyable {
    enum State: UInt8, BitwiseCopyable {
        /// May take an arrival.
        case free
        /// Closed load: waits for its time to take part.
        case waiting
        /// In an iteration.
        case busy
    }

    var state = State.free
    var measured = false
    /// The stage in which its iteration began.
    var stage: Int32 = -1
    /// The one instant at which a timer may wake it; timers for another instant are stale.
    var wake = Instant.distantFuture
    /// The next of its flow's actions, and the end of them, as places in the plan's list.
    var action = 0
    var end = 0
    /// The first of the connections it keeps; -1: none.
    var connections: Int32 = -1
    /// The conversation on a WebSocket that it is in.
    var course: UnsafeMutablePointer<ConversationCourse>?
    var context = UserContext()
}

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

    /// How far its login has come, where the scenario has one.
    enum Login: UInt8, BitwiseCopyable {
        /// Yet to be done, or to be done again.
        case none
        case underWay
        case done
    }

    var state = State.free
    var measured = false
    var login = Login.none
    /// Whether it has taken its rows of the login's tables.
    var hasLoginRows = false
    /// Whether its iteration has had an exchange or a pause: one whose steps are all skipped takes no time.
    var hasActed = false
    /// How many blocks of its flow it is in.
    var depth: UInt8 = 0
    /// The load that it belongs to.
    var load: Int32 = 0
    /// Its iteration's flow.
    var flow: Int32 = 0
    /// The intended start of its iteration.
    var intended = Instant(nanoseconds: 0)
    /// The stage in which its iteration began.
    var stage: Int32 = -1
    /// The one instant at which a timer may wake it; timers for another instant are stale.
    var wake = Instant.distantFuture
    /// The next of its flow's actions, and the end of them, as places in the plan's list.
    var action = 0
    var end = 0
    /// The first of the connections it keeps.
    var connections = ConnectionID.absent
    /// Room for the blocks that it is in, the outermost first; nil where no flow has blocks.
    var blocks: UnsafeMutablePointer<OpenBlock>?
    /// The conversation on a WebSocket that it is in.
    var course: UnsafeMutablePointer<ConversationCourse>?
    var context = UserContext()
}

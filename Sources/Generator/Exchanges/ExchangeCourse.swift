import Measures

/// An exchange of a batch, from its plan to its end.
final class ExchangeCourse {
    enum Stage {
        /// Nothing was done for it yet.
        case waiting
        /// Its connection is being set up, or there is no descriptor for one yet.
        case opening
        /// Its request lies ready for its release.
        case ready
        /// Its request was released.
        case sent
        case ended
    }

    let planned: PlannedExchange
    /// Its index in the batch.
    let index: Int
    let unit: ReleaseUnit
    /// The kept connection that it uses; nil: a connection of its own.
    let lane: Int?
    var stage = Stage.waiting
    /// Nil where its host is none that may be sent to.
    var route: ExchangeConnection.Route?
    var connection: ExchangeConnection?
    var answer: ExchangeAnswer?
    /// Just before its request was released.
    var sent: Instant?
    var deadline = Instant.distantFuture
    /// How many of the origin's addresses did not let it connect.
    var refusals = 0
    /// How often a connection was lost before the request went out on it.
    var losses = 0
    /// True once the request was sent again.
    var isRetried = false
    /// False where the request frames its body in a way of its own.
    var leavesConnectionUsable = true
    /// True where its connection had carried a request before.
    var isOnReused = false

    init(_ planned: PlannedExchange, index: Int, unit: ReleaseUnit, lane: Int?) {
        self.planned = planned
        self.index = index
        self.unit = unit
        self.lane = lane
    }

    deinit { answer?.release() }

    /// Begins with a new answer.
    func expectAnswer() {
        answer?.release()
        answer = ExchangeAnswer(to: planned)
    }

    /// What came of it. Where an answer came before the request was released, the server may have decided as soon as
    /// the connection was there.
    func observation(_ outcome: Outcome, at instant: Instant) -> ObservedExchange {
        let hasAnswer = answer?.hasBegun ?? false
        let sent = sent ?? (hasAnswer ? connection?.opened : nil) ?? instant
        var observed = ObservedExchange(
            planned: planned, sent: sent, received: max(sent, instant), outcome: outcome)
        answer?.enter(into: &observed)
        observed.reusedConnection = isOnReused
        return observed
    }
}

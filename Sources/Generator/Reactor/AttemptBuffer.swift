import Measures

/// The attempts of a reactor since it last handed over, where a drill wants them.
struct AttemptBuffer {
    /// Whether anybody wants them.
    let isWanted: Bool
    /// Who answered the exchange that ends at present, and whether a connection was opened for it.
    var answeredBy: UInt8 = 0
    var isFresh = false
    /// The status of its answer; 0: none came.
    var status: UInt16 = 0
    /// Those who answered before.
    var answererCache = AnswererCache()
    private var attempts: [Attempt] = []

    init(isWanted: Bool) { self.isWanted = isWanted }

    /// Notes an exchange that is over.
    mutating func note(
        _ exchange: Exchange, _ outcome: Outcome, iteration: Int, finished: Instant, isStalled: Bool
    ) {
        attempts.append(
            Attempt(
                step: UInt16(truncatingIfNeeded: exchange.step), intended: exchange.intended,
                sent: exchange.started.nanoseconds == 0 ? exchange.intended : exchange.started, finished: finished,
                outcome: outcome, iteration: UInt64(bitPattern: Int64(iteration)), answeredBy: answeredBy,
                isFresh: isFresh || exchange.connected.nanoseconds != 0 || outcome.isOfConnecting, isStalled: isStalled,
                isMeasured: exchange.measured,
                address: exchange.address < 0 ? Attempt.noAddress : UInt16(truncatingIfNeeded: exchange.address),
                status: status))
        (answeredBy, isFresh, status) = (0, false, 0)
    }

    /// Gives them away.
    mutating func take() -> [Attempt] {
        defer {
            let count = attempts.count
            attempts = []
            attempts.reserveCapacity(count + count / 8)
        }
        return attempts
    }
}

extension Outcome {
    /// True where no connection came about: one was to be opened.
    fileprivate var isOfConnecting: Bool {
        switch self {
        case .dns, .refused, .connectTimeout, .tls: true
        default: false
        }
    }
}

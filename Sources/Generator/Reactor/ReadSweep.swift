import Measures

/// Up to which instant all that had come in was read. What came in before its deadline was in time, however late it is
/// read: so deadlines are judged by this instant, not by the present one.
struct ReadSweep {
    private(set) var done = Instant(nanoseconds: 0)
    private var begun = Instant(nanoseconds: 0)
    private var seen = 0

    /// epoll gave `events`, of at most `most`, at `now`; `sockets` are registered at most. Below zero: it was interrupted,
    /// and gave none.
    mutating func take(_ events: Int, atMost most: Int, sockets: Int, at now: Instant) {
        guard events >= 0 else { return }
        if seen == 0 { begun = now }
        seen += events
        if events < most {
            // Nothing was left over.
            done = now
            seen = 0
        } else if seen >= sockets {
            // epoll goes round: each that was ready when the round began had its turn.
            done = begun
            seen = 0
        }
    }
}

import Measures

/// Notices when a reactor did not come round: this process was stopped, had no processor or no memory, or one turn took
/// very long.
///
/// The reactor says where it is before and after it sleeps, and how long it meant to sleep. What lies between two such
/// instants beyond that is time in which it could neither send nor read. The target is not to blame for it: deadlines
/// don't run meanwhile, and what was under way is marked.
struct StallWatch {
    /// From here on deadlines are put off; what is shorter is how machines are.
    static let least = Span(nanoseconds: 20_000_000)
    /// From here on a stall is told, and what it touched is marked.
    static let told = Span(nanoseconds: 100_000_000)
    /// How long a reactor with exchanges under way sleeps at most, so that the length of a stall is known this well.
    static let beat = Span(nanoseconds: 50_000_000)

    /// The latest stall that is told.
    private var latest = Instant(nanoseconds: 0)..<Instant(nanoseconds: 0)
    /// When the reactor was last known to run.
    private var seen: Instant

    init(at now: Instant) { seen = now }

    /// The reactor runs at `now`, and meant to sleep for `asleep` since it was last seen. Gives the length of the stall
    /// between; nil where there was none.
    mutating func see(_ now: Instant, asleep: Span = .zero) -> Span? {
        let awake = seen + asleep
        seen = now
        let length = now - awake
        guard length >= Self.least else { return nil }
        if length >= Self.told { latest = awake..<now }
        return length
    }

    /// True where an exchange that was meant to begin at `intended`, and now ended at `finished`, met the latest stall.
    @inline(__always)
    func touched(_ intended: Instant, _ finished: Instant) -> Bool {
        intended < latest.upperBound && finished > latest.lowerBound
    }
}

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

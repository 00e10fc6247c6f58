/// Notices when a thread that waits for others did not come round: this process was stopped, had no processor or no memory,
/// one turn took very long, or the machine was suspended.
///
/// The thread says where it is before and after it sleeps, and how long it meant to sleep. What lies between two such
/// instants beyond that is time in which it could neither send nor read. The target is not to blame for it: deadlines
/// don't run meanwhile, and what was under way is marked.
public struct StallWatch: Sendable {
    /// From here on deadlines are put off; what is shorter is how machines are.
    public static let least = Span(nanoseconds: 20_000_000)
    /// From here on a stall is told, and what it touched is marked.
    public static let told = Span(nanoseconds: 100_000_000)
    /// How long a thread with exchanges under way sleeps at most, so that the length of a stall is known this well.
    public static let beat = Span(nanoseconds: 50_000_000)
    /// From here on a machine was suspended; nothing that merely comes between two readings of the clocks takes so long.
    public static let leastSuspension = Span(nanoseconds: 500_000_000)

    /// The latest stall that is told.
    @usableFromInline var latest = Instant(nanoseconds: 0)..<Instant(nanoseconds: 0)
    /// When the thread was last known to run.
    private var seen: Instant
    /// By how much the machine's clock is ahead; the largest that was seen.
    private var ahead: Span?

    /// The thread runs at `now`.
    public init(at now: Instant) { seen = now }

    /// The thread runs at `now`, and meant to sleep for `asleep` since it was last seen. Gives the length of the stall
    /// between; nil where there was none.
    public mutating func see(_ now: Instant, asleep: Span = .zero) -> Span? {
        let awake = seen + asleep
        seen = now
        let length = now - awake
        guard length >= Self.least else { return nil }
        if length >= Self.told { latest = awake..<now }
        return length
    }

    /// The thread runs at `now`, and just *before* that the clock that goes on while the machine is suspended showed
    /// `machine` (CLOCK_BOOTTIME). To be called before `see`. Gives how long the machine was suspended meanwhile; nil where
    /// it was not. No deadline runs in that time, since the monotonic clock stands.
    public mutating func look(_ now: Instant, machine: Instant) -> Span? {
        // What comes between both readings makes this smaller, never larger.
        let distance = machine - now
        guard let ahead else {
            self.ahead = distance
            return nil
        }
        self.ahead = max(ahead, distance)
        let length = distance - ahead
        guard length >= Self.leastSuspension else { return nil }
        latest = seen..<max(seen, now)
        return length
    }

    /// True where an exchange that was meant to begin at `intended`, and now ended at `finished`, met the latest stall.
    @inlinable
    public func touched(_ intended: Instant, _ finished: Instant) -> Bool {
        intended < latest.upperBound && finished > latest.lowerBound
    }
}

import Measures

/// Lets bytes through at a rate, as a line of that bandwidth does: each leaves once it would have been sent whole. A timer
/// that fires late costs no bandwidth, since the next bytes are reckoned from when the line was free, not from now.
struct Pacer {
    /// When the line is free for the next bytes.
    private var free: Instant
    /// Bytes on the line, which leave when it is free.
    private var granted = 0

    /// Bytes are let through in bits of the line's time; shorter ones would be mere work.
    private static let bit = Span(nanoseconds: 5_000_000)
    /// How much of the time in which the other side took nothing is made up for.
    private static let patience = Span(nanoseconds: 100_000_000)

    /// A line that is free from an instant on.
    init(freeFrom start: Instant) { free = start }

    /// How many of `size` bytes, which may leave since `due`, are to be sent at `now`; 0: none before `wait`.
    mutating func grant(_ size: Int, due: Instant, at now: Instant, rate: Double) -> (bytes: Int, wait: Instant) {
        if granted == 0 {
            granted = min(size, max(1, Int(min(rate * Self.bit.seconds, 1e9))))
            free = max(free, due, now - Self.patience) + Span(seconds: Double(granted) / rate)
        }
        return now < free ? (0, free) : (min(size, granted), now)
    }

    /// So many bytes were sent.
    mutating func take(_ sent: Int) { granted = max(0, granted - sent) }
}

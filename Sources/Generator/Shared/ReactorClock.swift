import CLinux
import Measures

/// The reactor's view of time: the monotonic clock, and the way from the kernel's receive stamps to it.
///
/// Stamps are CLOCK_REALTIME, which may be stepped or slewed. The distance between both clocks is therefore taken again
/// every millisecond (slewing by 500 ppm is 0.5 µs in it), and a stamp that doesn't lie between the exchange's start and
/// the read is not believed.
struct ReactorClock {
    private var distance: Int64 = 0
    private var taken: Int64 = -2_000_000

    private static let renewal: Int64 = 1_000_000

    /// The present instant.
    static func now() -> Instant { Instant(nanoseconds: loadgate_monotonic()) }

    /// The clock that goes on while the machine is suspended.
    static func machine() -> Instant { Instant(nanoseconds: loadgate_boottime()) }

    /// When the last byte of a read came in, by the kernel's stamp; nil where there is none that can be believed.
    mutating func arrival(stamp: Int64, started: Instant, read: Instant) -> Instant? {
        if stamp == 0 { return nil }
        if read.nanoseconds - taken > Self.renewal { renew() }
        let arrival = Instant(nanoseconds: stamp - distance)
        if arrival >= started, arrival <= read { return arrival }
        // The clock was stepped since the distance was taken, or the two readings lie a few nanoseconds apart.
        renew()
        let second = Instant(nanoseconds: stamp - distance)
        return second >= started && second <= read ? second : nil
    }

    private mutating func renew() {
        // Between two readings of the monotonic clock, so that being interrupted between them halves its harm.
        let before = loadgate_monotonic()
        let real = loadgate_realtime()
        let after = loadgate_monotonic()
        distance = real - (before + (after - before) / 2)
        taken = after
    }
}

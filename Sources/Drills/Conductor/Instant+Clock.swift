internal import CLinux
internal import Measures

extension Instant {
    /// By CLOCK_MONOTONIC.
    static var now: Instant { Instant(nanoseconds: loadgate_monotonic()) }
}

import Measures

/// A request and its answer: when, how much, for whom.
struct Exchange: BitwiseCopyable {
    var step: Int32 = 0
    /// The number of the address that its connection leads to, or was to lead to; -1: not told.
    var address: Int32 = -1
    var measured = false
    /// Where the reactor's random numbers stood before its request was made of them.
    var random: UInt64 = 0
    var intended = Instant(nanoseconds: 0)
    var started = Instant(nanoseconds: 0)
    /// Not set (zero) where the connection was there before.
    var connected = Instant(nanoseconds: 0)
    /// When the TLS handshake was done; likewise.
    var secured = Instant(nanoseconds: 0)
    /// Zero before the first byte.
    var firstByte = Instant(nanoseconds: 0)
    var sent: UInt64 = 0
    var received: UInt64 = 0
}

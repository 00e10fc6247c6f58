internal import CLinux
package import Measures

/// Time limits by this machine's clocks.
extension TimeLimit {
    /// A sleep that was meant.
    package struct Nap {
        package var span: Span

        package init(span: Span) { self.span = span }

        /// Rounded up, so that the time is over when it returns.
        package var milliseconds: Int32 { Int32(clamping: (span.nanoseconds + 999_999) / 1_000_000) }
    }

    /// A limit from now on.
    package init(_ span: Span) {
        let machine = Instant(nanoseconds: loadgate_boottime())
        self.init(span, from: Instant(nanoseconds: loadgate_monotonic()), machine: machine)
    }

    /// How long to sleep now: until the time is over, but no longer than a beat, so that a stall's length is known well.
    package mutating func nap() -> Nap {
        see(asleep: Nap(span: .zero))
        return Nap(span: min(StallWatch.beat, left(at: Instant(nanoseconds: loadgate_monotonic()))))
    }

    /// This process runs again after a nap. True where it was held up meanwhile.
    @discardableResult
    package mutating func see(asleep nap: Nap) -> Bool {
        let machine = Instant(nanoseconds: loadgate_boottime())
        return see(Instant(nanoseconds: loadgate_monotonic()), machine: machine, asleep: nap.span)
    }

    /// Something else was waited for, which was held up for so long itself.
    package mutating func pass(heldUp: Span) {
        let machine = Instant(nanoseconds: loadgate_boottime())
        pass(Instant(nanoseconds: loadgate_monotonic()), machine: machine, heldUp: heldUp)
    }

    /// True where the time is over.
    package var isOver: Bool { isOver(at: Instant(nanoseconds: loadgate_monotonic())) }
}

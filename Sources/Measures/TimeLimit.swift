/// How long something beside the load may take: only the time counts in which this process ran.
///
/// A value without a clock. Whoever waits says when it runs, and how long it meant to sleep before.
public struct TimeLimit: Sendable {
    /// When the time is over.
    public private(set) var end: Instant
    /// How long this process was held up, in stalls that are told; the machine's suspension included.
    public private(set) var heldUp = Span.zero
    /// All the time that was lost, which `end` was put off by.
    public private(set) var lost = Span.zero

    private var watch: StallWatch

    /// A limit of `span` from `now` on; below zero is none at all. `machine`: what the clock showed just before that
    /// which goes on while the machine is suspended.
    public init(_ span: Span, from now: Instant, machine: Instant) {
        let most = Span(nanoseconds: .max - now.nanoseconds)
        end = now + max(.zero, min(span, most))
        watch = StallWatch(at: now)
        _ = watch.look(now, machine: machine)
    }

    /// This process runs at `now`, and meant to sleep for `asleep` since the last call. True where it was held up, and the
    /// end was put off.
    @discardableResult
    public mutating func see(_ now: Instant, machine: Instant, asleep: Span = .zero) -> Bool {
        if let suspension = watch.look(now, machine: machine) { heldUp = heldUp + suspension }
        guard let stall = watch.see(now, asleep: asleep) else { return false }
        putOff(by: stall)
        return true
    }

    /// What lies between the last call and `now` counts as it is: something else was waited for, which has told by how much
    /// it was held up itself.
    public mutating func pass(_ now: Instant, machine: Instant, heldUp: Span = .zero) {
        _ = watch.look(now, machine: machine)
        _ = watch.see(now, asleep: Span(nanoseconds: .max / 2))
        putOff(by: heldUp)
    }

    /// How long is left.
    public func left(at now: Instant) -> Span { max(.zero, end - now) }

    /// True where the time is over.
    public func isOver(at now: Instant) -> Bool { now >= end }

    private mutating func putOff(by stall: Span) {
        lost = lost + stall
        end = Span(nanoseconds: .max - end.nanoseconds) < stall ? .distantFuture : end + stall
        if stall >= StallWatch.told { heldUp = heldUp + stall }
    }
}

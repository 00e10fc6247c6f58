import Measures

/// Puts attempts into the order of their intended sends: they come as they end.
///
/// Each ends within its timeout, so what was meant to be sent longer ago than that is complete. Memory is bounded by the rate
/// and the timeout.
struct AttemptOrder: Sendable {
    private var pending = SortedRuns<Attempt>(by: { $0.intended < $1.intended })
    private let patience: Span

    /// - Parameter timeout: The longest of the load's timeouts.
    init(timeout: Span) {
        // Two seconds more, for reactors hand over once a second.
        patience = timeout + Span(nanoseconds: 2_000_000_000)
    }

    mutating func add(_ attempts: [Attempt]) { pending.add(attempts) }

    /// Those that are complete at an instant, in order; all with `distantFuture`.
    mutating func take(at now: Instant) -> [Attempt] {
        let limit = now == .distantFuture ? now : now - patience
        return pending.take { $0.intended < limit || limit == .distantFuture }
    }
}

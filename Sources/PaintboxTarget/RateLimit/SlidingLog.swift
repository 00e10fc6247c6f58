import NIOCore

/// Up to the limit within any window: keeps the instant of each admitted request until it is a window old.
struct SlidingLog: RateLimitAlgorithm, Sendable {
    /// Ascending, at most the limit of them.
    private var admitted = CircularBuffer<NIODeadline>()

    mutating func take(at now: NIODeadline, _ policy: RateLimitPolicy) -> RateLimitDecision {
        let now = max(now, admitted.last ?? now)
        while let oldest = admitted.first, now >= oldest + policy.window {
            admitted.removeFirst()
        }
        let isAdmitted = admitted.count < policy.limit
        if isAdmitted { admitted.append(now) }
        let oldest = admitted.first ?? now
        return RateLimitDecision(
            isAdmitted: isAdmitted, remaining: policy.limit - admitted.count, reset: oldest + policy.window - now)
    }
}

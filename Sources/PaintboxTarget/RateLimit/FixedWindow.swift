import NIOCore

/// Up to the limit within a window that begins at the client's first request.
struct FixedWindow: RateLimitAlgorithm, Sendable {
    private var start: NIODeadline?
    private var admitted = 0

    mutating func take(at now: NIODeadline, _ policy: RateLimitPolicy) -> RateLimitDecision {
        var begin = start ?? now
        if now >= begin + policy.window {
            begin = now
            admitted = 0
        }
        start = begin
        let isAdmitted = admitted < policy.limit
        if isAdmitted { admitted += 1 }
        let end = begin + policy.window
        return RateLimitDecision(
            isAdmitted: isAdmitted, remaining: policy.limit - admitted, reset: end - max(now, begin))
    }
}

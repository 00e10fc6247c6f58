import NIOCore

/// What a limiter says about one request.
struct RateLimitDecision: Equatable {
    var isAdmitted: Bool
    /// Requests that would be admitted right after this one.
    var remaining: Int
    /// Until when `remaining` speaks: for a rejected request, how long until the next can be admitted.
    var reset: TimeAmount

    /// `reset` in whole seconds, rounded up so that a client that waits that long is not too early; at least 1.
    var resetSeconds: Int {
        max(1, Int((reset.nanoseconds + 999_999_999) / 1_000_000_000))
    }

    /// The fields that tell the client: the IETF draft's `RateLimit-Policy` and `RateLimit`, the customary
    /// `X-RateLimit-*` (its reset in delta seconds), and `Retry-After` (RFC 9110 §10.2.3) for a rejected request.
    func fields(_ policy: RateLimitPolicy) -> [(name: String, value: String)] {
        var fields = [
            (name: "RateLimit-Policy", value: "\"default\";q=\(policy.limit);w=\(policy.windowSeconds)"),
            (name: "RateLimit", value: "\"default\";r=\(remaining);t=\(resetSeconds)"),
            (name: "X-RateLimit-Limit", value: String(policy.limit)),
            (name: "X-RateLimit-Remaining", value: String(remaining)),
            (name: "X-RateLimit-Reset", value: String(resetSeconds)),
        ]
        if !isAdmitted {
            fields.append((name: "Retry-After", value: String(resetSeconds)))
        }
        return fields
    }
}

/// Counts the requests of one client. Time enters as a parameter; an instant before an earlier one is taken for the
/// earlier one, since requests on several event loops can overtake each other.
protocol RateLimitAlgorithm {
    /// Decides about a request at `now`. A rejected request leaves no trace: it doesn't prolong the block.
    mutating func take(at now: NIODeadline, _ policy: RateLimitPolicy) -> RateLimitDecision
}

import NIOCore

/// A bucket of `burst` tokens that gains `limit` tokens per window, steadily.
///
/// Whole numbers only, so that no request is gained or lost to rounding: a token is worth as many credits as the
/// window has nanoseconds, and each nanosecond brings `limit` credits.
struct TokenBucket: RateLimitAlgorithm, Sendable {
    private var credit: Int64 = 0
    private var last: NIODeadline?

    mutating func take(at now: NIODeadline, _ policy: RateLimitPolicy) -> RateLimitDecision {
        let price = policy.window.nanoseconds
        let gain = Int64(policy.limit)
        // At most 100,000 × 86,400 s: 8.64e18 credits, which still fit.
        let capacity = price * Int64(policy.burst)
        refill(to: now, capacity: capacity, gain: gain)
        let isAdmitted = credit >= price
        if isAdmitted { credit -= price }
        let remaining = credit / price
        // With tokens left: until the bucket is full. Without: until there is one.
        let missing = remaining > 0 ? capacity - credit : price - credit
        let wait = missing / gain + (missing % gain == 0 ? 0 : 1)
        return RateLimitDecision(isAdmitted: isAdmitted, remaining: Int(remaining), reset: .nanoseconds(wait))
    }

    private mutating func refill(to now: NIODeadline, capacity: Int64, gain: Int64) {
        guard let before = last else {
            credit = capacity
            last = now
            return
        }
        guard now > before else { return }
        last = now
        let elapsed = (now - before).nanoseconds
        // Compared by division: the product could overflow after a long silence.
        credit = elapsed > (capacity - credit) / gain ? capacity : credit + elapsed * gain
    }
}

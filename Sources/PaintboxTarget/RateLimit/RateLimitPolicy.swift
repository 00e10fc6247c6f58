import NIOCore

/// How many requests one client may make, and how that is counted.
public struct RateLimitPolicy: Equatable, Sendable {
    /// The ways of counting.
    public enum Algorithm: String, CaseIterable, Sendable {
        /// Up to the limit within a window that begins at the client's first request; the first request after its end
        /// begins the next. Up to twice the limit can pass around a boundary.
        case fixed
        /// Up to the limit within any window, exactly: the instant of each admitted request is kept.
        case slidingLog = "sliding-log"
        /// A bucket of `burst` tokens that is full at first and gains `limit` tokens per window, steadily.
        case tokenBucket = "token-bucket"
        /// No limit, and no rate-limit fields in answers.
        case off
    }

    /// How requests are counted.
    public var algorithm: Algorithm
    /// Requests per window, 1 to 1,000,000 (for `slidingLog` at most 10,000, since it keeps each).
    public var limit: Int
    /// Length of the window in seconds, 1 to 86,400.
    public var windowSeconds: Int
    /// Size of the token bucket, 1 to 100,000; the other algorithms have no use for it.
    public var burst: Int

    /// 100 requests in a fixed window of 60 seconds unless told otherwise; `burst` is the limit by default.
    public init(algorithm: Algorithm = .fixed, limit: Int = 100, windowSeconds: Int = 60, burst: Int? = nil) {
        self.algorithm = algorithm
        self.limit = limit
        self.windowSeconds = windowSeconds
        self.burst = burst ?? min(limit, 100_000)
    }

    var window: TimeAmount { .seconds(Int64(windowSeconds)) }

    /// What is wrong with the policy, or nil.
    var problem: String? {
        if !(1...1_000_000).contains(limit) { return "the limit must be 1 to 1000000" }
        if !(1...86_400).contains(windowSeconds) { return "the window must be 1 to 86400 seconds" }
        if !(1...100_000).contains(burst) { return "the burst must be 1 to 100000" }
        if algorithm == .slidingLog && limit > 10_000 { return "the limit of a sliding log must be at most 10000" }
        return nil
    }
}

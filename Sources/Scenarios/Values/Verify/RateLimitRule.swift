/// What a rate limiter is said to do: `rate_limit:` of `verify:`.
public struct RateLimitRule: Sendable {
    /// The request that is limited.
    public var request: VerifiedRequest
    /// The header field by which clients are told apart; nil: by address.
    public var identityHeader: String?
    /// Requests that are admitted in a window, at least 1.
    public var limit: Int
    /// The window's length.
    public var window: Duration

    /// Makes a rule.
    public init(request: VerifiedRequest, limit: Int, window: Duration) {
        self.request = request
        self.limit = limit
        self.window = window
    }
}

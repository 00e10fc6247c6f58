public import Scenarios

/// What a rate limiter is said to do: `rate_limit:` of `verify:`.
public struct RateLimitRule: Sendable {
    /// How a limiter counts.
    public enum Model: String, CaseIterable, Sendable {
        /// Whichever the decisions agree with.
        case any
        /// Up to the limit in each of windows that follow one another: aligned to the clock, or begun by a request.
        case fixedWindow = "fixed_window"
        /// Up to the limit in any window.
        case slidingLog = "sliding_log"
        /// The current window's count, and of the one before the share that still overlaps.
        case slidingCounter = "sliding_counter"
        /// A bucket of `burst` tokens that gains the limit per window, steadily; GCRA is the same.
        case tokenBucket = "token_bucket"
        /// A bucket that requests fill and time empties: it rejects what overflows, or lets answers wait for their turn.
        case leakyBucket = "leaky_bucket"

        /// True where the limit is what is admitted at once.
        var hasNoBurst: Bool { [.fixedWindow, .slidingLog, .slidingCounter].contains(self) }
    }

    /// How exactly the limit is kept.
    public enum Enforcement: String, CaseIterable, Sendable {
        /// Not one request more.
        case exact
        /// Within the tolerance: counters that are shared with a delay.
        case approximate
    }

    /// Where requests are counted.
    public enum Layer: String, CaseIterable, Sendable {
        /// At the service, or a proxy before all of it.
        case origin
        /// At a CDN, whose data centres count each for itself.
        case edge
    }

    /// The header fields by which a limiter tells clients where they stand.
    public enum FieldFamily: String, CaseIterable, Sendable {
        /// `Retry-After` (RFC 9110 §10.2.3).
        case retryAfter = "retry_after"
        /// `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers).
        case rateLimit = "ratelimit"
        /// `X-RateLimit-Limit`, `-Remaining`, `-Reset`.
        case legacy = "x_ratelimit"
    }

    /// The request that is limited.
    public var request: VerifiedRequest
    /// The header field by which clients are told apart; nil: by address.
    public var identityHeader: String?
    /// Values of the header field that the target takes; empty: made-up ones. May hold secrets.
    public var identities: [Text] = []
    /// Numeric source addresses, each a client of its own, where clients are told apart by address.
    public var sources: [String] = []
    /// Several limits that hold at once; empty: only `limit`, or none at all.
    public var limits: [RateLimitQuota] = []
    /// How many requests at once are admitted; nil: any number.
    public var concurrency: ConcurrencyRule?
    /// For how long a client is refused that has gone beyond a limit; nil: it isn't.
    public var penalty: PenaltyRule?
    /// What all hold of a rejection; empty: the status tells.
    public var rejected: [Check] = []
    /// False where only `concurrency` is declared, so that `limit` and `window` mean nothing.
    public var limitsRate = true
    /// Requests that are admitted in a window, 1...10,000.
    public var limit: Int
    /// The window's length, 100 ms to 1 h.
    public var window: Duration
    /// How the limiter counts.
    public var model = Model.any
    /// How many requests are admitted at once after a rest, 1...10,000; nil: as many as the limit.
    public var burst: Int?
    /// How exactly the limit is kept.
    public var enforcement = Enforcement.exact
    /// Where requests are counted.
    public var layer = Layer.origin
    /// How far `approximate` counts may be off, as a fraction of the limit; nil: 0.05, at the edge 0.2.
    public var tolerance: Double?
    /// How far the limiter's clock may lag behind or be rounded.
    public var resolution: Duration = .milliseconds(5)
    /// Header fields that must not make another client of a client.
    public var spoof = ["X-Forwarded-For", "X-Real-IP", "Forwarded"]
    /// The status of rejections, 300...599.
    public var status = 429
    /// Other methods that the limit holds over.
    public var methods: [Step.Method] = []
    /// Whether rejected requests count too, and so prolong a block.
    public var prolongs = false
    /// The families of header fields that answers must have; empty: those that are there must be right.
    public var fields: [FieldFamily] = []

    /// The limits that hold beside this one, where this is the rule of one of several.
    var beside: [RateLimitQuota] = []
    /// Whose requests it counts together.
    var scope = RateLimitQuota.Scope.client

    /// Makes a rule.
    public init(request: VerifiedRequest, limit: Int, window: Duration) {
        self.request = request
        self.limit = limit
        self.window = window
    }

    /// The fraction by which counts may be off; 0 for exact enforcement.
    public var allowance: Double {
        enforcement == .exact ? 0 : tolerance ?? (layer == .edge ? 0.2 : 0.05)
    }

    /// How many requests are admitted at once after a rest.
    public var capacity: Int { burst ?? limit }

    /// All limits, the shortest window first.
    var quotas: [RateLimitQuota] {
        guard limits.isEmpty else {
            return limits.enumerated().sorted { ($0.element.window, $0.offset) < ($1.element.window, $1.offset) }
                .map(\.element)
        }
        return limitsRate ? [quota] : []
    }

    /// The one limit.
    var quota: RateLimitQuota {
        var quota = RateLimitQuota(limit: limit, window: window)
        (quota.model, quota.burst, quota.scope) = (model, burst, scope)
        return quota
    }

    /// The rule of one of the limits.
    func only(_ quota: RateLimitQuota, beside: [RateLimitQuota]) -> RateLimitRule {
        var rule = self
        (rule.limit, rule.window, rule.model, rule.burst) = (quota.limit, quota.window, quota.model, quota.burst)
        (rule.limits, rule.beside, rule.concurrency, rule.scope) = ([], beside, nil, quota.scope)
        return rule
    }

    /// Whether a rejection is told by the body of the answer, so that this has to be kept.
    var rejectsByBody: Bool {
        rejected.contains { check in
            switch check.subject {
            case .body, .hex, .json, .jsonCount: true
            case .status, .header, .bodySize, .responseTime, .serviceTime, .events, .firstEvent, .eventGap: false
            }
        }
    }
}

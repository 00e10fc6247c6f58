import CLinux

/// How a `LimiterServer` counts, what it says, and what is wrong with it.
public struct LimiterSettings: Sendable {
    /// The ways of counting, each exact.
    public enum Model: String, CaseIterable, Sendable {
        /// Up to the limit in a window that begins at a client's first request; the first after its end begins the next.
        case firstRequestWindow
        /// Up to the limit in each of windows that are aligned to the clock, the same for all clients.
        case clockWindow
        /// Up to the limit within any window.
        case slidingLog
        /// The current window's count, and of the one before the share that still overlaps.
        case slidingCounter
        /// A bucket of `burst` tokens that gains the limit per window.
        case tokenBucket
        /// The generic cell rate algorithm: a leaky bucket as a meter.
        case gcra
    }

    /// What can be wrong with a limiter.
    public enum Defect: String, CaseIterable, Sendable {
        /// Looks whether a request may pass, and counts it a little later, without a lock over both.
        case race
        /// Admits one request too many.
        case offByOne
        /// Each request, admitted or not, makes the window begin again.
        case windowRenewedByRequests
        /// Half the window, or twice the refill.
        case doubleRate
        /// Takes `X-Forwarded-For` for the client where it is given.
        case spoofable
        /// Counts all clients as one.
        case sharedByAll
        /// Rejected requests count as well, and prolong the block.
        case prolongedByRejections
        /// `Retry-After` and the resets are a second too early.
        case retryAfterTooEarly
        /// What remains is never less than it was at first.
        case remainingStuck
        /// Rejections are cached by URL, and given to whoever asks next.
        case rejectionCached
        /// HEAD requests are not counted.
        case unlimitedHEAD
        /// POST requests are not counted.
        case unlimitedPOST
        /// While more than a few requests are in flight it admits all.
        case failsOpen
        /// The time at which the window ends lies in the past.
        case resetInPast
        /// The time at which the window ends is no number.
        case resetGarbage
        /// The fields tell of a limit that isn't the one kept.
        case limitLies
    }

    /// The header fields that it sends.
    public enum Fields: String, CaseIterable, Sendable {
        /// `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers).
        case draft
        /// `X-RateLimit-*`, the reset in seconds from now.
        case legacy
        /// `X-RateLimit-*`, the reset in seconds of the epoch.
        case legacyEpoch
    }

    /// How requests are counted.
    public var model: Model
    /// Requests per window.
    public var limit: Int
    /// The window's length in whole seconds.
    public var window: Int
    /// Requests at once of the buckets.
    public var burst: Int
    /// What is wrong with it; nil: nothing.
    public var defect: Defect?
    /// What it says besides `Retry-After`.
    public var fields: Set<Fields> = [.draft, .legacy]
    /// What time it is, in nanoseconds.
    public var clock: @Sendable () -> Int64 = { loadgate_monotonic() }

    /// A limiter without a defect.
    public init(_ model: Model, limit: Int, window: Int, burst: Int? = nil, defect: Defect? = nil) {
        self.model = model
        self.limit = limit
        self.window = window
        self.burst = burst ?? limit
        self.defect = defect
    }
}

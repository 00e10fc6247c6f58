internal import Measures

/// One of the limits that hold at once. A request is admitted where all of them admit it.
public struct RateLimitQuota: Sendable, Equatable {
    /// Whose requests are counted together.
    public enum Scope: String, CaseIterable, Sendable {
        /// Those of a client.
        case client
        /// Those of all clients.
        case all
    }

    /// Requests that are admitted in a window, 1...10,000.
    public var limit: Int
    /// The window's length, 100 ms to 1 h.
    public var window: Duration
    /// How the limiter counts.
    public var model = RateLimitRule.Model.any
    /// How many requests are admitted at once after a rest, 1...10,000; nil: as many as the limit.
    public var burst: Int?
    /// Whose requests are counted together.
    public var scope = Scope.client

    /// Makes a limit of each client, with any model and no other burst.
    public init(limit: Int, window: Duration) {
        self.limit = limit
        self.window = window
    }

    /// How many requests are admitted at once after a rest.
    public var capacity: Int { burst ?? limit }

    /// The window in seconds.
    var seconds: Double { Span(window).seconds }

    /// Requests per second.
    var rate: Double { Double(limit) / seconds }

    /// As a scenario has it: `100/min`, and `1000/min of all clients`.
    var shown: String {
        let units: [(Duration, String)] = [(.seconds(1), "s"), (.seconds(60), "min"), (.seconds(3600), "h")]
        let isWhole = window.components.attoseconds == 0
        let length =
            units.first { $0.0 == window }?.1
            ?? (isWhole ? "\(window.components.seconds)s" : "\(Int((seconds * 1000).rounded()))ms")
        return "\(limit)/\(length)" + (scope == .all ? " of all clients" : "")
    }

    /// The same as a part of a figure's name: `100_per_60000ms`, `1000_per_60000ms_all`.
    var label: String { "\(limit)_per_\(Int((seconds * 1000).rounded()))ms" + (scope == .all ? "_all" : "") }

    /// How many requests in its window another limit, of the same clients or of all, lets through at most, whatever its
    /// model.
    func most(under other: RateLimitQuota) -> Int {
        // Windows may lie so that one more than fit touch this one; a bucket has its burst besides.
        (Int((seconds / other.seconds).rounded(.up)) + 1) * other.limit + max(0, other.capacity - other.limit)
    }
}

/// How many requests at once a limiter is said to admit.
public struct ConcurrencyRule: Sendable, Equatable {
    /// Requests under way at once, 1...1,000.
    public var limit: Int
    /// Whose requests are counted together.
    public var scope = RateLimitQuota.Scope.client

    /// A limit of each client.
    public init(limit: Int) { self.limit = limit }

    /// As a scenario has it.
    var shown: String { "\(limit) at once" + (scope == .all ? " of all clients" : "") }
}

/// For how long a client is refused altogether once it has gone beyond a limit.
public struct PenaltyRule: Sendable, Equatable {
    /// How long, 100 ms to 1 h.
    public var duration: Duration
    /// How many rejections lead to it, 1...1,000.
    public var after = 1

    /// A ban that the first rejection leads to.
    public init(duration: Duration) { self.duration = duration }

    /// In seconds.
    var seconds: Double { Span(duration).seconds }
}

/// What else holds while one of several limits is probed: how its probes keep away from the others.
struct ProbeSetting: Equatable {
    /// Seconds from one request of a client to the next with which no shorter limit is reached; 0: there is none.
    var pace = 0.0
    /// Requests that a client may send before a longer limit can be reached, rejected ones counted.
    var room = Int.max
    /// Requests that all clients together may send before a limit over all of them can be reached; nil: there is none.
    var total: Int?
    /// Seconds of silence after which the other limits have forgotten everything.
    var rest = 0.0
    /// Whether the limit is one over all clients, so that each request is another client's.
    var isOverAll = false
    /// Requests that shorter limits admit at once after a rest, with some to spare.
    var together = Int.max
    /// The longest window of shorter limits, in seconds.
    var shorter = 0.0
    /// Whether clients may not run beside one another, since a shorter limit counts them all.
    var isInTurn = false

    /// Requests of a client that may be under way at once before a limit of those can be reached.
    var atOnce = Int.max

    /// Nothing else holds.
    static let alone = ProbeSetting()

    /// How one limit is probed beside the others.
    init(
        _ quota: RateLimitQuota, beside others: [RateLimitQuota], penalty: PenaltyRule? = nil,
        concurrency: ConcurrencyRule? = nil
    ) {
        isOverAll = quota.scope == .all
        if let concurrency {
            // One place is for the requests of others.
            atOnce = max(1, concurrency.limit - 1)
            isInTurn = concurrency.scope == .all
        }
        // Where each request is another client's, no client reaches a limit of its own.
        let counting = others.filter { quota.scope == .client || $0.scope == .all }
        for other in counting where other.window < quota.window {
            pace = max(pace, Self.pace(other) * (other.scope == quota.scope ? 1 : 1.25))
            together = min(together, other.capacity - 2)
            shorter = max(shorter, other.seconds)
            isInTurn = isInTurn || other.scope == .all && quota.scope == .client
        }
        for other in counting where other.window >= quota.window {
            let least = min(other.limit, other.capacity)
            if other.scope == quota.scope {
                room = min(room, least)
            } else {
                total = min(total ?? least, least)
            }
        }
        let others = others.isEmpty && penalty == nil ? [] : others + [quota]
        rest = others.map(Self.forgetting).max() ?? 0
        if let penalty { rest = max(rest, penalty.seconds * 1.05 + 0.1) }
        // What others send meanwhile counts as well.
        if let total { room = min(room, max(1, total - Self.others)) }
    }

    private init() {}

    /// How many requests of others there are beside one client's.
    static let others = 24

    /// Seconds between requests that a limit admits for ever, however it counts and whatever its phase.
    static func pace(_ quota: RateLimitQuota) -> Double {
        let (limit, window) = (Double(quota.limit), quota.seconds)
        // Late requests come closer to the ones behind them.
        var pace = 1.08 * window / limit
        if quota.capacity == quota.limit, [.any, .slidingCounter].contains(quota.model) {
            // A sliding counter adds the share of a whole last window to the first request of this one.
            pace = max(pace, 1.06 * window / max(0.5, limit - 1))
        }
        if quota.capacity <= 2 { pace = max(pace, 1.25 * window / limit + 0.02) }
        return pace
    }

    /// Seconds of silence after which a limit has forgotten everything.
    static func forgetting(_ quota: RateLimitQuota) -> Double {
        let windows = [.any, .slidingCounter].contains(quota.model) ? 2 * quota.seconds : quota.seconds
        return max(windows, Double(quota.capacity) / quota.rate) * 1.05 + 0.1
    }
}

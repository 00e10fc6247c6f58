internal import Scenarios

/// The limits that hold beside the one that is probed, as far as one of them may have been what rejected a request.
///
/// Probes keep away from them. Where the network or a busy machine pushes requests together all the same, nobody is accused of
/// what another limit can have decided.
struct OtherLimits {
    private let quotas: [RateLimitQuota]

    /// The shorter ones: longer ones are never reached. Where each request is another client's, none reaches its own limits.
    init(_ rule: RateLimitRule) {
        quotas = rule.beside.filter { $0.window < rule.window && (rule.scope == .client || $0.scope == .all) }
    }

    /// The decisions without those rejections that may be another limit's.
    ///
    /// - Parameter all: What the clients sent that a limit over all of them counts.
    func own(_ decisions: [LimiterDecision], all: () -> [LimiterDecision]) -> [LimiterDecision] {
        guard !quotas.isEmpty, decisions.contains(where: { !$0.isAdmitted }) else { return decisions }
        let own = OrderedBounds(decisions)
        let everyone = quotas.contains { $0.scope == .all } ? OrderedBounds(all()) : own
        return decisions.filter { decision in
            decision.isAdmitted
                || !quotas.contains { Self.mayReject(decision, $0, $0.scope == .all ? everyone : own) }
        }
    }

    /// Whether a limit can have rejected the request, of those that it counts; whatever its model, and whether it counts what was
    /// rejected or not.
    private static func mayReject(
        _ decision: LimiterDecision, _ quota: RateLimitQuota, _ counted: OrderedBounds
    ) -> Bool {
        let needed = [.any, .slidingCounter].contains(quota.model) ? max(1, quota.limit - 1) : quota.limit
        func others(_ span: Double) -> Int {
            counted.begun(by: decision.latest) - counted.over(before: decision.earliest - span) - 1
        }
        if others(quota.seconds) >= needed { return true }
        guard quota.capacity < quota.limit else { return false }
        // A bucket is empty once it has lost more than it had and gained.
        return (quota.capacity...max(quota.capacity, quota.limit)).contains { taken in
            others(Double(taken - quota.capacity + 1) / quota.rate) >= taken
        }
    }
}

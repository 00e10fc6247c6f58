import Measures

/// Several algorithms at once: a request is admitted where all admit it.
struct AllOf: SimulatedAlgorithm {
    /// What is counted of a request that one of them rejects.
    enum Counting: CaseIterable {
        /// Nothing: nginx.
        case nothing
        /// By those that were asked before the one that rejects: slowapi, stacked decorators.
        case before
        /// By all of them.
        case all
    }

    var algorithms: [any SimulatedAlgorithm]
    var counting = Counting.nothing

    mutating func take(at now: Double) -> SimulatedDecision {
        var after = algorithms
        var decisions: [SimulatedDecision] = []
        for index in after.indices { decisions.append(after[index].take(at: now)) }
        guard let first = decisions.firstIndex(where: { !$0.isAdmitted }) else {
            algorithms = after
            return decisions.min { $0.remaining < $1.remaining } ?? decisions[0]
        }
        switch counting {
        case .nothing: algorithms[first] = after[first]
        case .before: algorithms[...first] = after[...first]
        case .all: algorithms = after
        }
        var decision = decisions[first]
        decision.reset = decisions.filter { !$0.isAdmitted }.map(\.reset).max() ?? decision.reset
        return decision
    }
}

/// Places for requests under way.
struct SimulatedSlots {
    /// A mistake.
    enum Mistake: CaseIterable {
        case none, oneMore, oneLess, leaksRejected, leaksAborted, leaksAnswered, shared, unlimited
    }

    var limit: Int
    /// How long a request takes, in seconds.
    var hold: Double
    var mistake = Mistake.none
    /// Whether all clients have the same places.
    var isOfAll = false
    private var held: [String: [Double]] = [:]
    private var lost: [String: Int] = [:]

    init(limit: Int, hold: Double, _ mistake: Mistake = .none, isOfAll: Bool = false) {
        self.limit = limit
        self.hold = hold
        self.mistake = mistake
        self.isOfAll = isOfAll
    }

    /// Whether the request has a place; it ends when it is done, or soon after its client has gone away.
    mutating func take(_ client: String, at now: Double, timeout: Double) -> Bool {
        let key = isOfAll || mistake == .shared ? "all" : client
        held[key, default: []].removeAll { $0 <= now }
        let most =
            switch mistake {
            case .oneMore: limit + 1
            case .oneLess: limit - 1
            case .unlimited: Int.max
            default: limit
            }
        guard (held[key]?.count ?? 0) + (lost[key] ?? 0) < most else {
            if mistake == .leaksRejected { lost[key, default: 0] += 1 }
            return false
        }
        let isAborted = timeout < hold
        if mistake == .leaksAborted && isAborted || mistake == .leaksAnswered && !isAborted {
            lost[key, default: 0] += 1
        } else {
            held[key, default: []].append(now + hold)
        }
        return true
    }
}

/// A ban of clients that were rejected.
struct SimulatedBan {
    /// A mistake.
    enum Mistake: CaseIterable {
        case none, missing, half, double, endless, ofAll, renewed, trustsFields
    }

    var length: Double
    var after = 1
    var mistake = Mistake.none
    private var rejections: [String: Int] = [:]
    private var until: [String: Double] = [:]

    init(length: Double, after: Int = 1, _ mistake: Mistake = .none) {
        self.length = length
        self.after = after
        self.mistake = mistake
    }

    private func key(_ client: String) -> String { mistake == .ofAll ? "all" : client }

    mutating func isRefused(_ client: String, _ planned: PlannedExchange, at now: Double) -> Bool {
        if mistake == .trustsFields, planned.fields.contains(where: { $0.name == "X-Real-IP" }) { return false }
        guard let end = until[key(client)], now < end else { return false }
        if mistake == .renewed { until[key(client)] = now + length }
        return true
    }

    mutating func rejected(_ client: String, at now: Double) {
        guard mistake != .missing else { return }
        rejections[client, default: 0] += 1
        guard rejections[client] == after else { return }
        rejections[client] = 0
        let factor: Double =
            switch mistake {
            case .half: 0.5
            case .double: 2
            case .endless: .infinity
            default: 1
            }
        until[key(client)] = now + length * factor
    }
}

import NIOConcurrencyHelpers

/// Orders in the process's own memory. Bounded: a full one refuses, for one that forgets would lose what it acknowledged.
final class MemoryOrders: OrderSource, Sendable {
    private let counts = NIOLockedValueBox([String: Int]())
    private let limit: Int

    init(limit: Int = 1_000_000) { self.limit = limit }

    func apply(_ id: String, _ rules: OrderRules) throws(RequestProblem) -> Int {
        let count: Int? = counts.withLockedValue { counts in
            if let count = counts[id] {
                counts[id] = rules.isIdempotent ? count : count + rules.times
            } else if counts.count < limit {
                counts[id] = rules.times
            }
            return counts[id]
        }
        guard let count else { throw .notApplied("no more orders can be kept") }
        return count
    }

    func count(_ id: String) -> Int? { counts.withLockedValue { $0[id] } }

    func page(after id: String, limit: Int) -> [CountedOrder] {
        counts.withLockedValue { $0.map { CountedOrder(id: $0.key, count: $0.value) } }.page(after: id, limit: limit)
    }

    func ids() -> [String] { counts.withLockedValue { Array($0.keys) } }
}

internal import Measures

/// What is kept of what all workers kept: the same as one process would have that had carried everything.
///
/// Of failed exchanges those that ended first, of each step and outcome as many as one process keeps. One that is chosen here
/// has fewer chosen ones before it in its own worker, too, so that one has kept it.
struct KeptExchanges {
    private var failed: [Key: [ExchangeResult]] = [:]
    private var slow: [String: [ExchangeResult]] = [:]
    private let steps: [String]
    private let each: Int

    private struct Key: Hashable {
        var step: String
        var outcome: String
    }

    /// Nothing yet.
    ///
    /// - Parameter steps: The names of the run's steps, in its order.
    init(steps: [String]) {
        self.steps = steps
        each = ExchangeEvidence.each(ofSteps: steps.count)
    }

    /// Takes what a worker kept.
    mutating func add(_ exchanges: [ExchangeResult], worker: String) {
        for var exchange in exchanges {
            exchange.worker = worker
            switch exchange.kind {
            case .failed:
                failed[Key(step: exchange.step, outcome: exchange.outcome), default: []].append(exchange)
            case .slow:
                slow[exchange.step, default: []].append(exchange)
            }
        }
        for key in failed.keys { failed[key] = first(failed[key] ?? [], by: Self.endedBefore) }
        for step in slow.keys { slow[step] = first(slow[step] ?? []) { $0.responseTime > $1.responseTime } }
    }

    private static func endedBefore(_ one: ExchangeResult, _ other: ExchangeResult) -> Bool {
        (one.at, one.intended) < (other.at, other.intended)
    }

    private func first(
        _ exchanges: [ExchangeResult], by isBefore: (ExchangeResult, ExchangeResult) -> Bool
    ) -> [ExchangeResult] { Array(exchanges.sorted(by: isBefore).prefix(each)) }

    /// Those that failed in the order in which they ended, then the slowest, step by step.
    var chosen: [ExchangeResult] {
        let first = failed.values.flatMap(\.self).sorted(by: Self.endedBefore)
        return first.prefix(ExchangeEvidence.bound) + steps.flatMap { slow[$0] ?? [] }
    }
}

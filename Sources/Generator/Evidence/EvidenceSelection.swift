import Measures

/// What is kept of what all reactors kept: the same as one reactor would have that had carried everything.
///
/// Of failed exchanges those that ended first, up to the bounds of `EvidenceStore`. An exchange that is chosen here has fewer
/// chosen ones before it in its own reactor, too, so that one has kept it.
struct EvidenceSelection {
    private var failed: [KeptExchange] = []
    private var slow: [KeptExchange] = []
    private let each: Int

    init(steps: Int) { each = ExchangeEvidence.each(ofSteps: steps) }

    /// Takes what a reactor kept.
    mutating func add(failed: [KeptExchange], slow: [KeptExchange]) {
        self.failed += failed
        self.slow += slow.filter { $0.finished.nanoseconds != 0 }
    }

    /// The chosen ones: those that failed in the order in which they ended, then the slowest, step by step.
    var chosen: [KeptExchange] {
        struct Key: Hashable {
            var step: Int32
            var outcome: Outcome
        }
        var counts: [Key: Int] = [:]
        var bytes = 0
        var result: [KeptExchange] = []
        for one in failed.sorted(by: { $0.finished < $1.finished }) {
            let key = Key(step: one.exchange.step, outcome: one.outcome)
            guard counts[key, default: 0] < each else { continue }
            if result.count >= ExchangeEvidence.bound || bytes >= EvidenceStore.byteBound { break }
            counts[key, default: 0] += 1
            bytes += one.size
            result.append(one)
        }
        var slowCounts: [Int32: Int] = [:]
        let slowest = slow.sorted {
            ($0.exchange.step, $1.finished - $1.exchange.intended, $0.finished)
                < ($1.exchange.step, $0.finished - $0.exchange.intended, $1.finished)
        }
        for one in slowest where slowCounts[one.exchange.step, default: 0] < each {
            slowCounts[one.exchange.step, default: 0] += 1
            result.append(one)
        }
        return result
    }
}

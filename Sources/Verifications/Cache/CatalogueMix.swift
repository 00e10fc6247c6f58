internal import Foundation
internal import Measures
internal import Scenarios

/// A seeded sequence of objects of a catalogue, by their popularity. The k-th request's object depends on the seed and on
/// k alone.
struct CatalogueMix: Sendable {
    /// The share of each object and of all before it; the last is 1.
    private let cumulative: [Double]
    private let seed: UInt64

    init(catalogue: Int, popularity: CacheRule.Popularity, seed: UInt64) {
        var sum = 0.0
        var sums: [Double] = []
        sums.reserveCapacity(catalogue)
        for rank in 1...max(1, catalogue) {
            switch popularity {
            case .uniform: sum += 1
            case .zipf(let exponent): sum += pow(Double(rank), -exponent)
            }
            sums.append(sum)
        }
        cumulative = sums.map { $0 / sum }
        self.seed = seed
    }

    /// How many objects there are.
    var count: Int { cumulative.count }

    /// The object, from 0, that the request of this index, from 0, asks for: the first whose cumulative share exceeds a
    /// number spread evenly over 0 ≤ x < 1 (inversion).
    func object(of request: Int) -> Int {
        // The seed is mixed first, so that the sequences of neighbouring seeds are not the same one shifted.
        let bits = SeededRandom.number(seed: SeededRandom.number(seed: seed, index: 0), index: UInt64(request))
        let point = Double(bits >> 11) * 0x1p-53
        var low = 0
        var high = cumulative.count - 1
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] > point { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// The chance that a request asks for an object.
    func share(of object: Int) -> Double {
        object == 0 ? cumulative[0] : cumulative[object] - cumulative[object - 1]
    }

    /// The hit ratio to be expected of a cache without bounds that begins empty: all but the first request for each
    /// object are hits, so 1 − Σ (1 − (1 − p)ⁿ) / n over all objects.
    func expectedRatio(requests: Int) -> Double {
        guard requests > 0 else { return 0 }
        var objects = 0.0
        for object in 0..<count { objects -= expm1(Double(requests) * log1p(-share(of: object))) }
        return 1 - objects / Double(requests)
    }

    /// How many objects the first requests ask for.
    func distinctObjects(requests: Int) -> Int {
        var seen = [Bool](repeating: false, count: count)
        var distinct = 0
        for request in 0..<requests {
            let object = object(of: request)
            if !seen[object] {
                seen[object] = true
                distinct += 1
            }
        }
        return distinct
    }
}

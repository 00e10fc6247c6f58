internal import Measures

/// The ways to deal the values of a comparison out again, the observed one left out, and for each the shift from which the
/// observed one stands above it.
///
/// Let d be added to every candidate's value. A rearrangement that swaps j candidates for references then has a sum that
/// falls behind by j·d, so it reaches the observed one only up to d = (what it gained) / j. The permutation test's p at any
/// d is thus the share of these bounds at or above d, and the shift from which p is small enough is one of them.
struct Rearrangements {
    /// Rearrangements at most; of more, a seeded sample.
    static let maximum = 4_000

    /// All of them, or all that there are to sample.
    private(set) var total: Double
    private(set) var count = 0
    /// For each: how many values are gained, how many lost; then their places among the values.
    private var code: [Int32] = []

    /// Of two groups; the candidate's values stand first.
    init(reference: Int, candidate: Int) {
        let all = reference + candidate
        total = SubsetSums.subsets(of: all, candidate)
        if total <= Double(Self.maximum) {
            var chosen = Array(0..<candidate)
            while Self.advance(&chosen, below: all) { append(swapping: chosen, candidate: candidate) }
        } else {
            var random = SeededRandom(seed: 1)
            var places = Array(0..<all)
            while count < Self.maximum {
                for index in 0..<candidate {
                    places.swapAt(index, index + Int(random.below(UInt64(all - index))))
                }
                append(swapping: Array(places[..<candidate]), candidate: candidate)
            }
        }
    }

    /// Of paired differences, whose signs are turned.
    init(pairs: Int) {
        total = SubsetSums.powerOfTwo(pairs)
        if total <= Double(Self.maximum) {
            for mask in 1..<(1 << pairs) { append(turning: (0..<pairs).filter { mask >> $0 & 1 == 1 }) }
        } else {
            var random = SeededRandom(seed: 1)
            while count < Self.maximum { append(turning: (0..<pairs).filter { _ in random.next() & 1 == 1 }) }
        }
    }

    /// The next of all ways to choose so many places, in lexical order; false after the last.
    private static func advance(_ chosen: inout [Int], below all: Int) -> Bool {
        var index = chosen.count - 1
        while index >= 0, chosen[index] == all - chosen.count + index { index -= 1 }
        guard index >= 0 else { return false }
        chosen[index] += 1
        for next in chosen.indices[(index + 1)...] { chosen[next] = chosen[next - 1] + 1 }
        return true
    }

    private mutating func append(swapping chosen: [Int], candidate: Int) {
        let gained = chosen.filter { $0 >= candidate }
        // Drawn at random it may be the observed one itself.
        guard !gained.isEmpty else { return }
        let kept = Set(chosen)
        append(gained: gained, lost: (0..<candidate).filter { !kept.contains($0) })
    }

    private mutating func append(turning turned: [Int]) {
        if !turned.isEmpty { append(gained: [], lost: turned) }
    }

    private mutating func append(gained: [Int], lost: [Int]) {
        code.append(Int32(gained.count))
        code.append(Int32(lost.count))
        code.append(contentsOf: (gained + lost).map { Int32($0) })
        count += 1
    }

    /// How many rearrangements may reach the observed one for p to be below `level`; nil where the observed one alone is
    /// too many.
    func allowed(level: Double) -> Int? {
        guard level * total > 1 else { return nil }
        // p = (1 + reaching) / all < level; a sample may be too small for a level that all of them together can reach.
        return Int(max(0, (level * min(total, Double(count + 1))).rounded(.up) - 2))
    }

    /// The shifts up to which each rearrangement reaches the observed one, for these values.
    func bounds(_ values: [Double]) -> [Double] {
        var bounds: [Double] = []
        bounds.reserveCapacity(count)
        // Millions of additions: the checks of array accesses would double their time.
        code.withUnsafeBufferPointer { code in
            values.withUnsafeBufferPointer { values in
                var index = 0
                while index < code.count {
                    let gained = Int(code[index])
                    let lost = Int(code[index + 1])
                    index += 2
                    var sum = 0.0
                    let border = index + gained
                    while index < border {
                        sum += values[Int(code[index])]
                        index += 1
                    }
                    let end = border + lost
                    while index < end {
                        sum -= values[Int(code[index])]
                        index += 1
                    }
                    bounds.append(sum / Double(lost))
                }
            }
        }
        return bounds
    }
}

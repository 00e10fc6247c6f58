/// The exact distributions of the two rank statistics by whose inversion the intervals of shifts are had.
enum RankDistribution {
    /// How many of the ordered differences between two groups are cut off at each end for an interval that misses the shift
    /// by each end with a chance of at most `tail`: the largest k with P(U < k) <= tail, where U is the Mann–Whitney
    /// statistic under the null hypothesis (Lehmann, "Nonparametrics", 1975, §2.6). 0: so few values can't give one.
    static func differencesCut(reference: Int, candidate: Int, tail: Double) -> Int {
        guard reference > 0, candidate > 0 else { return 0 }
        return cut(mannWhitney(reference, candidate), tail: tail)
    }

    /// The same for the ordered averages of pairs of paired differences, by Wilcoxon's signed-rank statistic.
    static func averagesCut(pairs: Int, tail: Double) -> Int {
        guard pairs > 0 else { return 0 }
        return cut(signedRank(pairs), tail: tail)
    }

    /// The chances of the values 0, 1, … of the Mann–Whitney statistic of two groups without a difference, the lower half
    /// of them with the middle.
    static func mannWhitney(_ reference: Int, _ candidate: Int) -> [Double] {
        // P(U = u) of i and j values: the largest of all is with chance i / (i + j) one of the i, and then beats j others.
        // Only the lower half is needed: the distribution is symmetric and `tail` below one half.
        let length = reference * candidate / 2 + 1
        var row = [[Double]](repeating: [1], count: candidate + 1)
        for i in 1...reference {
            for j in 1...candidate {
                let (without, before) = (row[j], row[j - 1])
                var chances = [Double](repeating: 0, count: min(i * j + 1, length))
                for u in chances.indices {
                    let first = u >= j && u - j < without.count ? without[u - j] * Double(i) : 0
                    let second = u < before.count ? before[u] * Double(j) : 0
                    chances[u] = (first + second) / Double(i + j)
                }
                row[j] = chances
            }
        }
        return row[candidate]
    }

    /// The chances of the values 0, 1, … of Wilcoxon's signed-rank statistic of so many pairs, likewise.
    static func signedRank(_ pairs: Int) -> [Double] {
        let length = pairs * (pairs + 1) / 4 + 1
        var chances: [Double] = [1]
        for rank in 1...pairs {
            // The rank counts with chance one half.
            var next = [Double](repeating: 0, count: min(chances.count + rank, length))
            for (sum, chance) in chances.enumerated() {
                next[sum] += chance / 2
                if sum + rank < next.count { next[sum + rank] += chance / 2 }
            }
            chances = next
        }
        return chances
    }

    private static func cut(_ chances: [Double], tail: Double) -> Int {
        var sum = 0.0
        for (value, chance) in chances.enumerated() {
            sum += chance
            // A sum that is the tail but for rounding is within it.
            if sum > tail * (1 + 1e-12) { return value }
        }
        return chances.count
    }
}

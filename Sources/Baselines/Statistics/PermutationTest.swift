internal import Measures

/// A one-sided permutation test: how likely is it that runs dealt out by chance differ as much as these do?
///
/// Exact wherever the arrangements can be counted, so that the same runs give the same answer each time. What stands equal
/// counts as reaching the observed value, within rounding (as `scipy.stats.permutation_test` has it), so the chance is
/// never understated.
struct PermutationTest: Equatable {
    /// The chance of a statistic as large as the observed one, where only chance is at work; above 0.
    var p: Double
    /// The number of arrangements.
    var arrangements: Double
    /// True where all of them were counted; else a seeded sample of them was.
    var isExact: Bool

    /// Arrangements that are sampled where they can't all be counted, the observed one among them.
    static let sampled = 20_000

    /// Is the mean of the candidate's values larger than that of the reference's? Both have at least one value.
    init(reference: [Double], candidate: [Double]) {
        let values = candidate + reference
        let mean = values.mean
        let centred = values.map { $0 - mean }
        // The difference of means grows with the candidate's sum, and falls with the reference's: the sums of the smaller
        // group are counted.
        let isCandidate = candidate.count <= reference.count
        let numbers = isCandidate ? centred : centred.map { -$0 }
        let chosen = min(candidate.count, reference.count)
        let group = isCandidate ? numbers[..<candidate.count] : numbers[candidate.count...]
        let bound = Array(group).sum - Self.rounding(of: numbers)
        arrangements = SubsetSums.subsets(of: values.count, chosen)
        let half = values.count / 2
        guard let one = SubsetSums(numbers[..<half], upTo: chosen),
            let other = SubsetSums(numbers[half...], upTo: chosen)
        else {
            isExact = false
            p = Self.sampledChance(seed: UInt64(values.count)) { random in
                Self.sum(of: chosen, from: numbers, &random) >= bound
            }
            return
        }
        var count = 0.0
        for size in 0...chosen where size < one.bySize.count && chosen - size < other.bySize.count {
            count += SubsetSums.pairs(one.bySize[size], other.bySize[chosen - size], atLeast: bound)
        }
        isExact = true
        p = count / arrangements
    }

    /// Is the mean of paired differences above zero? Under chance alone each could as well have the other sign.
    init(differences: [Double]) {
        arrangements = SubsetSums.powerOfTwo(differences.count)
        // Turning the signs of a subset takes twice its sum from the total, which reaches the observed one where that sum
        // is not positive.
        let numbers = differences.map { -$0 }
        let bound = -Self.rounding(of: numbers)
        let half = numbers.count / 2
        guard let one = SubsetSums(numbers[..<half], upTo: half),
            let other = SubsetSums(numbers[half...], upTo: numbers.count)
        else {
            isExact = false
            p = Self.sampledChance(seed: UInt64(numbers.count)) { random in
                var sum = 0.0
                for number in numbers where random.next() & 1 == 1 { sum += number }
                return sum >= bound
            }
            return
        }
        isExact = true
        let count = SubsetSums.pairs(
            one.bySize.flatMap(\.self).sorted(), other.bySize.flatMap(\.self).sorted(), atLeast: bound)
        p = count / arrangements
    }

    /// What rounding may do to a sum of these numbers, with a margin: sums that differ by less are equal.
    private static func rounding(of numbers: [Double]) -> Double { numbers.reduce(0) { $0 + abs($1) } * 1e-13 }

    /// The share of arrangements that reach the observed value, itself counted as one of them: never zero (Phipson, Smyth,
    /// "Permutation p-values should never be zero", 2010).
    private static func sampledChance(seed: UInt64, reaches: (inout SeededRandom) -> Bool) -> Double {
        var random = SeededRandom(seed: seed)
        var count = 1
        for _ in 1..<sampled where reaches(&random) { count += 1 }
        return Double(count) / Double(sampled)
    }

    /// The sum of so many of the numbers, drawn without putting any back.
    private static func sum(of chosen: Int, from numbers: [Double], _ random: inout SeededRandom) -> Double {
        var sum = 0.0
        var wanted = chosen
        // Each number is taken with the chance that leaves the right count (Knuth, TAOCP 2, algorithm S).
        for (index, number) in numbers.enumerated() where wanted > 0 {
            if random.below(UInt64(numbers.count - index)) < UInt64(wanted) {
                sum += number
                wanted -= 1
            }
        }
        return sum
    }
}

/// The sums of all subsets of up to so many numbers, ascending, by the subsets' sizes.
///
/// Counting the subsets of 2h numbers whose sum reaches a bound takes 2ʰ steps rather than 4ʰ when the numbers are cut in
/// two halves and the sums of one are met with those of the other (Horowitz, Sahni: "Computing Partitions with
/// Applications to the Knapsack Problem", J. ACM 21, 1974).
struct SubsetSums {
    /// Sums of one half at most, enough for 32 runs however they are divided and for 40 beside 5; sorting more would take
    /// longer than a comparison may, which has five measures for each step.
    static let maximumSums = 1 << 16

    private(set) var bySize: [[Double]]

    /// Nil where there are more than `maximumSums`.
    init?(_ numbers: ArraySlice<Double>, upTo size: Int) {
        var count = 0.0
        for chosen in 0...Swift.max(0, min(size, numbers.count)) { count += Self.subsets(of: numbers.count, chosen) }
        guard count <= Double(Self.maximumSums) else { return nil }
        bySize = [[0]] + Array(repeating: [], count: min(size, numbers.count))
        for (index, number) in numbers.enumerated() {
            // From the largest size down, so that each number is taken once.
            for chosen in stride(from: min(index, bySize.count - 2), through: 0, by: -1) {
                bySize[chosen + 1].append(contentsOf: bySize[chosen].map { $0 + number })
            }
        }
        for chosen in bySize.indices { bySize[chosen].sort() }
    }

    /// The number of subsets of so many of so many, C(n, k), as near as a floating-point number comes.
    static func subsets(of count: Int, _ chosen: Int) -> Double {
        guard chosen >= 0, chosen <= count else { return 0 }
        var product = 1.0
        // Each intermediate product is a whole number, exact up to 2⁵³.
        for factor in 0..<min(chosen, count - chosen) {
            product = (product * Double(count - factor) / Double(factor + 1)).rounded()
        }
        return product
    }

    /// 2ⁿ, the number of all subsets of n.
    static func powerOfTwo(_ exponent: Int) -> Double { Double(sign: .plus, exponent: exponent, significand: 1) }

    /// How many pairs, one of each list, have a sum of at least `bound`; both are in ascending order.
    static func pairs(_ one: [Double], _ other: [Double], atLeast bound: Double) -> Double {
        var count = 0.0
        var index = other.count
        for sum in one {
            while index > 0, sum + other[index - 1] >= bound { index -= 1 }
            count += Double(other.count - index)
        }
        return count
    }
}

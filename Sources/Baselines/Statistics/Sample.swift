/// Figures of a sample of numbers.
extension [Double] {
    /// The sum.
    var sum: Double { reduce(0, +) }

    /// The mean; zero of none.
    var mean: Double { isEmpty ? 0 : sum / Double(count) }

    /// The sum of the squares of the deviations from the mean.
    var squaredDeviations: Double {
        let mean = mean
        return reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }

    /// The median of a sample in ascending order; zero of none.
    var medianOfSorted: Double {
        guard !isEmpty else { return 0 }
        return count.isMultiple(of: 2) ? (self[count / 2 - 1] + self[count / 2]) / 2 : self[count / 2]
    }
}

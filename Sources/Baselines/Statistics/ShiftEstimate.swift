/// By how much one group of values lies above another: Hodges and Lehmann's estimate, with the interval that inverting the
/// rank test gives (Hodges, Lehmann, "Estimates of Location Based on Rank Tests", 1963).
///
/// Values that stand equal make the interval cover more than is promised, not less: its ends are part of it.
struct ShiftEstimate: Equatable {
    /// The estimate.
    var shift: Double
    /// The lower end of the interval; nil where so few values can't give one.
    var low: Double?
    /// The upper end, likewise.
    var high: Double?

    /// The candidate's shift: the median of all differences between a value of the candidate and one of the reference.
    ///
    /// - Parameter cut: How many differences are beyond each end of the interval.
    init(reference: [Double], candidate: [Double], cut: Int) {
        var differences: [Double] = []
        differences.reserveCapacity(reference.count * candidate.count)
        for value in candidate { for other in reference { differences.append(value - other) } }
        self.init(sorting: differences, cut: cut)
    }

    /// The shift of paired differences: the median of the averages of all pairs of them, each with itself too (Walsh).
    ///
    /// - Parameter cut: How many averages are beyond each end of the interval.
    init(differences: [Double], cut: Int) {
        var averages: [Double] = []
        averages.reserveCapacity(differences.count * (differences.count + 1) / 2)
        for (index, one) in differences.enumerated() {
            for other in differences[index...] { averages.append((one + other) / 2) }
        }
        self.init(sorting: averages, cut: cut)
    }

    private init(sorting values: [Double], cut: Int) {
        let values = values.sorted()
        shift = values.medianOfSorted
        if cut > 0, cut <= values.count {
            low = values[cut - 1]
            high = values[values.count - cut]
        }
    }
}

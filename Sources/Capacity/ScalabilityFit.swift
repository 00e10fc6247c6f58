/// The Universal Scalability Law (N. J. Gunther, "Guerrilla Capacity Planning", 2007) through what was measured:
/// X(N) = λN / (1 + σ(N − 1) + κN(N − 1)), with X the throughput at N exchanges under way.
///
/// σ is the share of the work for which exchanges wait for each other, κ what it costs that they have to agree; where κ is above 0
/// more load than the peak makes the throughput fall. N/X is linear in the three unknowns, so the fit is a weighted linear one of
/// least squares, with σ and κ not below 0.
public struct ScalabilityFit: Sendable, Equatable {
    /// A throughput at a concurrency.
    public struct Point: Sendable, Equatable {
        /// Exchanges under way, on average.
        public var concurrency: Double
        /// Exchanges per second.
        public var throughput: Double

        /// Makes a point.
        public init(concurrency: Double, throughput: Double) {
            self.concurrency = concurrency
            self.throughput = throughput
        }
    }

    /// λ: exchanges per second of one at a time.
    public var single: Double
    /// σ: contention, 0 or above.
    public var contention: Double
    /// κ: coherency, 0 or above.
    public var coherency: Double
    /// What it was fitted to, in the order of the concurrency.
    public var points: [Point]

    /// Fewer points leave nothing to see a misfit by.
    private static let fewestPoints = 5
    /// The concurrency has to differ by this ratio at least.
    private static let leastSpread = 3.0
    /// Where a throughput is off by more than this share, the law does not describe the target.
    public static let mostResidual = 0.15

    /// Fits; nil where there are too few points, or all at about one concurrency.
    public init?(_ points: [Point]) {
        let points = points.filter { $0.concurrency > 0 && $0.throughput > 0 }.sorted {
            $0.concurrency < $1.concurrency
        }
        guard points.count >= Self.fewestPoints, let least = points.first?.concurrency,
            let most = points.last?.concurrency, most / least >= Self.leastSpread
        else { return nil }
        var best: (error: Double, values: [Double])?
        // Both, one or none of σ and κ: of those that are not below 0 the one that is nearest.
        for used in [[0, 1, 2], [0, 2], [0, 1], [0]] {
            guard let values = Self.solve(points, used), values[0] > 0, values.allSatisfy({ $0 >= 0 }) else { continue }
            let error = Self.rows(points).reduce(0) { sum, row in
                let fitted = zip(row.terms, values).reduce(0) { $0 + $1.0 * $1.1 }
                let off = (fitted - row.value) / row.value
                return sum + off * off
            }
            if best.map({ error < $0.error - 1e-15 }) ?? true { best = (error, values) }
        }
        guard let values = best?.values else { return nil }
        single = 1 / values[0]
        contention = values[1] / values[0]
        coherency = values[2] / values[0]
        self.points = points
    }

    /// The law's throughput at a concurrency.
    public func throughput(at concurrency: Double) -> Double {
        let n = concurrency
        return single * n / (1 + contention * (n - 1) + coherency * n * (n - 1))
    }

    /// For each point by which share of the measured throughput the law's is off.
    public var residuals: [Double] {
        points.map { throughput(at: $0.concurrency) / $0.throughput - 1 }
    }

    /// The largest of them, as a share.
    public var worstResidual: Double { residuals.map(abs).max() ?? 0 }

    /// True where it describes the target.
    public var fits: Bool { worstResidual <= Self.mostResidual }

    /// The concurrency at which the throughput is highest; nil where more always helps.
    public var peak: Double? {
        guard coherency > 0, contention < 1 else { return nil }
        return ((1 - contention) / coherency).squareRoot()
    }

    private static func rows(_ points: [Point]) -> [(terms: [Double], value: Double)] {
        points.map { point in
            let n = point.concurrency
            return ([1, n - 1, n * (n - 1)], n / point.throughput)
        }
    }

    /// The normal equations of the used terms, by elimination; the others are 0. Nil where they don't tell.
    private static func solve(_ points: [Point], _ used: [Int]) -> [Double]? {
        let size = used.count
        var matrix = Array(repeating: Array(repeating: 0.0, count: size + 1), count: size)
        for row in rows(points) {
            let weight = 1 / (row.value * row.value)
            for (i, one) in used.enumerated() {
                for (j, other) in used.enumerated() { matrix[i][j] += weight * row.terms[one] * row.terms[other] }
                matrix[i][size] += weight * row.terms[one] * row.value
            }
        }
        for column in 0..<size {
            let pivot = (column..<size).max { abs(matrix[$0][column]) < abs(matrix[$1][column]) } ?? column
            matrix.swapAt(column, pivot)
            let head = matrix[column][column]
            guard abs(head) > 1e-14 else { return nil }
            for row in 0..<size where row != column {
                let factor = matrix[row][column] / head
                for index in column...size { matrix[row][index] -= factor * matrix[column][index] }
            }
        }
        var values = [0.0, 0.0, 0.0]
        for (index, term) in used.enumerated() { values[term] = matrix[index][size] / matrix[index][index] }
        return values
    }
}

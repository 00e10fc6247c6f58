internal import Measures

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The values of one measure of one step over the runs of both sides.
struct MeasureSample {
    /// What is measured.
    enum Kind: Equatable {
        case percentile(StepRecord.Percentile, of: RecordedMeasure)
        case throughput
        case errorRatio
    }

    var kind: Kind
    var reference: [Double]
    var candidate: [Double]

    /// The scale on which the runs are compared, larger being worse: logarithms, so that shifts are ratios; error ratios,
    /// which may be zero, stay as they are.
    func scaled(_ values: [Double]) -> [Double] {
        switch kind {
        // Below the microsecond that histograms resolve nothing is told apart, and zero has no logarithm.
        case .percentile: values.map { log(max($0, 1e-3)) }
        case .throughput: values.map { -log(max($0, 1e-3)) }
        case .errorRatio: values
        }
    }

    /// What stands for the runs of one side: the geometric mean, of error ratios the mean.
    func representative(_ values: [Double]) -> Double {
        switch kind {
        case .percentile: exp(scaled(values).mean)
        case .throughput: exp(-scaled(values).mean)
        case .errorRatio: values.mean
        }
    }

    var name: String {
        switch kind {
        case .percentile(let percentile, _): percentile.rawValue
        case .throughput: "throughput"
        case .errorRatio: "error_ratio"
        }
    }

    var unit: Comparison.Unit {
        switch kind {
        case .percentile: .milliseconds
        case .throughput: .perSecond
        case .errorRatio: .ratio
        }
    }

    /// The standard deviation of a run's value on the scale, pooled over both sides; of pairs that of a difference. Nil
    /// where there are too few runs to have one.
    func spread(isPaired: Bool) -> Double? {
        let (one, other) = (scaled(reference), scaled(candidate))
        if isPaired {
            guard one.count > 1 else { return nil }
            return (zip(other, one).map { $0 - $1 }.squaredDeviations / Double(one.count - 1)).squareRoot()
        }
        guard one.count + other.count > 2 else { return nil }
        return ((one.squaredDeviations + other.squaredDeviations) / Double(one.count + other.count - 2)).squareRoot()
    }
}

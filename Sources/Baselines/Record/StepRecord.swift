public import Measures

/// A step of one run as a baseline keeps it; a group or an `until`, too, whose exchanges are its own then.
public struct StepRecord: Equatable, Sendable {
    /// The step's name, secrets replaced.
    public var name: String
    /// The latency that `histogram` and the percentiles are of.
    public var measure: RecordedMeasure
    /// The latencies; nil where there was none: every exchange failed before it had one.
    public let histogram: SparseHistogram?
    /// The number of latencies.
    public let samples: UInt64
    /// Their median in milliseconds, to a microsecond; nil where there was none.
    public let p50: Double?
    /// Their 95th percentile, likewise.
    public let p95: Double?
    /// Their 99th percentile, likewise.
    public let p99: Double?
    /// Exchanges per second of the measured load whose answer arrived whole, to a thousandth.
    public var throughput: Double
    /// The share of exchanges that did not end `ok`, 0...1, to a billionth.
    public var errorRatio: Double

    /// Makes a record; the percentiles are those of the histogram.
    public init(
        name: String, measure: RecordedMeasure, histogram: SparseHistogram?, throughput: Double, errorRatio: Double
    ) {
        self.name = name
        self.measure = measure
        self.histogram = histogram
        self.throughput = throughput
        self.errorRatio = errorRatio
        let latencies = histogram?.histogram
        func percentile(_ percent: Double) -> Double? {
            latencies?.percentile(percent).map { (Double($0.nanoseconds) / 1e3).rounded() / 1e3 }
        }
        samples = latencies?.count ?? 0
        p50 = percentile(50)
        p95 = percentile(95)
        p99 = percentile(99)
    }

    /// Makes a record of counts.
    ///
    /// - Parameters:
    ///   - exchanges: All exchanges of the step.
    ///   - completed: Those whose answer arrived whole, good or not.
    ///   - good: Those that ended `ok`.
    ///   - seconds: The length of the measured load.
    public init(
        name: String, measure: RecordedMeasure, histogram: SparseHistogram?, exchanges: UInt64, completed: UInt64,
        good: UInt64, seconds: Double
    ) {
        let bad = exchanges - min(good, exchanges)
        self.init(
            name: name, measure: measure, histogram: histogram,
            throughput: seconds > 0 ? (Double(completed) / seconds * 1e3).rounded() / 1e3 : 0,
            errorRatio: exchanges > 0 ? (Double(bad) / Double(exchanges) * 1e9).rounded() / 1e9 : 0)
    }

    /// Makes a record of what a result says of a step.
    ///
    /// - Parameter outcomes: How its exchanges ended, by the labels of `Outcome`.
    public init(
        name: String, measure: RecordedMeasure, histogram: SparseHistogram?, outcomes: [String: UInt64], seconds: Double
    ) {
        var counts = OutcomeCounts()
        for outcome in Outcome.allCases { counts[outcome] = outcomes[outcome.label] ?? 0 }
        self.init(
            name: name, measure: measure, histogram: histogram,
            // Labels that this version doesn't know count as exchanges, as bad ones.
            exchanges: outcomes.values.reduce(0, &+) &- counts.unfinished, completed: counts.completed,
            good: counts.good, seconds: seconds)
    }

    /// A percentile in milliseconds; nil where there is no latency.
    public subscript(percentile: Percentile) -> Double? {
        switch percentile {
        case .p50: p50
        case .p95: p95
        case .p99: p99
        }
    }

    /// A percentile that is recorded.
    public enum Percentile: String, CaseIterable, Sendable {
        /// The median.
        case p50
        /// The 95th percentile.
        case p95
        /// The 99th percentile.
        case p99
    }
}

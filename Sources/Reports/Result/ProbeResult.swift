internal import Measures

/// What a probe showed, as it stands in a result.
public struct ProbeResult: Codable, Equatable, Sendable {
    /// The time from one sample to the next, as intended, in seconds.
    public var every: Double
    /// The samples that could be read, over the whole run, warm-up included.
    public var samples: UInt64
    /// The samples that could not.
    public var failed: UInt64
    /// The samples that were left out because the one before was still under way.
    public var skipped: UInt64
    /// The smallest number of the measured load; absent where none was read there.
    public var min: Double?
    /// Their mean.
    public var mean: Double?
    /// The largest.
    public var max: Double?
    /// By how much it grew per second, as a counter.
    public var rate: Double?
    /// Why samples could not be read.
    public var failures: [Failure]?
    /// The numbers over time: seconds from the beginning of the load, smallest, mean and largest number of the slice.
    public var series: [[Double]]

    /// Why samples could not be read.
    public struct Failure: Codable, Equatable, Sendable {
        /// The reason.
        public var message: String
        /// How often.
        public var count: UInt64
    }

    enum CodingKeys: String, CodingKey {
        case every = "every_seconds"
        case samples, failed, skipped, min, mean, max
        case rate = "rate_per_second"
        case failures, series
    }
}

extension ProbeResult {
    /// The result of a series, secrets replaced.
    init(_ series: ProbeSeries, within stretches: [Range<Span>], redact: (String) -> String) {
        let selection = ProbeSelection(series, within: stretches)
        self.init(
            every: Rounding.thousandths(series.every.seconds), samples: series.samples, failed: series.failed,
            skipped: series.skipped, min: selection.minimum, mean: selection.mean.map(Rounding.thousandths),
            max: selection.maximum, rate: selection.rate.map(Rounding.thousandths),
            failures: series.failures.isEmpty
                ? nil : series.failures.map { Failure(message: redact($0.message), count: $0.count) },
            series: series.slices.compactMap { slice in
                guard let first = slice.first, let range = slice.range, let mean = slice.mean else { return nil }
                return [
                    Rounding.thousandths(first.time.seconds), range.lowerBound, Rounding.thousandths(mean),
                    range.upperBound,
                ]
            })
    }
}

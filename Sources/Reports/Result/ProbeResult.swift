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
    /// The samples that were left out because this process was held up; absent where there is none.
    public var heldUp: UInt64?
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
        case heldUp = "held_up"
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
            skipped: series.skipped, heldUp: series.heldUp > 0 ? series.heldUp : nil, min: selection.minimum,
            mean: selection.mean.map(Rounding.thousandths),
            max: selection.maximum, rate: selection.rate.map(Rounding.thousandths),
            failures: Self.failures(of: series, redact: redact),
            series: series.slices.compactMap { slice in
                guard let first = slice.first, let range = slice.range, let mean = slice.mean else { return nil }
                return [
                    Rounding.thousandths(first.time.seconds), range.lowerBound, Rounding.thousandths(mean),
                    range.upperBound,
                ]
            })
    }

    private static func failures(of series: ProbeSeries, redact: (String) -> String) -> [Failure]? {
        var failures = series.failures.map { Failure(message: redact($0.message), count: $0.count) }
        if series.heldUp > 0 {
            failures.append(Failure(message: "left out: \(HeldUp.text(series.longestStall))", count: series.heldUp))
        }
        return failures.isEmpty ? nil : failures
    }
}

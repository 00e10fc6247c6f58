public import Measures
internal import Verification

/// The figures of a latency in a result: milliseconds, rounded to three decimals.
public struct LatencyFigures: Codable, Equatable, Sendable {
    /// The shortest.
    public var min: Double
    /// The mean.
    public var mean: Double
    /// The median.
    public var p50: Double
    /// The 90th percentile.
    public var p90: Double
    /// The 95th percentile.
    public var p95: Double
    /// The 99th percentile.
    public var p99: Double
    /// The 99.9th percentile.
    public var p999: Double
    /// The longest.
    public var max: Double

    enum CodingKeys: String, CodingKey {
        case min, mean, p50, p90, p95, p99
        case p999 = "p99.9"
        case max
    }

    /// The figures of a histogram; nil where it is nil or empty.
    public init?(_ histogram: LatencyHistogram?) {
        guard let histogram, let least = histogram.minimum, let mean = histogram.mean, let most = histogram.maximum
        else { return nil }
        func percentile(_ percent: Double) -> Double {
            Rounding.milliseconds(histogram.percentile(percent) ?? most)
        }
        min = Rounding.milliseconds(least)
        self.mean = Rounding.milliseconds(mean)
        p50 = percentile(50)
        p90 = percentile(90)
        p95 = percentile(95)
        p99 = percentile(99)
        p999 = percentile(99.9)
        max = Rounding.milliseconds(most)
    }
}

/// Numbers as results write them. The double nearest to a decimal is written as that decimal, so rounding is enough.
enum Rounding {
    /// Milliseconds with three decimals.
    static func milliseconds(_ span: Span) -> Double { (Double(span.nanoseconds) / 1e3).rounded() / 1e3 }

    /// Three decimals: rates, seconds.
    static func thousandths(_ value: Double) -> Double { decimals(value, 1e3) }

    /// Nine decimals: ratios, since 99.9999 % has six itself.
    static func billionths(_ value: Double) -> Double { decimals(value, 1e9) }

    /// As many decimals as a number of this unit has.
    static func decimals(_ value: Double, of unit: ObjectiveFinding.Unit?) -> Double {
        unit == .ratio ? billionths(value) : thousandths(value)
    }

    private static func decimals(_ value: Double, _ scale: Double) -> Double {
        let scaled = (value * scale).rounded()
        return scaled.isFinite ? scaled / scale : 0
    }
}

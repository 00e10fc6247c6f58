public import Measures
internal import Objectives
import VerificationKit

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
    /// The figures, by their keys, that exchanges which the end of the run cut off might have raised, or iterations without
    /// an end; absent where there is none.
    public var atLeast: [String]?

    enum CodingKeys: String, CodingKey {
        case min, mean, p50, p90, p95, p99
        case p999 = "p99.9"
        case max
        case atLeast = "at_least"
    }

    /// The figures of a histogram; nil where it is nil or empty.
    ///
    /// - Parameter unfinished: Exchanges that were cut off before they had such a latency, or iterations without an end.
    public init?(_ histogram: LatencyHistogram?, unfinished: UInt64 = 0) {
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
        guard unfinished > 0 else { return }
        let count = histogram.count
        func rank(_ percent: Double, _ count: UInt64) -> UInt64 {
            LatencyHistogram.rank(ofPercentile: percent, count: count)
        }
        let percentiles = [("p50", 50.0), ("p90", 90), ("p95", 95), ("p99", 99), ("p99.9", 99.9)]
        atLeast =
            ["mean"] + percentiles.filter { rank($0.1, count + unfinished) > rank($0.1, count) }.map(\.0) + ["max"]
    }

    /// The sign before a figure, by its key.
    func sign(of key: String, spaced: Bool = true) -> String {
        atLeast?.contains(key) == true ? spaced ? "≥ " : "≥" : ""
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
    static func decimals(_ value: Double, of unit: MeasuredUnit?) -> Double {
        unit == .ratio ? billionths(value) : thousandths(value)
    }

    private static func decimals(_ value: Double, _ scale: Double) -> Double {
        let scaled = (value * scale).rounded()
        return scaled.isFinite ? scaled / scale : 0
    }
}

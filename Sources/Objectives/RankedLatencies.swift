internal import Measures
internal import Scenarios

/// Latencies in order, in milliseconds.
struct RankedLatencies: RankedSample {
    var latencies: LatencyHistogram

    var count: UInt64 { latencies.count }

    func range(atRank rank: UInt64) -> ClosedRange<Double>? {
        latencies.range(atRank: rank).map { $0.lowerBound.milliseconds...$0.upperBound.milliseconds }
    }

    func countAbove(_ limit: Limit) -> UInt64 {
        guard let most = limit.upper else { return 0 }
        return count - latencies.count(atMost: Self.span(most) - Self.strictness(of: limit))
    }

    func countBelow(_ limit: Limit) -> UInt64 {
        guard let least = limit.lower else { return 0 }
        return count - latencies.count(atLeast: Self.span(least) + Self.strictness(of: limit))
    }

    private static func span(_ milliseconds: Double) -> Span { Span(seconds: milliseconds / 1_000) }

    /// What a strict comparison takes off the limit: the histogram's unit.
    private static func strictness(of limit: Limit) -> Span {
        switch limit.comparison {
        case .less, .greater: Span(nanoseconds: 1_000)
        case .lessOrEqual, .greaterOrEqual, .equal, .within: .zero
        }
    }
}

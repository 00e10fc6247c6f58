extension RunResult {
    /// What a target answered while requests went on coming, per second.
    public struct AnsweredRates: Equatable, Sendable {
        /// Exchanges whose answer arrived whole.
        public var exchanges: Double
        /// Iterations that came to their end.
        public var iterations: Double
    }

    /// What was answered per second, by when the answers came. An exchange belongs to the time in which it began; of a target
    /// that falls behind many end after it, and would be counted as if they had come in time. So only the seconds within the
    /// measured time count, without its first one, in which answers to the warm-up come that nobody counts. Where no such
    /// second is whole: by all that began.
    public var answeredRates: AnsweredRates {
        let begin = Int(((stages ?? []).filter(\.warmup).compactMap(\.end).max() ?? 0).rounded(.up)) + 1
        let end = begin - 1 + Int(seconds)
        let inside = series.slices.filter { $0.start >= begin && $0.start + $0.seconds <= end }
        let length = inside.reduce(0) { $0 + $1.seconds }
        guard length > 0 else {
            let seconds = max(seconds, 1e-9)
            return AnsweredRates(
                exchanges: Double(completed) / seconds, iterations: Double(generator.iterations) / seconds)
        }
        func perSecond(_ count: (SeriesResult.Slice) -> UInt64) -> Double {
            Double(inside.reduce(0) { $0 &+ count($1) }) / Double(length)
        }
        return AnsweredRates(exchanges: perSecond(\.completed), iterations: perSecond(\.iterations))
    }
}

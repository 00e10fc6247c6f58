internal import VerificationKit

/// The time that a run's charts are drawn over.
struct RunClock {
    /// The axis, from the beginning of the first stage.
    let axis: Axis
    /// The whole length in seconds.
    let length: Double
    /// The stages that are not measured.
    let warmups: [LineChart.Band]
    /// When the last stage ends.
    private let end: Double

    init(_ result: RunResult) {
        let slices = result.series.slices.last.map { Double($0.start) + Double($0.seconds) } ?? 0
        let stages = (result.stages ?? []).compactMap(\.end).max() ?? 0
        length = max(1, slices, stages)
        axis = .time(length)
        let all = result.stages ?? []
        // Of several loads one may be measured while another warms up.
        warmups = all.filter { warmup in
            warmup.warmup
                && !all.contains {
                    !$0.warmup && $0.load != warmup.load && $0.start < warmup.end ?? .infinity
                        && warmup.start < $0.end ?? .infinity
                }
        }.map { LineChart.Band(from: $0.start, to: $0.end ?? $0.start) }
        // A stage of iterations may take any time, and so ends nothing.
        end = (result.stages ?? []).allSatisfy { $0.end != nil } && stages > 0 ? stages : .infinity
    }

    /// True where some of a slice is load that counts: not all of it warm-up, nor after the last stage's end.
    func isMeasured(_ slice: SeriesResult.Slice) -> Bool {
        let (from, to) = (Double(slice.start), Double(slice.start) + Double(slice.seconds))
        return from < end && !warmups.contains { $0.from <= from && to <= $0.to }
    }

    /// The middle of a slice.
    static func middle(_ slice: SeriesResult.Slice) -> Double { Double(slice.start) + Double(slice.seconds) / 2 }

    /// How people name a slice: `12 to 13 s`.
    func name(_ slice: SeriesResult.Slice) -> String {
        let ends = [Double(slice.start), Double(slice.start) + Double(slice.seconds)]
        return "\(NiceNumbers.time(ends[0], of: length)) to \(NiceNumbers.time(ends[1], of: length))"
    }
}

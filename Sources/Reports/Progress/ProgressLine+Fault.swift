internal import Measures

extension ProgressLine {
    /// More than any run can count, and small enough that sums of it stay whole numbers.
    private static let mostCounted: UInt64 = 1 << 50

    /// What no run can have written; nil where there is nothing of the kind. A log may have been edited or damaged, and what
    /// is added up from it must neither mislead nor overflow.
    ///
    /// - Parameter before: The second of the line before; nil in the first one.
    func fault(after before: Int?) -> String? {
        // One that is itself far out has no next.
        let expected = before.map { $0 &+ 1 } ?? 0
        guard second == expected else { return "it is of second \(second), expected \(expected)" }
        let counts =
            [
                started, inTime, completed, bad, iterations, dropped, unfinished, warmup, exhausted, reconnects ?? 0,
                withoutRow ?? 0, tooLate ?? 0,
                total.started, total.iterations, total.exchanges, total.completed, total.bad, total.dropped,
                total.intended ?? 0,
            ] + outcomes.values
            + (groups ?? []).flatMap { [$0.begun, $0.completed, $0.failed, $0.givenUp] }
            + (iterationCounts ?? []).flatMap { [$0.begun] + ($0.givenUp ?? [:]).values }
        let spans = [cpu, total.measured ?? 0, total.openLoad ?? 0, heldUp ?? 0, suspended ?? 0]
        guard counts.allSatisfy({ $0 <= Self.mostCounted }), spans.allSatisfy({ $0 >= 0 }),
            0...Int64(Self.mostCounted) ~= Int64(users)
        else {
            return "a count in it is out of range"
        }
        let sparse =
            [generatorDelay, startLag].compactMap { $0 } + (iterationTimes ?? []).map(\.times)
            + (groups ?? []).flatMap { [$0.times, $0.rounds].compactMap { $0 } }
        guard sparse.allSatisfy(Self.isSound), steps.allSatisfy(Self.isSound) else {
            return "a step or a distribution in it is out of range"
        }
        return nil
    }

    private static func isSound(_ step: Step) -> Bool {
        let counts =
            [step.received, step.sent, step.unstamped ?? 0, step.stalled ?? 0, step.stalledBad ?? 0]
            + step.outcomes.values
        let determinism = step.determinism.map { [$0.inputs, $0.repeated, $0.differing, $0.notCompared] } ?? []
        return step.step >= 0 && (counts + determinism + (step.events?.numbers ?? [])).allSatisfy { $0 <= mostCounted }
            && step.outcomes.keys.allSatisfy { label in Outcome.allCases.contains { $0.label == label } }
            && step.latencies.values.allSatisfy(isSound)
    }

    private static func isSound(_ histogram: SparseHistogram) -> Bool {
        histogram.min >= 0 && histogram.min <= histogram.max && histogram.max <= Int64(mostCounted) << 8
            && histogram.sum >= 0
            && stride(from: 1, to: histogram.counts.count, by: 2).allSatisfy {
                histogram.counts[$0] <= UInt64(UInt32.max)
            }
    }
}

internal import Baselines
internal import VerificationKit

/// What is told first of a comparison: one sentence, then the steps that changed.
struct ComparisonDigest {
    /// A measure that decides, with its step.
    typealias Row = (step: String, measure: Comparison.Measure)

    let comparison: Comparison
    /// What decides, in the order of the steps.
    private let gating: [Row]

    /// - Parameter order: The steps in the order in which they are shown; others follow by name.
    init(_ comparison: Comparison, order: [String] = []) {
        self.comparison = comparison
        let known = order.filter { comparison.steps[$0] != nil }
        let others = comparison.steps.keys.filter { !known.contains($0) }.sorted()
        gating = (known + others).flatMap { step in
            (comparison.steps[step] ?? []).filter(\.gates).map { (step, $0) }
        }
    }

    /// What changed, or could have: regressions first, then what could not be shown, each the largest change first, at
    /// the end what got faster by more than is tolerated.
    var changed: [Row] {
        let all = gating.enumerated().filter { rank($0.element.measure) < 3 }
        return all.sorted { one, other in
            let ranks = (rank(one.element.measure), rank(other.element.measure))
            let changes = (one.element.measure.ratio ?? 1, other.element.measure.ratio ?? 1)
            return ranks.0 == ranks.1
                ? changes.0 == changes.1 ? one.offset < other.offset : changes.0 > changes.1 : ranks.0 < ranks.1
        }.map(\.element)
    }

    /// The rows of the first screen: what changed, or where nothing did the percentile of each step.
    var rows: [Row] {
        let changed = changed
        return changed.isEmpty ? gating.filter { $0.measure.unit == .milliseconds } : changed
    }

    /// How much the reference may be exceeded by without being a regression, e.g. `1.4 ms`; nil where it has no unit of
    /// time.
    func passing(_ measure: Comparison.Measure) -> String? {
        guard measure.unit == .milliseconds, measure.gates else { return nil }
        return Change.significant(allowance(measure), digits: 2) + " ms"
    }

    /// What the comparison comes to, e.g. `list p95: 4.3 → 26 ms, 6 times`.
    var sentence: String {
        if comparison.steps.isEmpty { return "not comparable" }
        let count = comparison.steps.count
        switch comparison.verdict {
        case .regression:
            let worse = changed.filter { $0.measure.verdict == .regression }
            guard let worst = worse.first else { return "slower than the reference" }
            let change = "\(values(worst)), \(worst.measure.ratio.map(Change.words) ?? "slower")"
            return worse.count == 1
                ? change
                : "\(change); \(worse.count - 1) more of \(count) steps \(worse.count == 2 ? "is" : "are") slower"
        case .inconclusive:
            let open = changed.filter { $0.measure.verdict == .inconclusive }
            // Why none of them is shown stands for itself.
            guard comparison.reason == nil, let first = open.first, let reason = first.measure.reason else {
                return "not shown either way"
            }
            let what = first.measure.unit == .milliseconds ? "\(values(first)), \(reason)" : "\(first.step): \(reason)"
            let steps = Set(open.map(\.step)).count
            return "not shown: \(what)" + (steps > 1 ? "; nor \(steps - 1) more of \(count) steps" : "")
        case .pass:
            let latencies = gating.filter { $0.measure.unit == .milliseconds }
            let widest = latencies.max { allowance($0.measure) < allowance($1.measure) }
            guard let widest, let passing = passing(widest.measure) else { return "no step is slower" }
            return count == 1
                ? "\(values(widest)); up to \(passing) more passes"
                : "none of \(count) steps is slower; up to \(passing) more passes"
                    + (Set(latencies.map { self.passing($0.measure) }).count > 1 ? " (\(widest.step))" : "")
        }
    }

    private func allowance(_ measure: Comparison.Measure) -> Double {
        (comparison.tolerated(measure) - 1) * measure.reference
    }

    /// `list p95: 4.3 → 26 ms`
    private func values(_ row: Row) -> String {
        let (was, isNow) = (row.measure.reference, row.measure.candidate)
        // Two digits tell a multiple; what differs by less takes more of them.
        let least = (row.measure.ratio ?? 1) < 2 ? 3 : 2
        let texts = (least...5).lazy.map { digits in
            [was, isNow].map { Change.significant($0, digits: digits) }
        }
        let shown = texts.first { $0[0] != $0[1] } ?? [was, isNow].map { Change.significant($0, digits: 3) }
        return "\(row.step) \(row.measure.shownName): \(shown[0]) → \(shown[1]) ms"
    }

    private func rank(_ measure: Comparison.Measure) -> Int {
        switch measure.verdict {
        case .regression: return 0
        case .inconclusive: return 1
        case .pass:
            guard measure.unit == .milliseconds, let high = measure.high else { return 3 }
            return high * comparison.tolerated(measure) < 1 ? 2 : 3
        }
    }
}

/// How changes are written: shares up to the double, multiples from there on.
enum Change {
    /// The ratio from which on a change is a multiple.
    private static let multiple = 2.0

    /// `+12.3 %`, `46×`.
    static func text(_ ratio: Double) -> String { number(ratio) + unit(ratio) }

    /// The change with its interval, each unit once where all have the same: `+12.3 % (+8.1 … +16.9)`,
    /// `2.4× (1.9 … 3.1)`, `+70 % (+31 … 2.2×)`.
    static func text(_ ratio: Double, from low: Double?, to high: Double?) -> String {
        guard let low, let high else { return text(ratio) }
        let isOne = Set([ratio, low, high].map(unit)).count == 1
        let ends = isOne ? [number(low), number(high)] : [text(low), text(high)]
        return "\(text(ratio)) (\(ends[0]) … \(ends[1]))"
    }

    /// In a sentence: `+12.3 %`, `46 times`.
    static func words(_ ratio: Double) -> String {
        ratio < multiple ? text(ratio) : "\(number(ratio)) times"
    }

    /// A value, positive or zero, to so many digits that count; whole numbers stay whole: `0.43`, `26`, `1,234`.
    static func significant(_ value: Double, digits: Int) -> String {
        var (rest, decimals) = (value, digits - 1)
        while rest >= 10, decimals > 0 { (rest, decimals) = (rest / 10, decimals - 1) }
        while rest > 0, rest < 1, decimals < 6 { (rest, decimals) = (rest * 10, decimals + 1) }
        return Figure.short(value, decimals: decimals)
    }

    private static func unit(_ ratio: Double) -> String { ratio < multiple ? " %" : "×" }

    private static func number(_ ratio: Double) -> String {
        if ratio >= multiple { return Figure.short(ratio, decimals: ratio < 10 ? 1 : 0) }
        let text = Figure.short((ratio - 1) * 100, decimals: 1)
        return ratio < 1 || text == "0" ? text : "+" + text
    }
}

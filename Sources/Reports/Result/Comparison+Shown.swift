internal import Baselines
internal import Verification

extension Comparison {
    /// All measures with their steps, steps in the order of the result, those that it doesn't have behind, by name.
    func ordered(like result: RunResult) -> [(step: String, measure: Measure)] {
        let names = steps.keys.sorted { one, other in
            let places = [one, other].map { result.steps[$0]?.number ?? .max }
            return places[0] == places[1] ? one < other : places[0] < places[1]
        }
        return names.flatMap { name in (steps[name] ?? []).map { (name, $0) } }
    }
}

/// A compared measure as people read it.
struct MeasureLine {
    private let measure: Comparison.Measure

    init(_ measure: Comparison.Measure) { self.measure = measure }

    /// The value before, with its unit.
    var reference: String { shown(measure.reference) }

    /// The value now.
    var candidate: String { shown(measure.candidate) }

    /// `+12.3 % (+8.1 … +16.9 %)`: of now over before, so of latencies more is worse.
    var change: String {
        guard let ratio = measure.ratio else { return "no ratio" }
        let sign = Self.percent(ratio) + " %"
        guard let low = measure.low, let high = measure.high else { return sign }
        return "\(sign) (\(Self.percent(low)) … \(Self.percent(high)) %)"
    }

    private func shown(_ value: Double) -> String {
        let unit: ObjectiveFinding.Unit? =
            switch measure.unit {
            case "ms": .milliseconds
            case "per_second": .perSecond
            case "ratio": .ratio
            default: nil
            }
        return Figure.measured(value, unit)
    }

    private static func percent(_ ratio: Double) -> String {
        let text = Figure.fixed((ratio - 1) * 100, decimals: 1)
        return text.hasPrefix("-") ? text : "+" + text
    }
}

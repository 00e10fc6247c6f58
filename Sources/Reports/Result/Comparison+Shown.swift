internal import Baselines
internal import Measures
internal import Objectives
internal import VerificationKit

extension Comparison {
    /// All measures with their steps, steps in the order of the result, those that it doesn't have behind, by name.
    func ordered(like result: RunResult) -> [(step: String, measure: Measure)] {
        let names = steps.keys.sorted { one, other in
            let places = [one, other].map { result.steps[$0]?.number ?? .max }
            return places[0] == places[1] ? one < other : places[0] < places[1]
        }
        return names.flatMap { name in (steps[name] ?? []).map { (name, $0) } }
    }

    /// True where a single run is placed among those of a baseline, which decides nothing.
    var isPlacement: Bool { !steps.isEmpty && !steps.values.joined().contains { $0.ratio != nil } }

    /// Where a single run lies, in a few words.
    var shownPlace: String {
        if referenceRuns == 0 { return "no baseline yet" }
        if steps.isEmpty { return "not comparable" }
        let outside = steps.keys.sorted().flatMap { step in
            (steps[step] ?? []).filter { $0.gates && $0.location == .above }.map { "\(step) \($0.name)" }
        }
        let sides = "\(candidateRuns) run beside \(referenceRuns)"
        return outside.isEmpty
            ? "\(sides): none above their range" : "\(sides), above their range: \(outside.joined(separator: ", "))"
    }

    /// The ratio up to which a change is tolerated: the tolerance, or of a latency the floor where that is more.
    func tolerated(_ measure: Measure) -> Double {
        let floor = measure.unit == .milliseconds && measure.reference > 0 ? self.floor / measure.reference : 0
        return 1 + max(tolerance, floor)
    }
}

extension Comparison.Verdict {
    /// What a gate comes to by it.
    var ofRun: Verdict {
        switch self {
        case .pass: .pass
        case .inconclusive: .inconclusive
        case .regression: .fail
        }
    }
}

extension Comparison.Measure {
    /// What is measured of most steps needs no name: `p95`, but `p95 round_trip`.
    var shownName: String {
        guard let of, of != LatencyMeasure.responseTime.label else { return name }
        return "\(name) \(of)"
    }

    /// From the lowest to the highest value of the reference's runs; nil where there is none.
    var referenceRange: ClosedRange<Double>? {
        guard let least = referenceValues?.min(), let most = referenceValues?.max() else { return nil }
        return least...most
    }

    /// Where a value lies, as people read it.
    enum Position: String {
        case above, below, within
    }

    /// Where the value of now lies, of that range.
    var location: Position? {
        referenceRange.map { candidate > $0.upperBound ? .above : candidate < $0.lowerBound ? .below : .within }
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

    /// From the lowest to the highest of the runs before.
    var range: String {
        measure.referenceRange.map { "\(shown($0.lowerBound)) … \(shown($0.upperBound))" } ?? "–"
    }

    /// `+12.3 % (+8.1 … +16.9)`, `46× (41 … 52)`: of now over before, so of latencies more is worse, of throughput less.
    var change: String {
        guard let ratio = measure.ratio else { return "no ratio" }
        // Of throughput the estimate is before over now.
        guard measure.unit == .perSecond else { return Change.text(ratio, from: measure.low, to: measure.high) }
        return Change.text(1 / ratio, from: measure.high.map { 1 / $0 }, to: measure.low.map { 1 / $0 })
    }

    private func shown(_ value: Double) -> String {
        Figure.measured(value, measure.unit.ofObjective)
    }
}

extension Comparison.Unit {
    /// The same among the units of objectives; nil of none.
    var ofObjective: MeasuredUnit? {
        switch self {
        case .milliseconds: .milliseconds
        case .perSecond: .perSecond
        case .ratio: .ratio
        case .number: nil
        }
    }
}

public import Measures
public import Scenarios
import VerificationKit

/// Judges an objective with `in any D` second by second: it must hold in every window of the length D.
///
/// The window is made of sub-slices of max(1 s, D / 60), rounded up to whole seconds, and slides by one of them; where D
/// is no multiple, the window is the next longer one. At most 60 sub-slices are kept, so memory is bounded. Only full
/// windows are judged: a run shorter than D has none, which is no data.
public struct WindowWatch: Sendable {
    /// The length of the windows in seconds.
    public var windowSeconds: Int { width * capacity }

    private let judge: ObjectiveJudge
    /// Seconds in a sub-slice.
    private let width: Int
    /// Sub-slices in a window.
    private let capacity: Int
    /// The last full sub-slices, oldest at `oldest` once there are `capacity`.
    private var ring: [ObjectiveSample] = []
    private var oldest = 0
    private var current = ObjectiveSample()
    private var currentSeconds = 0
    private var secondsSeen = 0
    private var worst: (finding: ObjectiveFinding, start: Int)?

    /// Makes a watch; nil where the objective has no window.
    public init?(_ objective: Objective, scenario: Scenario) {
        guard let window = objective.window else { return nil }
        judge = ObjectiveJudge(objective, scenario: scenario)
        let seconds = max(1, Int(Span(window).seconds.rounded(.up)))
        width = (seconds + 59) / 60
        capacity = (seconds + width - 1) / width
    }

    /// Takes in the next measured second.
    ///
    /// - Parameter loads: For each load whether the second is measured load of it; empty where loads have no names.
    public mutating func feed(_ second: Interval, loads: [Bool] = []) {
        guard judge.counts(loads) else { return }
        current.add(judge.sample(of: second, seconds: 1))
        currentSeconds += 1
        secondsSeen += 1
        guard currentSeconds == width else { return }
        if ring.count < capacity {
            ring.append(current)
        } else {
            ring[oldest] = current
            oldest = (oldest + 1) % capacity
        }
        current = ObjectiveSample()
        currentSeconds = 0
        if ring.count == capacity { judgeWindow() }
    }

    /// What the objective has come to so far, with the figures of the worst window.
    public var finding: ObjectiveFinding {
        guard let worst else {
            return ObjectiveFinding(
                objective: judge.objective, verdict: .noData,
                note: "the measured load was shorter than one window of \(windowSeconds) s")
        }
        var finding = worst.finding
        let location = "worst window: \(worst.start) to \(worst.start + windowSeconds) s"
        finding.note = finding.note.map { "\(location); \($0)" } ?? location
        return finding
    }

    private mutating func judgeWindow() {
        var window = ObjectiveSample()
        for sample in ring { window.add(sample) }
        let finding = judge.finding(of: window)
        if let worst, !isWorse(finding, than: worst.finding) { return }
        worst = (finding, secondsSeen - windowSeconds)
    }

    /// Among equal verdicts the one further on the wrong side is worse; among equal values the earlier one stays.
    private func isWorse(_ finding: ObjectiveFinding, than other: ObjectiveFinding) -> Bool {
        if finding.verdict != other.verdict { return finding.verdict.gravity > other.verdict.gravity }
        guard let new = finding.observed, let old = other.observed else { return false }
        switch judge.objective.comparison {
        case .less, .lessOrEqual: return new > old
        case .greater, .greaterOrEqual: return new < old
        case .equal(let target): return abs(new - target) > abs(old - target)
        case .within(let range):
            let middle = (range.lowerBound + range.upperBound) / 2
            return abs(new - middle) > abs(old - middle)
        }
    }
}

public import Measures
public import Scenarios
import VerificationKit

/// Says when an objective with `abort: after D` has to end the run: as soon as its point estimate breaks the limit, but
/// not before D of measured time.
///
/// An objective with a window is broken by any of its windows, any other by all that was measured so far.
public struct AbortWatch: Sendable {
    /// The objective watched.
    public var objective: Objective { judge.objective }

    private let judge: ObjectiveJudge
    private let after: Double
    private var seconds = 0.0
    private var sum = ObjectiveSample()
    private var window: WindowWatch?

    /// Makes a watch; nil where the objective has no `abort`.
    public init?(_ objective: Objective, scenario: Scenario) {
        guard let abortAfter = objective.abortAfter else { return nil }
        judge = ObjectiveJudge(objective, scenario: scenario)
        after = Span(abortAfter).seconds
        window = WindowWatch(objective, scenario: scenario)
    }

    /// Takes in the next measured second; true where the run has to end now.
    ///
    /// - Parameter loads: For each load whether the second is measured load of it; empty where loads have no names.
    public mutating func feed(_ second: Interval, loads: [Bool] = []) -> Bool {
        guard judge.counts(loads) else { return false }
        seconds += 1
        if window == nil { sum.add(judge.sample(of: second, seconds: 1)) } else { window?.feed(second, loads: loads) }
        guard seconds >= after else { return false }
        return (window?.finding ?? judge.finding(of: sum)).verdict == .fail
    }
}

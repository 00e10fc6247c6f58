public import Measures
public import Scenarios
public import VerificationKit

/// All objectives of a scenario, watched while the run goes on and judged at its end.
public struct ObjectiveWatch: Sendable {
    private let judges: [ObjectiveJudge]
    /// For each objective, nil where it has no window.
    private var windows: [WindowWatch?]
    private var aborts: [AbortWatch]

    /// Makes the watch of a scenario's objectives.
    public init(_ scenario: Scenario) {
        judges = scenario.objectives.map { ObjectiveJudge($0, scenario: scenario) }
        windows = scenario.objectives.map { WindowWatch($0, scenario: scenario) }
        aborts = scenario.objectives.compactMap { AbortWatch($0, scenario: scenario) }
    }

    /// Takes in the next measured second, all reactors added up; neither warm-up nor the graceful stop.
    ///
    /// - Parameter loads: For each load whether the second is measured load of it; empty where loads have no names.
    /// - Returns: The first objective whose `abort` has to end the run now; nil where it goes on.
    public mutating func feed(_ second: Interval, loads: [Bool] = []) -> Objective? {
        for index in windows.indices { windows[index]?.feed(second, loads: loads) }
        var broken: Objective?
        // Every watch has to see every second, so the loop doesn't end at the first break.
        for index in aborts.indices where aborts[index].feed(second, loads: loads) {
            broken = broken ?? aborts[index].objective
        }
        return broken
    }

    /// What the worst window so far of an objective comes to, by the objective's place in the scenario; nil where it has
    /// no window.
    func windowFinding(ofObjective index: Int) -> ObjectiveFinding? { windows[index]?.finding }

    /// What each objective comes to at the end of the run, in the scenario's order.
    ///
    /// The objective that ended the run has failed, even where exchanges that ended after it put its figure right.
    ///
    /// - Parameters:
    ///   - probes: What the scenario's probes showed.
    ///   - verifications: What the scenario's verifications came to: some objectives ask for their ratios.
    public func findings(
        of measurement: RunMeasurement, probes: [ProbeSeries] = [], verifications: [VerificationReport] = []
    ) -> [ObjectiveFinding] {
        zip(judges, windows).map { judge, window in
            if case .probe(let name) = judge.objective.measure {
                return ProbeJudge(judge.objective).finding(
                    of: probes.first { $0.name == name }, within: measurement.stretches)
            }
            if judge.objective.measure.isOfVerifications { return judge.finding(of: verifications) }
            var finding = window?.finding ?? judge.finding(of: measurement)
            if measurement.ending == .aborted(objective: judge.objective.source), judge.objective.abortAfter != nil {
                finding.verdict = .fail
                let reason = "it ended the run early"
                finding.note = finding.note.map { "\(reason); \($0)" } ?? reason
            }
            return finding
        }
    }
}

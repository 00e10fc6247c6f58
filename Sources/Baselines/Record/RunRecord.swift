public import Measures
public import Scenarios

/// One run as a baseline keeps it, and as runs are compared: the run is the unit, never the request.
public struct RunRecord: Equatable, Sendable {
    /// When the load began, UTC (RFC 3339, whole seconds): `2026-01-31T12:00:00Z`.
    public var started: String
    /// The length of the measured load in seconds.
    public var seconds: Double
    /// The steps that had an exchange, in the scenario's order; their names differ from each other.
    public var steps: [StepRecord]

    /// Makes a run's record.
    public init(started: String, seconds: Double, steps: [StepRecord]) {
        self.started = started
        self.seconds = seconds
        self.steps = steps
    }

    /// The record of a run just measured. Names have the scenario's secrets replaced.
    ///
    /// - Parameter started: When the load began, UTC (RFC 3339).
    public init(started: String, scenario: Scenario, measurement: RunMeasurement) {
        let seconds = measurement.measured.seconds
        self.init(started: started, seconds: (seconds * 1e3).rounded() / 1e3, steps: [])
        // The order in which measurements number the steps.
        for (number, step) in scenario.steps.enumerated() where number < measurement.total.steps.count {
            // A step without any exchange took no part in the run.
            guard let tally = measurement.total.steps[number], tally.outcomes.total > 0 else { continue }
            var name = scenario.secrets.redact(step.name)
            // Names that differ by a secret only must not swallow each other; results name them likewise.
            while self[name] != nil { name += "'" }
            let measure = Self.measure(of: step)
            steps.append(
                StepRecord(
                    name: name, measure: measure, histogram: SparseHistogram(tally[measure]),
                    exchanges: tally.outcomes.total, completed: tally.outcomes.completed, good: tally.outcomes.good,
                    seconds: seconds))
        }
    }

    /// The latency that comparisons of a step look at: of a WebSocket whose messages have replies the round trip, else the
    /// response time.
    public static func measure(of step: Step) -> LatencyMeasure {
        step.conversation?.reply == nil ? .responseTime : .roundTrip
    }

    /// The step of a name; nil where it had no exchange in the run.
    public subscript(name: String) -> StepRecord? { steps.first { $0.name == name } }
}

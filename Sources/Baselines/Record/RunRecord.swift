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

    /// Whether a group or an `until` is among the steps.
    var hasGroups: Bool { steps.contains { $0.measure == .groupTime } }

    /// The run with its steps alone.
    var withoutGroups: RunRecord {
        var run = self
        run.steps.removeAll { $0.measure == .groupTime }
        return run
    }

    /// The step of a name; nil where it had no exchange in the run.
    public subscript(name: String) -> StepRecord? { steps.first { $0.name == name } }
}

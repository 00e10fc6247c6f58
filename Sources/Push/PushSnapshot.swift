public import Reports

/// Who sends: what stands with all that is pushed of a run.
public struct PushedRun: Sendable {
    /// The scenario's name, secrets replaced.
    public var scenario: String
    /// Loadgate's own version.
    public var version: String
    /// Tells the runs of one scenario, and the segments of one run, apart: 32 digits, by chance.
    public var id: String

    /// Makes it of its parts.
    public init(scenario: String, version: String, id: String) {
        self.scenario = scenario
        self.version = version
        self.id = id
    }
}

/// What a message tells. Instants are nanoseconds since 1970, by the wall clock.
public struct PushSnapshot: Sendable {
    /// What is known.
    public enum Content: Sendable {
        /// A second of the load: the run up to its end, and the second alone.
        case second(total: RunMetrics, alone: RunMetrics)
        /// The whole run and what it came to.
        case end(MetricSet)
    }

    /// Who sends.
    public var run: PushedRun
    /// When the load began.
    public var start: Int64
    /// The end of the second, or of the run.
    public var end: Int64
    /// What is known.
    public var content: Content

    /// Makes it of its parts.
    public init(run: PushedRun, start: Int64, end: Int64, content: Content) {
        self.run = run
        self.start = start
        self.end = end
        self.content = content
    }
}

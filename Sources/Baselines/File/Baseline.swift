/// Runs that people accepted as what is to be held, and what they were made with.
public struct Baseline: Equatable, Sendable {
    /// The version of the file's format.
    public static let formatVersion = 1
    /// Runs at most; more would show nothing more.
    public static let maximumRuns = 100
    /// How long a note may be, in characters.
    public static let noteLengths = 1...10_000

    /// The scenario's name.
    public var scenario: String
    /// When it was accepted, UTC (RFC 3339, whole seconds).
    public var accepted: String
    /// Why it was accepted, in people's words.
    public var note: String?
    /// What the runs were made with; where there are none, what the capacity was found on.
    public var environment: Environment
    /// The runs, in the order of time; none where the baseline has a capacity alone.
    public var runs: [RunRecord]
    /// The capacity; nil where nobody recorded one.
    public var capacity: CapacityRecord?

    /// Makes a baseline.
    public init(
        scenario: String, accepted: String, note: String? = nil, environment: Environment, runs: [RunRecord],
        capacity: CapacityRecord? = nil
    ) {
        self.scenario = scenario
        self.accepted = accepted
        self.note = note
        self.environment = environment
        self.runs = runs
        self.capacity = capacity
    }
}

public import Measures
public import Objectives
public import VerificationKit

/// What a drill showed. All instants are spans from the start of the load.
public struct DrillReport: Sendable {
    /// A figure and how fine it is.
    public struct Figure: Sendable, Equatable {
        /// The value.
        public var value: Span
        /// The true value lies within this of it: the time between attempts, and how long those took that tell of it.
        public var resolution: Span

        /// Makes a figure.
        public init(_ value: Span, resolution: Span) {
            self.value = value
            self.resolution = resolution
        }
    }

    /// A time in which a flow had no success.
    public struct Outage: Sendable, Equatable {
        /// The flow's number in the scenario.
        public var flow: Int
        /// From the intended send of the first failed attempt.
        public var start: Span
        /// To the first success sent after it; nil: none came before the end of the load.
        public var end: Span?
        /// The failed attempts in it.
        public var failed: Int

        /// Makes an outage.
        public init(flow: Int, start: Span, end: Span?, failed: Int) {
            self.flow = flow
            self.start = start
            self.end = end
            self.failed = failed
        }
    }

    /// How the steady-state hypothesis, the scenario's objectives on its load, held over a stretch of it.
    public struct Phase: Sendable, Equatable {
        /// Which stretch.
        public enum Name: String, Codable, Sendable {
            /// The `steady` seconds before the first fault.
            case before
            /// The first `settle` seconds that meet the hypothesis again.
            case recovered
            /// The last `settle` seconds of the load.
            case after
        }

        /// What an objective came to.
        public struct Judged: Sendable, Equatable {
            /// Its index among the scenario's.
            public var objective: Int
            /// What it came to.
            public var verdict: Verdict
            /// The figure; nil where nothing was measured.
            public var observed: Double?
            /// Its unit.
            public var unit: MeasuredUnit?

            /// Makes a judgement.
            public init(objective: Int, verdict: Verdict, observed: Double?, unit: MeasuredUnit?) {
                self.objective = objective
                self.verdict = verdict
                self.observed = observed
                self.unit = unit
            }
        }

        /// Which stretch.
        public var name: Name
        /// Its beginning.
        public var from: Span
        /// Its end.
        public var to: Span
        /// Why the hypothesis did not hold; nil: it did.
        public var obstacle: String?
        /// What each objective that is judged came to.
        public var objectives: [Judged]

        /// Makes a phase.
        public init(name: Name, from: Span, to: Span, obstacle: String?, objectives: [Judged]) {
            self.name = name
            self.from = from
            self.to = to
            self.obstacle = obstacle
            self.objectives = objectives
        }
    }

    /// The beginning of the load, from which its spans count; instants of faults and roles are the clock's.
    public var start: Instant
    /// Why the drill says nothing, though it was carried out; empty where it does.
    public var inconclusive: [String] = []
    /// What else there is to say of the figures.
    public var notes: [String] = []
    /// How the hypothesis held before the first fault, when it did again, and at the end.
    public var phases: [Phase] = []
    /// The first fault that took effect; nil: none did.
    public var t0: Span?
    /// What was broken, in the order of time.
    public var faults: [FaultRecord] = []
    /// When it was healed by limits or a signal, and why; nil: it went to its end.
    public var healedEarly: (at: Span, because: String)?
    /// Changes of roles.
    public var roles: [RoleChange] = []
    /// What was sent second by second, from the start of the load.
    public var seconds: [DrillSecond] = []
    /// Who answered, by name; the first has the number 1 in `seconds`.
    public var answerers: [String] = []
    /// For each of them the end of the last second in which it answered between t₀ and the first restore, from t₀; nil: in none.
    public var lastAnswers: [Span?] = []
    /// What was sent to which address of the endpoints; empty where there was one only.
    public var addresses: [AddressUse] = []
    /// All outages since the first fault, flow by flow.
    public var outages: [Outage] = []
    /// The longest outage since the first fault, over all flows; zero where nothing failed; nil: it had not ended with the load.
    public var outage: Figure?
    /// The longest outage that had not ended with the load, as far as it was seen; nil: all had.
    public var openOutage: Span?
    /// How long the load went on after t₀.
    public var observed: Span?
    /// The same after the last restore.
    public var observedAfterRestore: Span?
    /// The longest outage of exchanges for which a connection was opened.
    public var freshOutage: Span?
    /// The same of those over kept connections.
    public var pooledOutage: Span?
    /// The longest outage of each flow by its name; nil: it had not ended with the load.
    public var flowOutages: [String: Figure?] = [:]
    /// What the scenario's objectives on its load came to over the last `settle` seconds, by their index.
    public var after: [Int: ObjectiveFinding] = [:]
    /// First failure or change of a role − t₀; nil: none was seen.
    public var detection: Figure?
    /// First successful write (of any flow where no audit names one) after the first failure − t₀; zero where none failed; nil: none came.
    public var rtoFirst: Figure?
    /// Start of the first window of `settle` seconds that meets all objectives − t₀; nil: none came.
    public var rto: Figure?
    /// The same after the last restore; nil where there was none, or no such window came.
    public var failback: Figure?
    /// Bad attempts since t₀ over those expected in the objective's period times what it allows; nil without an objective of availability.
    public var budget: Double?
    /// What became of the writes; nil: they were not audited.
    public var writes: WriteReport?

    /// A report of nothing.
    public init(start: Instant) { self.start = start }
}

public import Baselines
public import Objectives
public import Scenarios
public import VerificationKit

/// What `result.json` holds, version 1. Absent parts are absent, not null; keys only ever get added.
public struct RunResult: Codable, Equatable, Sendable {
    /// The version of the format.
    public static let formatVersion = 1

    /// The version of the format: 1.
    public var version: Int
    /// The scenario's name.
    public var name: String
    /// What the scenario is for.
    public var description: String?
    /// What the run came to; decided once, by ``VerdictGrounds``.
    public internal(set) var verdict: Verdict
    /// True where the run ended before its load did.
    public internal(set) var partial: Bool
    /// How the run ended.
    public var ending: Ending
    /// The objective whose `abort` ended the run.
    public var abortedBy: String?
    /// Where the run left no result, so that this one was made from its progress log: what that means for it.
    public var rebuilt: [String]?
    /// When the load began, UTC (RFC 3339).
    public var started: String
    /// The length of the measured load in seconds.
    public var seconds: Double
    /// From the start of the first stage, warm-up included, to the end of the last exchange, in seconds.
    public var wallSeconds: Double
    /// Where the load went.
    public var target: String
    /// Loadgate's own version.
    public var loadgate: String
    /// The scenario file.
    public var scenario: ScenarioFile?
    /// What the generator did.
    public var generator: GeneratorResult
    /// Why the run is invalid, or that it is not.
    public var audit: AuditResult
    /// How all measured exchanges ended, by outcome.
    public var outcomes: [String: UInt64]
    /// What was measured of each step, by its name.
    public var steps: [String: StepResult]
    /// The iterations of each flow, by its name; absent in results of older versions.
    public var flows: [String: FlowResult]?
    /// What was measured of each group of steps and each `until`, by its name; absent where there is none.
    public var groups: [String: GroupResult]?
    /// What was measured of each load, by its name; absent where loads have no names.
    public var loads: [String: LoadResult]?
    /// What somebody changed of the loads while they ran, in the order of time: the run was not the planned one. Absent where
    /// nothing was changed.
    public var changes: [ChangeResult]?
    /// What each objective came to, in the scenario's order.
    public var objectives: [ObjectiveResult]
    /// What each probe showed, by its name; absent where there was none.
    public var probes: [String: ProbeResult]?
    /// What each verification came to, in the scenario's order; absent where none was run.
    public var verifications: [VerificationResult]?
    /// The load as it was meant; absent where there was none, and in results of older versions.
    public var stages: [StageResult]?
    /// How this run compares with those of a baseline; absent where there is none.
    public var comparison: Comparison?
    /// What the run was made with and on; absent where no scenario file was, and in results of older versions.
    public var environment: Environment?
    /// Where the result stands for several runs: all of them, in the order in which they were made. Steps, objectives and
    /// series are then those of the one marked `shown`.
    public var runs: [ComparedRun]?
    /// The run over time.
    public var series: SeriesResult
    /// What a drill showed; absent where there was none.
    public var drill: DrillResult?
    /// The highest rate at which every objective holds; absent where it was not looked for.
    public var capacity: CapacityResult?
    /// What was learnt of each host's name that was looked up for the load, by the name; absent where none was.
    public var names: [String: NameResult]?
    /// The local processes that ran beside the load.
    public var services: [String]?
    /// What was kept of exchanges that failed and of the slowest; absent where none was, and in results of older versions.
    public var evidence: EvidenceResult?
    /// The processes that shared the load; absent where one carried it.
    public var fleet: FleetResult?
    /// What came of pushing the run's figures, for each receiver; absent where nothing was pushed.
    public var push: [PushResult]?
    /// Those exchanges. They stand in `failures.jsonl` beside the result, not in it: `FailuresFile` reads them.
    public var keptExchanges: [ExchangeResult] = []

    /// How a run ended.
    public enum Ending: String, Codable, CaseIterable, Sendable {
        /// The load was sent to its end.
        case completed
        /// A signal ended it early.
        case interrupted
        /// A broken objective with `abort` ended it early.
        case aborted
    }

    /// The scenario file of a run.
    public struct ScenarioFile: Codable, Equatable, Sendable {
        /// The file as it was named.
        public var file: String?
        /// The SHA-256 of its bytes in hexadecimal.
        public var sha256: String?
        /// Its text, secrets replaced; absent in results of older versions.
        public var text: String?
    }

    enum CodingKeys: String, CodingKey {
        case version, name, description, verdict, partial, ending
        case abortedBy = "aborted_by"
        case rebuilt, started, seconds
        case wallSeconds = "wall_seconds"
        case target, loadgate, scenario, generator, audit, outcomes, steps, flows, groups, loads, changes, objectives,
            probes, verifications, stages, comparison, environment, runs, series, drill, capacity, names, services,
            evidence, fleet, push
    }
}

/// What the generator did, as it stands in a result.
public struct GeneratorResult: Codable, Equatable, Sendable {
    /// The number of reactors.
    public var reactors: Int
    /// Actual − intended start.
    public var startLag: LatencyFigures?
    /// The instant after a read − the kernel's stamp.
    public var generatorDelay: LatencyFigures?
    /// Arrivals that were dropped.
    public var dropped: UInt64
    /// Arrivals and iterations begun.
    public var started: UInt64
    /// Iterations that came to their end.
    public var iterations: UInt64
    /// Iterations that were given up; absent in results of older versions.
    public var givenUp: UInt64?
    /// Exchanges that the end of the run cut off.
    public var unfinished: UInt64
    /// Exchanges of warm-up stages, which are not measured.
    public var warmup: UInt64
    /// Iterations given up because the machine ran out of descriptors or ports.
    public var exhausted: UInt64
    /// WebSockets opened again; absent in results of older versions.
    public var reconnects: UInt64?
    /// The longest time in seconds in which this process was held up; absent where it was not.
    public var heldUp: Double?
    /// The longest time for which the machine was suspended, in seconds.
    public var suspended: Double?
    /// Arrivals per second that open load intended; absent where none was open.
    public var intendedRate: Double?
    /// Arrivals per second that were begun in time; absent likewise.
    public var achievedRate: Double?
    /// CPU time of the process in seconds.
    public var cpuSeconds: Double
    /// The most memory that the process had resident.
    public var peakMemoryBytes: UInt64
    /// For each reactor the share of time it was running, 0...1.
    public var saturation: [Double]?
    /// How the reactors were scheduled; absent where there was no load, and in results of older versions.
    public var scheduling: SchedulingResult?

    enum CodingKeys: String, CodingKey {
        case reactors
        case startLag = "start_lag_ms"
        case generatorDelay = "generator_delay_ms"
        case dropped, started, iterations
        case givenUp = "given_up"
        case unfinished, warmup, exhausted, reconnects
        case heldUp = "held_up_seconds"
        case suspended = "suspended_seconds"
        case intendedRate = "intended_rate"
        case achievedRate = "achieved_rate"
        case cpuSeconds = "cpu_seconds"
        case peakMemoryBytes = "peak_memory_bytes"
        case saturation, scheduling
    }
}

/// Whether the generator kept up, as it stands in a result.
public struct AuditResult: Codable, Equatable, Sendable {
    /// `pass` or `invalid`.
    public var verdict: Verdict
    /// What start lag and generator delay may be at p99.
    public var lagLimit: Double
    /// Why the run is invalid.
    public var reasons: [Reason]

    /// One thing that makes the run invalid.
    public struct Reason: Codable, Equatable, Sendable {
        /// A bounded label.
        public var kind: GeneratorAudit.Kind
        /// What was seen.
        public var cause: String
        /// What to do about it.
        public var hint: String
    }

    enum CodingKeys: String, CodingKey {
        case verdict
        case lagLimit = "lag_limit_ms"
        case reasons
    }
}

/// What an objective came to, as it stands in a result.
public struct ObjectiveResult: Codable, Equatable, Sendable {
    /// The objective as written.
    public var objective: String
    /// What it came to.
    public var verdict: Verdict
    /// The point estimate, in `unit`.
    public var observed: Double?
    /// True where exchanges that the end of the run cut off might have raised it; absent elsewhere.
    public var atLeast: Bool?
    /// The confidence bound that decides, in `unit`.
    public var bound: Double?
    /// The number of samples.
    public var samples: UInt64
    /// The unit of `observed` and `bound`: ms, ratio, per_second, count or number.
    public var unit: MeasuredUnit?
    /// Whether a failure of it fails the run.
    public var severity: Objective.Severity
    /// The section of the sign-off table.
    public var section: String?
    /// The criterion in the sign-off table.
    public var criterion: String?
    /// Why the verdict is what it is, and what would change it.
    public var note: String?

    enum CodingKeys: String, CodingKey {
        case objective, verdict, observed
        case atLeast = "at_least"
        case bound, samples, unit, severity, section, criterion, note
    }
}

internal import FoundationEssentials
public import Measures
public import Scenarios

/// The first line of `progress.jsonl`: what the seconds after it belong to.
public struct ProgressHeader: Codable, Equatable, Sendable {
    /// The version of the format: 1.
    public var version: Int
    /// The scenario's name.
    public var name: String
    /// When the load began, UTC (RFC 3339).
    public var started: String
    /// Where the load goes.
    public var target: String
    /// Loadgate's own version.
    public var loadgate: String
    /// The scenario file.
    public var scenario: RunResult.ScenarioFile
    /// The number of reactors.
    public var reactors: Int
    /// How they are scheduled; absent in logs of older versions.
    public var scheduling: SchedulingResult?
    /// The names of the steps; a step's index in this list is its number in the lines.
    public var steps: [String]
    /// For each step the name of its flow.
    public var flows: [String]
    /// The numbers of the steps that are parts of the one before; absent where there is none.
    public var parts: [Int]?
    /// The names of the flows that iterations run; a flow's index in this list is its number in the lines. Absent in
    /// logs of older versions.
    public var flowNames: [String]?
    /// The groups of steps and untils; the place in this list is a group's number in the lines. Absent where there is none.
    public var groups: [GroupRecord]?
    /// The loads, with the numbers of their steps and flows; absent where loads have no names.
    public var loads: [LoadRecord]?
    /// What the seconds are judged by. Absent likewise.
    public var plan: RunPlanRecord?
    /// Which of several processes that share the load wrote the log; absent where it carried all of it.
    public var worker: WorkerRecord?

    /// One of several loads.
    public struct LoadRecord: Codable, Equatable, Sendable {
        /// Its name.
        public var name: String
        /// When its first stage begins, in seconds from the start of the run.
        public var start: Double
        /// The numbers of its steps.
        public var steps: [Int]
        /// The numbers of its flows.
        public var flows: [Int]
    }

    /// A group of steps or an `until`.
    public struct GroupRecord: Codable, Equatable, Sendable {
        /// Its name in results.
        public var name: String
        /// Which of the two it is.
        public var kind: MeasuredBlock.Kind
        /// The numbers of its first step and of the one behind its last.
        public var steps: [Int]
    }

    enum CodingKeys: String, CodingKey {
        case version, name, started, target, loadgate, scenario, reactors, scheduling, steps, flows, parts
        case flowNames = "flow_names"
        case groups, loads, plan, worker
    }

    /// The header of a run, secrets replaced.
    public init(scenario: Scenario, info: RunInfo, reactors: Int, scheduling: RunScheduling? = nil) {
        let redact = scenario.secrets.redact
        version = RunResult.formatVersion
        name = redact(scenario.name)
        started = info.started.formatted(.iso8601)
        target = redact(info.target)
        loadgate = info.version
        self.scenario = RunResult.ScenarioFile(
            file: info.file.map(redact), sha256: info.scenarioSHA256, text: info.scenarioText.map(redact))
        self.reactors = reactors
        self.scheduling = scheduling.map(SchedulingResult.init)
        let labels = scenario.flowLabels.map(redact)
        steps = scenario.stepLabels.map(redact)
        flows = zip(scenario.flowsAndLogin, labels).flatMap { flow, label in flow.steps.map { _ in label } }
        let parts = scenario.steps.enumerated().filter(\.element.isPart).map(\.offset)
        self.parts = parts.isEmpty ? nil : parts
        flowNames = Array(labels.prefix(scenario.flows.count))
        let blocks = scenario.measuredBlocks
        if !blocks.isEmpty {
            groups = blocks.map {
                GroupRecord(name: redact($0.label), kind: $0.kind, steps: [$0.steps.lowerBound, $0.steps.upperBound])
            }
        }
        if scenario.hasNamedLoads {
            let (ofSteps, ofFlows) = (scenario.loadsOfSteps, scenario.loadsOfFlows.prefix(scenario.flows.count))
            loads = scenario.loads.enumerated().map { number, load in
                LoadRecord(
                    name: load.name ?? "", start: Span(load.start).seconds,
                    steps: ofSteps.indices.filter { ofSteps[$0] == number },
                    flows: ofFlows.indices.filter { ofFlows[$0] == number })
            }
        }
        plan = RunPlanRecord(scenario: scenario, transports: info.transports)
        worker = info.worker
    }
}

internal import FoundationEssentials
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
    /// The names of the steps; a step's place in this list is its number in the lines.
    public var steps: [String]
    /// For each step the name of its flow.
    public var flows: [String]
    /// The names of the flows that iterations run; a flow's place in this list is its number in the lines. Absent in
    /// logs of older versions.
    public var flowNames: [String]?
    /// What the seconds are judged by. Absent likewise.
    public var plan: RunPlanRecord?

    enum CodingKeys: String, CodingKey {
        case version, name, started, target, loadgate, scenario, reactors, steps, flows
        case flowNames = "flow_names"
        case plan
    }

    /// The header of a run, secrets replaced.
    public init(scenario: Scenario, info: RunInfo, reactors: Int) {
        let redact = scenario.secrets.redact
        version = RunResult.formatVersion
        name = redact(scenario.name)
        started = info.started.formatted(.iso8601)
        target = redact(info.target)
        loadgate = info.version
        self.scenario = RunResult.ScenarioFile(
            file: info.file.map(redact), sha256: info.scenarioSHA256, text: info.scenarioText.map(redact))
        self.reactors = reactors
        steps = scenario.steps.map { redact($0.name) }
        flows = scenario.flowsAndLogin.flatMap { flow in flow.steps.map { _ in redact(flow.name) } }
        flowNames = scenario.flows.map { redact($0.name) }
        plan = RunPlanRecord(scenario: scenario, transports: info.transports)
    }
}

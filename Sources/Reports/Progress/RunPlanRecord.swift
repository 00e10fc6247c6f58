internal import Measures
public import Scenarios

/// What a progress log has to know of a scenario, so that its seconds can be judged without the file, and without the
/// secrets in it.
public struct RunPlanRecord: Codable, Equatable, Sendable {
    /// What the scenario is for.
    public var description: String?
    /// The objectives, in the scenario's order.
    public var objectives: [ObjectiveRecord]
    /// The labels of each step by which objectives select it, those of its flow included; absent where none has any.
    public var stepTags: [[String: String]]?
    /// The labels of each flow; absent likewise.
    public var flowTags: [[String: String]]?
    /// What carries each step.
    public var transports: [String]
    /// The load as it is meant.
    public var stages: [StageResult]
    /// The most users at a time.
    public var maxUsers: Int
    /// The names of the processes beside the load.
    public var services: [String]?
    /// The names of the probes, whose samples a log does not hold.
    public var probes: [String]?
    /// The verifications, by kind and name, that come after the load.
    public var verifications: [String]?

    /// What the run is compared with; absent where the scenario names no baseline.
    public var baseline: BaselineRecord?

    /// What the scenario says of its baseline.
    public struct BaselineRecord: Codable, Equatable, Sendable {
        /// The baseline's file as it was named.
        public var file: String
        /// A ratio up to 1 + tolerance is no regression; absent where the scenario doesn't say.
        public var tolerance: Double?
        /// A shift below this is no regression, in milliseconds; absent likewise.
        public var floor: Double?
        /// The chance of a false alarm that is allowed for; absent likewise.
        public var alpha: Double?
        /// The section of the sign-off table.
        public var section: String?
        /// The criterion in the sign-off table.
        public var criterion: String?

        enum CodingKeys: String, CodingKey {
            case file, tolerance
            case floor = "floor_ms"
            case alpha, section, criterion
        }

        init(_ rule: BaselineRule, redact: (String) -> String) {
            file = redact(rule.shown)
            tolerance = rule.tolerance
            floor = rule.floor.map { Span($0).milliseconds }
            alpha = rule.alpha
            section = rule.section.map(redact)
            criterion = rule.criterion.map(redact)
        }

        /// The rule as the scenario had it, of a file that may lie elsewhere now.
        ///
        /// - Parameter path: Where the file is; nil: where it was named.
        public func rule(at path: String? = nil) -> BaselineRule {
            var rule = BaselineRule(path: path ?? file, shown: path ?? file)
            rule.tolerance = tolerance
            rule.floor = floor.map { .nanoseconds(Int64(($0 * 1e6).rounded())) }
            rule.alpha = alpha
            rule.section = section
            rule.criterion = criterion
            return rule
        }
    }

    /// An objective as the scenario has it.
    public struct ObjectiveRecord: Codable, Equatable, Sendable {
        /// As written.
        public var objective: String
        /// Whether a failure of it fails the run.
        public var severity: Objective.Severity
        /// The section of the sign-off table.
        public var section: String?
        /// The criterion in the sign-off table.
        public var criterion: String?
        /// True where it may end the run.
        public var aborts: Bool?
    }

    enum CodingKeys: String, CodingKey {
        case description, objectives
        case stepTags = "step_tags"
        case flowTags = "flow_tags"
        case transports, stages
        case maxUsers = "max_users"
        case services, probes, verifications, baseline
    }

    /// The record of a scenario, secrets replaced.
    public init(scenario: Scenario, transports: [String]) {
        let redact = scenario.secrets.redact
        func shown(_ tags: [String: String]) -> [String: String] {
            Dictionary(tags.map { (redact($0.key), redact($0.value)) }, uniquingKeysWith: { first, _ in first })
        }
        func unlessEmpty<Element>(_ list: [Element]) -> [Element]? { list.isEmpty ? nil : list }
        description = scenario.description.map(redact)
        objectives = scenario.objectives.map { objective in
            ObjectiveRecord(
                objective: redact(objective.source), severity: objective.severity,
                section: objective.section.map(redact), criterion: objective.criterion.map(redact),
                aborts: objective.abortAfter == nil ? nil : true)
        }
        let tags = scenario.flowsAndLogin.flatMap { flow in
            flow.steps.map { shown(flow.tags.merging($0.tags) { _, own in own }) }
        }
        stepTags = tags.allSatisfy(\.isEmpty) ? nil : tags
        let labels = scenario.flows.map { shown($0.tags) }
        flowTags = labels.allSatisfy(\.isEmpty) ? nil : labels
        self.transports = transports
        stages = StageResult.stages(of: scenario)
        maxUsers = scenario.limits.maxUsers
        services = unlessEmpty(scenario.services.map { redact($0.name) })
        probes = unlessEmpty(scenario.probes.map { redact($0.name) })
        baseline = scenario.baseline.map { BaselineRecord($0, redact: redact) }
        verifications = unlessEmpty(scenario.verifications.map { "\($0.kind) \(redact($0.name))" })
    }
}

extension RunPlanRecord.ObjectiveRecord {
    /// A severity that this version doesn't know counts as hard: what is judged by it must not pass for want of a word.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        objective = try values.decode(String.self, forKey: .objective)
        severity = Objective.Severity(rawValue: try values.decode(String.self, forKey: .severity)) ?? .hard
        section = try values.decodeIfPresent(String.self, forKey: .section)
        criterion = try values.decodeIfPresent(String.self, forKey: .criterion)
        aborts = try values.decodeIfPresent(Bool.self, forKey: .aborts)
    }
}

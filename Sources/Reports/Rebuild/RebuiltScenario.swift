internal import Scenarios

/// As much of a scenario as a progress log tells: enough to add up its seconds, and to judge them.
struct RebuiltScenario {
    /// The scenario; what is sent is not part of it.
    private(set) var scenario: Scenario
    /// For each objective of the log its place among the scenario's, or why it can't be judged.
    private(set) var objectives: [Result<Int, Unreadable>] = []

    /// The objectives that can't be judged.
    var lost: [RunPlanRecord.ObjectiveRecord] {
        objectives.compactMap { objective in
            guard case .failure(let unreadable) = objective else { return nil }
            return unreadable.record
        }
    }

    /// An objective that can't be read again.
    struct Unreadable: Error {
        var record: RunPlanRecord.ObjectiveRecord
        var reason: String
    }

    init(_ header: ProgressHeader) {
        let plan = header.plan
        scenario = Scenario(
            name: header.name, target: Text(header.target), flows: Self.flows(of: header), load: [])
        // What flows leave over are the login's steps, which stand last.
        let taken = scenario.flows.reduce(0) { $0 + $1.steps.count }
        if taken < header.steps.count {
            scenario.login = Flow(
                name: taken < header.flows.count ? header.flows[taken] : Scenario.loginName,
                actions: (taken..<header.steps.count).map { .request(Self.step($0, of: header)) })
        }
        scenario.description = plan?.description
        scenario.services = (plan?.services ?? []).map { Service(name: $0, command: []) }
        if let users = plan?.maxUsers { scenario.limits.maxUsers = users }
        for record in plan?.objectives ?? [] { add(record, probes: plan?.probes ?? []) }
    }

    private mutating func add(_ record: RunPlanRecord.ObjectiveRecord, probes: [String]) {
        do {
            var objective = try Objective(
                parsing: record.objective, steps: scenario.steps.map(\.name), flows: scenario.flows.map(\.name),
                probes: probes)
            objective.severity = record.severity
            objective.section = record.section
            objective.criterion = record.criterion
            objective.abortAfter = record.aborts == true ? .zero : nil
            objectives.append(.success(scenario.objectives.count))
            scenario.objectives.append(objective)
        } catch {
            objectives.append(.failure(Unreadable(record: record, reason: error.message)))
        }
    }

    /// The flows with their steps, which stand in the flows' order.
    private static func flows(of header: ProgressHeader) -> [Flow] {
        var next = 0
        return (header.flowNames ?? []).enumerated().map { place, name in
            let first = next
            while next < min(header.steps.count, header.flows.count), header.flows[next] == name { next += 1 }
            let tags = header.plan?.flowTags ?? []
            return Flow(
                name: name, actions: (first..<next).map { .request(step($0, of: header)) },
                tags: place < tags.count ? tags[place] : [:])
        }
    }

    private static func step(_ number: Int, of header: ProgressHeader) -> Step {
        let tags = header.plan?.stepTags ?? []
        return Step(name: header.steps[number], url: Text("/"), tags: number < tags.count ? tags[number] : [:])
    }
}

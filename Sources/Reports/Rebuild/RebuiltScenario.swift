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
        scenario.loads = (header.loads ?? []).map { Load(name: $0.name, start: .seconds($0.start), stages: []) }
        // What flows leave over are the login's steps, which stand last: as often as there are loads with users of their own.
        let taken = scenario.flows.reduce(0) { $0 + $1.steps.count }
        let ofLogin = Swift.max(0, header.steps.count - taken) / Swift.max(1, scenario.loads.count)
        if ofLogin > 0 {
            scenario.login = Flow(
                name: taken < header.flows.count
                    ? Self.name(header.flows[taken], of: Self.load(ofStep: taken, header)) : Scenario.loginName,
                actions: Self.actions(taken..<(taken + ofLogin), of: header))
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
                loads: scenario.loads.compactMap(\.name),
                groups: scenario.measuredBlocks.filter { $0.kind == .group }.map(\.name), probes: probes)
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
        return (header.flowNames ?? []).enumerated().map { index, name in
            let first = next
            while next < min(header.steps.count, header.flows.count), header.flows[next] == name { next += 1 }
            let tags = header.plan?.flowTags ?? []
            let load = header.loads?.first { $0.flows.contains(index) }?.name
            var flow = Flow(
                name: Self.name(name, of: load), actions: actions(first..<next, of: header),
                tags: index < tags.count ? tags[index] : [:])
            flow.load = load
            return flow
        }
    }

    private static func load(ofStep number: Int, _ header: ProgressHeader) -> String? {
        header.loads?.first { $0.steps.contains(number) }?.name
    }

    /// A name as the scenario had it: behind those that several loads have stands the load's.
    private static func name(_ label: String, of load: String?) -> String {
        guard let load, label.hasSuffix(" [\(load)]") else { return label }
        return String(label.dropLast(load.count + 3))
    }

    /// The steps of a flow, in the blocks that the log tells of: inner ones stand behind those around them.
    private static func actions(_ steps: Range<Int>, of header: ProgressHeader) -> [Flow.Action] {
        let records = (header.groups ?? []).filter { record in
            record.steps.count == 2 && record.steps[0] < record.steps[1]
                && steps.contains(record.steps[0]) && record.steps[1] <= steps.upperBound
        }
        return actions(steps, records[...], of: header)
    }

    private static func actions(
        _ steps: Range<Int>, _ records: ArraySlice<ProgressHeader.GroupRecord>, of header: ProgressHeader
    ) -> [Flow.Action] {
        var (next, rest) = (steps.lowerBound, records)
        var actions: [Flow.Action] = []
        while next < steps.upperBound {
            guard let record = rest.first, record.steps[0] == next, record.steps[1] <= steps.upperBound else {
                actions.append(.request(step(next, of: header)))
                next += 1
                continue
            }
            let inner = rest.dropFirst().prefix { $0.steps[0] < record.steps[1] }
            // What an until waits for is not needed to add up what it came to.
            let goal = Check(subject: .status, predicate: .exists, source: "")
            let block = Block(
                record.kind == .group ? .group : .until(.answer(goal), most: 1),
                name: name(record.name, of: load(ofStep: next, header)),
                actions: self.actions(next..<record.steps[1], inner, of: header))
            actions.append(.block(block))
            rest = rest.dropFirst(inner.count + 1)
            next = record.steps[1]
        }
        return actions
    }

    private static func step(_ number: Int, of header: ProgressHeader) -> Step {
        let tags = header.plan?.stepTags ?? []
        var step = Step(
            name: name(header.steps[number], of: load(ofStep: number, header)), url: Text("/"),
            tags: number < tags.count ? tags[number] : [:])
        step.isPart = header.parts?.contains(number) ?? false
        return step
    }
}

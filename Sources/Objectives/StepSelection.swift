public import Scenarios

/// The steps that a selector means, by their numbers in measurements.
public struct StepSelection: Sendable, Equatable {
    /// The numbers, ascending; places in `Scenario.steps`.
    public var steps: [Int]

    /// The steps of a scenario that a selector means; with no selector all of them. Empty where nothing has the name.
    ///
    /// Parts of a step are chosen by their own name alone.
    ///
    /// A name means the flow of that name, else the step, else the steps of the group. A step has its own tags and those of its flow, of which its own
    /// win. The login's steps are chosen like those of a flow.
    public init(_ selector: Objective.Selector?, in scenario: Scenario) {
        let placed = scenario.flowsAndLogin.flatMap { flow in flow.steps.map { (flow: flow, step: $0) } }
        let chosen: (Flow, Step) -> Bool =
            switch selector {
            case nil: { _, step in !step.isPart }
            case .name(let name) where scenario.flowsAndLogin.contains { $0.name == name }:
                { flow, step in flow.name == name && !step.isPart }
            case .name(let name) where scenario.steps.contains { $0.name == name }: { _, step in step.name == name }
            case .name: { _, _ in false }
            case .tag(let name, let value):
                { flow, step in (step.tags[name] ?? flow.tags[name]) == value && !step.isPart }
            case .load(let name): { flow, step in flow.load == name && !step.isPart }
            }
        steps = placed.enumerated().filter { chosen($0.element.flow, $0.element.step) }.map(\.offset)
        if steps.isEmpty {
            steps = BlockSelection(selector, in: scenario).blocks.filter { $0.block.kind == .group }
                .flatMap(\.block.steps)
        }
    }
}

public import Scenarios

/// The steps that a selector means, by their numbers in measurements.
public struct StepSelection: Sendable, Equatable {
    /// The numbers, ascending; places in `Scenario.steps`.
    public var steps: [Int]

    /// The steps of a scenario that a selector means; with no selector all of them. Empty where nothing has the name.
    ///
    /// A name means the flow of that name, else the step. A step has its own tags and those of its flow, of which its own
    /// win. The login's steps are chosen like those of a flow.
    public init(_ selector: Objective.Selector?, in scenario: Scenario) {
        let placed = scenario.flowsAndLogin.flatMap { flow in flow.steps.map { (flow: flow, step: $0) } }
        let chosen: (Flow, Step) -> Bool =
            switch selector {
            case nil: { _, _ in true }
            case .name(let name) where scenario.flowsAndLogin.contains { $0.name == name }:
                { flow, _ in flow.name == name }
            case .name(let name): { _, step in step.name == name }
            case .tag(let name, let value): { flow, step in (step.tags[name] ?? flow.tags[name]) == value }
            case .load(let name): { flow, _ in flow.load == name }
            }
        steps = placed.enumerated().filter { chosen($0.element.flow, $0.element.step) }.map(\.offset)
    }
}

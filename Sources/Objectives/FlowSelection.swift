import Scenarios

/// The flows whose iterations a selector means, by their numbers in measurements.
struct FlowSelection {
    /// The numbers, ascending; places in `Scenario.flows`.
    var flows: [Int]

    /// The flow of that name, the flows with the tag, or all of them. Empty where nothing fits; a login has no iterations.
    init(_ selector: Objective.Selector?, in scenario: Scenario) {
        flows = scenario.flows.indices.filter { index in
            switch selector {
            case nil: true
            case .name(let name): scenario.flows[index].name == name
            case .tag(let name, let value): scenario.flows[index].tags[name] == value
            case .load(let name): scenario.flows[index].load == name
            }
        }
    }
}

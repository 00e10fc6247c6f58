import Scenarios

/// The measured blocks that a selector means.
struct BlockSelection {
    /// The blocks with their numbers in measurements, ascending: of one name several where several loads run its flow.
    var blocks: [(number: Int, block: MeasuredBlock)]

    /// The blocks of that name; empty where nothing has it.
    init(_ selector: Objective.Selector?, in scenario: Scenario) {
        guard case .name(let name) = selector else {
            blocks = []
            return
        }
        blocks = scenario.measuredBlocks.enumerated().filter { $0.element.name == name }.map { ($0.offset, $0.element) }
    }
}

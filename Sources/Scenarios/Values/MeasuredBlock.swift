/// A block that results have figures of: a `group`, or an `until`.
public struct MeasuredBlock: Sendable, Equatable {
    /// Which of the two.
    public enum Kind: String, Codable, CaseIterable, Sendable {
        case group
        case until
    }

    /// The name by which objectives select it.
    public var name: String
    /// Which of the two.
    public var kind: Kind
    /// The index of its flow in `Scenario.flowsAndLogin`.
    public var flow: Int
    /// The numbers of its steps; those of blocks within it are among them.
    public var steps: Range<Int>
    /// What it is called in results: its name, and its load's behind it where several loads have it.
    public var label: String
}

extension Block {
    /// What is measured of it; nil: nothing.
    public var measured: MeasuredBlock.Kind? {
        switch kind {
        case .repeated: nil
        case .group: .group
        case .until: .until
        }
    }
}

extension Scenario {
    /// The blocks that are measured, flow by flow, those of the login last; a block stands before those within it. The place in
    /// this list is a block's number in measurements.
    public var measuredBlocks: [MeasuredBlock] {
        let all = flowsAndLogin
        let counts = Dictionary(all.map { ($0.name, 1) }, uniquingKeysWith: +)
        var found: [MeasuredBlock] = []
        var next = 0
        func visit(_ actions: [Flow.Action], _ flow: Int) {
            for action in actions {
                switch action {
                case .pause: break
                case .request(let step): next += 1 + step.parts.count
                case .block(let block):
                    let index = found.count
                    let first = next
                    if let kind = block.measured {
                        let name = block.name ?? ""
                        let load = counts[all[flow].name, default: 1] > 1 ? all[flow].load : nil
                        found.append(
                            MeasuredBlock(
                                name: name, kind: kind, flow: flow, steps: first..<first,
                                label: Self.label(name, of: load)))
                    }
                    visit(block.actions, flow)
                    if block.measured != nil { found[index].steps = first..<next }
                }
            }
        }
        for (number, flow) in all.enumerated() { visit(flow.actions, number) }
        return found
    }
}

extension Scenario {
    /// The numbers of the steps within blocks that may be left out.
    public var stepsOfOptionalBlocks: Set<Int> {
        var found: Set<Int> = []
        var next = 0
        func visit(_ actions: [Flow.Action], _ isOptional: Bool) {
            for action in actions {
                switch action {
                case .pause: break
                case .request(let step):
                    let after = next + 1 + step.parts.count
                    if isOptional { found.formUnion(next..<after) }
                    next = after
                case .block(let block): visit(block.actions, isOptional || block.mayBeLeftOut)
                }
            }
        }
        for flow in flowsAndLogin { visit(flow.actions, false) }
        return found
    }
}

import Measures
import Scenarios

/// Compiles what users do in their flows into one list of actions: blocks become jumps in it.
struct FlowCompiler {
    private let names: VariableNames
    private(set) var actions: [RunPlan.Action] = []
    /// Where each flow's actions lie.
    private(set) var flows: [Range<Int>] = []
    private(set) var blocks: [CompiledBlock] = []
    /// What untils wait for.
    private(set) var goals: [BlockGoal] = []
    /// The texts that say how many rounds there are.
    private(set) var counts: [TextTemplate] = []
    /// The conditions of blocks.
    private(set) var conditions: [CompiledCondition] = []
    /// The goals that look at the answer of a step, by its number.
    private(set) var goalsOfSteps: [Int: [BlockGoal]] = [:]
    /// Blocks within each other at most.
    private(set) var depth = 0
    private var nextStep = 0
    private var nextMeasured = 0

    init(_ scenario: Scenario, names: VariableNames) {
        self.names = names
        for flow in scenario.flowsAndLogin {
            let first = actions.count
            add(flow.actions, within: 0)
            flows.append(first..<actions.count)
        }
    }

    private mutating func add(_ given: [Flow.Action], within around: Int) {
        for action in given {
            switch action {
            case .request(let step):
                actions.append(.step(nextStep))
                nextStep += 1 + step.parts.count
            case .pause(let range):
                actions.append(.pause(shortest: range.shortest, longest: range.longest))
            case .block(let block): add(block, within: around)
            }
        }
    }

    private mutating func add(_ block: Block, within around: Int) {
        let number = blocks.count
        let firstCondition = conditions.count
        conditions += block.conditions.map { CompiledCondition($0, names: names) }
        var compiled = CompiledBlock(
            kind: .group, depth: around, conditions: firstCondition..<conditions.count, mostRounds: block.mostRounds)
        compiled.fewestRounds = block.mostRounds
        compiled.every = block.every.map { Span($0).nanoseconds } ?? 0
        compiled.shortestPause = block.pause?.shortest ?? 0
        compiled.longestPause = block.pause?.longest ?? 0
        compiled.firstStep = nextStep
        if block.measured != nil {
            compiled.measured = nextMeasured
            nextMeasured += 1
        }
        var goal: BlockGoal?
        switch block.kind {
        case .group: break
        case .repeated(.drawn(let range)):
            compiled.kind = .repeated
            compiled.fewestRounds = range.lowerBound
        case .repeated(.filled(let text, _)):
            compiled.kind = .repeated
            compiled.count = counts.count
            counts.append(TextTemplate(text, names: names))
        case .until(let given, let most):
            compiled.kind = .until
            compiled.goal = goals.count
            let made = BlockGoal(given, most: most, names: names)
            goal = made
            goals.append(made)
        }
        blocks.append(compiled)
        depth = max(depth, around + 1)
        actions.append(.enter(number))
        blocks[number].first = actions.count
        add(block.actions, within: around + 1)
        actions.append(.leave(number))
        blocks[number].end = actions.count
        blocks[number].lastStep = nextStep - 1
        if let goal { goalsOfSteps[nextStep - 1, default: []].append(goal) }
    }
}

extension ClosedRange<Duration> {
    /// The bounds in nanoseconds.
    fileprivate var shortest: Int64 { Span(lowerBound).nanoseconds }
    fileprivate var longest: Int64 { Span(upperBound).nanoseconds }
}

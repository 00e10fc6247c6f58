extension Reading {
    /// True where an entry of `steps` is a block: it has a key that steps don't have.
    func isBlock(_ node: SourceNode) -> Bool {
        guard case .mapping(let entries) = node.content else { return false }
        let names = Self.namesOfBlocks.subtracting(Self.namesOfSteps)
        return entries.contains { names.contains($0.key) }
    }

    private static let namesOfSteps = Set(KeyTable(StepKeys.self).keys.map(\.name))
    private static let namesOfBlocks = Set(KeyTable(BlockKeys.self).keys.map(\.name))

    /// A block with its steps; nil where it is wrong. The names in it are noted even then.
    func block(_ node: SourceNode, _ context: inout FlowContext) -> Block? {
        let count = problems.count
        guard context.depth < Block.mostDeep else {
            report(node.location, "blocks stand in each other at most \(Block.mostDeep) deep")
            context.names.areComplete = false
            return nil
        }
        let keyContext = KeyContext(scope: context.scope, defaults: context.defaults)
        guard let keys = read(withoutStepKeys(node), BlockKeys.self, keyContext) else { return nil }
        if keys.has(\.every), keys.has(\.pause) {
            report(
                keys.location(of: \.pause),
                "\"pause\" can't stand beside \"every\": one of them says when a round begins")
        }
        if case .list(let nodes)? = keys.node(\.steps)?.content, nodes.isEmpty {
            report(keys.location(of: \.steps), "expected at least one step")
        }
        let outside = context
        context.depth += 1
        if keys.has(\.repeated) || keys.has(\.until) {
            context.isInLoop = true
            context.rounds = rounds(keys, within: outside.rounds)
        }
        let actions = actions(keys.steps ?? [], &context)
        // The condition may name what the steps capture.
        let kind = kind(keys, context)
        (context.depth, context.rounds, context.isInLoop) = (outside.depth, outside.rounds, outside.isInLoop)
        guard let kind, problems.count == count else { return nil }
        var block = Block(kind, actions: actions)
        block.conditions = [keys.when, keys.unless].compactMap { $0 }
        block.every = keys.every
        block.pause = keys.pause
        guard let last = block.lastStep else {
            report(keys.location, "the block sends no request")
            return nil
        }
        if keys.has(\.until) { checkEnd(of: block, keys) }
        block.name = name(of: block, last: last, keys, &context)
        return problems.count == count ? block : nil
    }

    /// The mapping without what belongs into its steps, which is reported.
    private func withoutStepKeys(_ node: SourceNode) -> SourceNode {
        guard case .mapping(let entries) = node.content else { return node }
        let strangers = Self.namesOfSteps.subtracting(Self.namesOfBlocks)
        var block = node
        block.content = .mapping(
            entries.filter { entry in
                guard strangers.contains(entry.key) else { return true }
                report(entry.location, "\(quoted(entry.key)) belongs to a step: put it into the block's steps")
                return false
            })
        return block
    }

    /// The rounds that a block can have at most, with those of the blocks around it.
    private func rounds(_ keys: KeyValues<BlockKeys>, within others: Int) -> Int {
        let own: Int
        switch keys.repeated {
        case .drawn(let range): own = range.upperBound
        case .filled, nil: own = keys.most ?? 1
        }
        let (all, isTooMuch) = own.multipliedReportingOverflow(by: others)
        guard !isTooMuch, all <= Block.mostRounds else {
            report(
                keys.location,
                "an iteration has at most \(Block.mostRounds) rounds, and with the blocks around it this one could have more"
            )
            return others
        }
        return all
    }

    private func kind(_ keys: KeyValues<BlockKeys>, _ context: FlowContext) -> Block.Kind? {
        // Of several which is meant is not known, and was reported.
        guard keys.present(keys.declared.repeated, keys.declared.group, keys.declared.until).count == 1 else {
            return nil
        }
        if keys.has(\.group) { return .group }
        if keys.has(\.repeated) { return keys.repeated.flatMap { self.rounds($0, keys) }.map { .repeated($0) } }
        guard keys.has(\.until) else { return nil }
        if !keys.has(\.most) { report(keys.location, "missing key \"most\": until needs a bound, such as most: 20") }
        let goal = keys.until.flatMap { self.goal($0, context.scope) }
        guard let goal, let most = keys.most else { return nil }
        return .until(goal, most: most)
    }

    private func rounds(_ given: GivenRounds, _ keys: KeyValues<BlockKeys>) -> Block.Rounds? {
        switch given {
        case .drawn(let range):
            if keys.has(\.most) {
                report(
                    keys.location(of: \.most),
                    "\"most\" is for a repeat whose number comes from a text, such as ${count}")
            }
            return .drawn(range)
        case .filled(let text):
            guard keys.has(\.most) else {
                report(
                    keys.location(of: \.repeated),
                    "missing key \"most\": where a text says how often, a bound is needed, such as most: 20")
                return nil
            }
            return keys.most.map { .filled(text, most: $0) }
        }
    }

    private func goal(_ node: SourceNode, _ scope: Scope) -> Block.Goal? {
        let expected = "a condition such as json $.state == done or ${state} == done"
        guard let text = grammar(node, expected) else { return nil }
        guard text.unicodeScalars.first(where: { $0 != " " }) == "$" else {
            return check(node, scope, ofMessage: false).map { .answer($0) }
        }
        let condition = KeyForm<Condition>.condition(isNegated: false)
        return condition.decode(self, node, KeyContext(scope: scope)).map { .value($0) }
    }

    /// An `until` looks at its last step's answer: there has to be one in every round.
    private func checkEnd(of block: Block, _ keys: KeyValues<BlockKeys>) {
        func report(_ problem: String) {
            self.report(keys.location(of: \.until), "until looks at the answer of its last step, and \(problem)")
        }
        var actions = block.actions
        while let action = actions.popLast() {
            switch action {
            case .pause: continue
            case .block(let inner):
                if inner.mayBeLeftOut { report("the block there may be left out: end its steps with a request") }
                actions = inner.actions
            case .request(let step):
                if step.conversation != nil {
                    report("\(quoted(step.name)) is a websocket step: end its steps with a request")
                }
                if step.events != nil {
                    report("\(quoted(step.name)) is a stream of events: end its steps with a request")
                }
                if !step.conditions.isEmpty {
                    report("\(quoted(step.name)) has a condition: end its steps with a request that is always sent")
                }
                return
            }
        }
    }

    // MARK: - Names

    /// The name under which the block is measured; nil where it isn't.
    private func name(
        of block: Block, last: Step, _ keys: KeyValues<BlockKeys>, _ context: inout FlowContext
    ) -> String? {
        guard let kind = block.measured else { return nil }
        let name = kind == .group ? keys.group : keys.name ?? last.name
        guard let name else { return nil }
        let location = keys.node(\.group)?.location ?? keys.node(\.name)?.location ?? keys.location
        if let first = context.blockLocations[name] {
            let hint = kind == .until && !keys.has(\.name) ? ": give one of them a name" : ""
            report(location, "another group or until is called \(quoted(name)) (line \(first.line))\(hint)")
        } else {
            context.blockLocations[name] = location
        }
        context.names.blocks.append(name)
        if kind == .group { context.names.groups.append(name) }
        return name
    }

    /// What objectives select by one name must be one thing: groups are told from steps and flows.
    func checkBlockNames(_ context: FlowContext) {
        for name in context.names.groups {
            guard let location = context.blockLocations[name] else { continue }
            if let step = context.stepLocations[name] {
                report(
                    location,
                    "a step is called \(quoted(name)), too (line \(step.line)): choose another name for the group")
            } else if context.names.flows.contains(name) {
                report(location, "a flow is called \(quoted(name)), too: choose another name for the group")
            }
        }
    }
}

/// How often a `repeat` is done, as it is written.
enum GivenRounds: Sendable {
    case drawn(ClosedRange<Int>)
    case filled(Text)
}

extension KeyForm where Value == GivenRounds {
    /// `3`, `2..5`, or a text with places that an iteration fills in.
    static var rounds: KeyForm {
        let shape = Shape.oneOf([
            .integer(1...Block.mostRounds), .pattern("[0-9]+\\.\\.[0-9]+"), .exact(".*\\$\\{.*"),
        ])
        return KeyForm(shape) { reading, node, context in
            guard let text = reading.text(node, context.scope, GivenRounds.expected) else { return nil }
            guard let constant = text.constant else { return .filled(text) }
            do throws(GrammarError) {
                return .drawn(try GivenRounds.range(constant))
            } catch {
                reading.report(node, error)
                return nil
            }
        }
    }
}

extension GivenRounds {
    fileprivate static let expected = "a number of rounds such as 3, 2..5 or ${count}"

    /// `3` or `2..5`.
    fileprivate static func range(_ text: String) throws(GrammarError) -> ClosedRange<Int> {
        let dots = text.firstRange(of: "..")
        let low = Quantity.integer(dots.map { text[..<$0.lowerBound] } ?? text[...])
        let high = dots.map { Quantity.integer(text[$0.upperBound...]) } ?? low
        guard let low, let high, 1...Block.mostRounds ~= low, 1...Block.mostRounds ~= high else {
            throw GrammarError(
                offset: 0,
                message: "expected \(expected), each from 1 to \(Block.mostRounds), found \(quoted(text))")
        }
        guard low <= high else {
            throw GrammarError(offset: 0, message: "\(quoted(text)) is empty: the first is the greater")
        }
        return low...high
    }
}

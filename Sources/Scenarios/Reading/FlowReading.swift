/// What has been learnt of the flows while they are read one after the other.
struct FlowContext {
    var defaults: Defaults
    var tables: [(name: String, columns: [String]?)]
    /// Every name that some step captures.
    var allCaptures: Set<String>
    /// Names that the flow's earlier steps capture, those of the login included.
    var captures: [String] = []
    /// Names that the login captures; empty while it is read itself.
    var loginCaptures: [String] = []
    /// True while the login is read.
    var isLogin = false
    /// True where the scenario's drill has an audit.
    var auditsWrites = false
    /// Blocks around the step that is read.
    var depth = 0
    /// Rounds at most that the blocks around it have together; 1 outside of all loops.
    var rounds = 1
    /// True within a `repeat` or an `until`.
    var isInLoop = false
    /// Where the name of each block that is measured was first used.
    var blockLocations: [String: TextLocation] = [:]
    /// Tags of the flow.
    var flowTags: [String: String] = [:]
    /// Where each step's name was first used.
    var stepLocations: [String: TextLocation] = [:]
    /// What objectives may select.
    var names = SelectorNames()

    /// What may stand in `${…}` in the step that is read.
    var scope: Scope {
        var scope = Scope.iteration
        scope.captures = captures
        scope.laterCaptures = allCaptures
        scope.tables = tables
        scope.hasWriteID = auditsWrites
        scope.hasRound = isInLoop
        return scope
    }

    /// What may stand in `${…}` in a conversation.
    var scopeOfMessages: Scope {
        var scope = scope
        scope.hasMessageID = true
        return scope
    }
}

extension Reading {
    /// The flows, the login, and what objectives may select of them.
    func flows(
        _ node: SourceNode?, login: SourceNode?, defaults: Defaults, tables: [(name: String, columns: [String]?)],
        auditsWrites: Bool
    ) -> (flows: [Flow], login: Flow?, names: SelectorNames) {
        let entries = entries(node, of: "flows")
        let allCaptures = Self.captures(
            in: entries.compactMap { Self.value($0.value, "steps") } + [login].compactMap { $0 })
        var context = FlowContext(defaults: defaults, tables: tables, allCaptures: allCaptures)
        context.auditsWrites = auditsWrites
        // First, since what it captures is there in all flows.
        let loginFlow = login.flatMap { self.login($0, &context) }
        if login != nil, let other = entries.first(where: { $0.key == Scenario.loginName }) {
            report(
                other.location, "a flow called \"\(Scenario.loginName)\" can't stand beside login: choose another name")
        }
        if let node, case .mapping(let all) = node.content {
            if all.isEmpty { report(node.location, "expected at least one flow") }
        } else {
            context.names.areComplete = false
        }
        let flows = entries.compactMap { flow($0, &context) }
        checkBlockNames(context)
        return (flows, loginFlow, context.names)
    }

    /// What header fields and `auth` of the defaults may hold: besides what every iteration has, what the login captures.
    func scopeOfDefaults(login: SourceNode?, flows: SourceNode?) -> Scope {
        var scope = Scope.iteration
        scope.captures = Self.captures(in: [login].compactMap { $0 }).sorted()
        if case .mapping(let entries)? = flows?.content {
            scope.laterCaptures = Self.captures(in: entries.compactMap { Self.value($0.value, "steps") })
        }
        return scope
    }

    private static func value(_ node: SourceNode, _ key: String) -> SourceNode? {
        guard case .mapping(let entries) = node.content else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// Every name that a step captures, within blocks too, read leniently, for messages.
    private static func captures(in lists: [SourceNode]) -> Set<String> {
        var names: Set<String> = []
        for list in lists {
            guard case .list(let steps) = list.content else { continue }
            for step in steps {
                if let inner = value(step, "steps") { names.formUnion(captures(in: [inner])) }
                for holder in [step, value(step, "answer")] {
                    guard let holder, case .mapping(let entries)? = value(holder, "capture")?.content else { continue }
                    names.formUnion(entries.map(\.key))
                }
                names.formUnion(captures(in: [value(step, "conversation")].compactMap { $0 }))
            }
        }
        return names
    }

    private func flow(_ entry: SourceNode.Entry, _ context: inout FlowContext) -> Flow? {
        context.names.flows.append(entry.key)
        context.captures = context.loginCaptures
        if entry.key.isEmpty { report(entry.location, "a flow needs a name") }
        guard let keys = read(entry.value, FlowKeys.self) else {
            context.names.areComplete = false
            return nil
        }
        let tags = keys.tags ?? [:]
        context.flowTags = tags
        let count = problems.count
        let actions = actions(keys.steps ?? [], &context)
        let flow = Flow(name: entry.key, weight: keys.weight ?? 1, actions: actions, tags: tags)
        if keys.has(\.steps), problems.count == count, flow.steps.isEmpty {
            report(entry.location, "the flow \(quoted(entry.key)) sends no request")
        }
        return flow
    }

    /// What each user does once.
    private func login(_ node: SourceNode, _ context: inout FlowContext) -> Flow? {
        context.names.flows.append(Scenario.loginName)
        guard case .list(let nodes) = node.content else {
            report(node.location, "expected a list of steps, found \(node.found)")
            context.names.areComplete = false
            return nil
        }
        if context.defaults.http.freshCookies {
            report(
                node.location,
                "the cookies of login would be gone with the first iteration, since defaults.http.cookies is fresh: "
                    + "sign in within the flow, or say cookies: true")
        }
        let count = problems.count
        context.isLogin = true
        let flow = Flow(name: Scenario.loginName, actions: actions(nodes, &context))
        context.isLogin = false
        context.loginCaptures = context.captures
        if problems.count == count, flow.steps.isEmpty { report(node.location, "login sends no request") }
        return flow
    }

    func actions(_ nodes: [SourceNode], _ context: inout FlowContext) -> [Flow.Action] {
        var actions: [Flow.Action] = []
        for node in nodes {
            if let action = action(node, &context) { actions.append(action) }
        }
        return actions
    }

    /// Labels by name.
    fileprivate func tags(_ node: SourceNode) -> [String: String] {
        var tags: [String: String] = [:]
        for entry in entries(node, of: "tags") {
            if entry.key.isEmpty || entry.key.contains(where: { $0 == "=" || $0.isWhitespace }) {
                report(entry.location, "the name of a tag holds no spaces and no =")
            }
            if let value = name(entry.value) { tags[entry.key] = value }
        }
        return tags
    }

    private func action(_ node: SourceNode, _ context: inout FlowContext) -> Flow.Action? {
        if isBlock(node) { return block(node, &context).map { .block($0) } }
        let count = problems.count
        let keyContext = KeyContext(scope: context.scope, defaults: context.defaults)
        guard let keys = read(node, StepKeys.self, keyContext) else {
            context.names.areComplete = false
            return nil
        }
        if keys.has(\.pause) { return keys.pause.map { .pause($0) } }
        return step(keys, isRight: problems.count == count, &context).map { .request($0) }
    }

    /// `1s` or `200ms..800ms`.
    fileprivate static func pause(_ text: String) throws(GrammarError) -> ClosedRange<Duration> {
        guard let dots = text.firstRange(of: "..") else {
            let length = try Quantity.duration(text)
            return length...length
        }
        let low = try Quantity.duration(String(text[..<dots.lowerBound]))
        let offset = text[..<dots.upperBound].unicodeScalars.count
        let high: Duration
        do throws(GrammarError) {
            high = try Quantity.duration(String(text[dots.upperBound...]))
        } catch {
            throw GrammarError(offset: offset, message: error.message)
        }
        guard low <= high else {
            throw GrammarError(offset: 0, message: "\(quoted(text)) is empty: the first is the longer")
        }
        return low...high
    }
}

extension KeyForm where Value == ClosedRange<Duration> {
    /// How long a pause lasts.
    static var pause: KeyForm {
        .parsed(
            "expected a pause such as 1s or 200ms..800ms",
            .pattern("\(Quantity.durationPattern)(\\.\\.\(Quantity.durationPattern))?")
        ) { text throws(GrammarError) in try Reading.pause(text) }
    }
}

extension KeyForm where Value == [String: String] {
    /// Labels by name.
    static var tags: KeyForm { KeyForm(.names(.name)) { reading, node, _ in reading.tags(node) } }
}

extension KeyForm where Value == Double {
    /// The share of iterations that a flow has.
    static var weight: KeyForm {
        let expected = "expected a number above 0"
        // As written, at most 1e9: nine digits and a fraction, or ten that are the limit.
        let pattern = "(?=.*[1-9])0*([0-9]{1,9}(\\.[0-9]+)?|1000000000(\\.0+)?)"
        return .parsed(expected, .number(.leastNonzeroMagnitude...1e9, pattern)) { text throws(GrammarError) in
            guard let weight = Quantity.number(text), weight > 0, weight <= 1e9 else {
                throw GrammarError(message: "\(expected), found \(quoted(text))")
            }
            return weight
        }
    }
}

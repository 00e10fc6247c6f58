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
    /// Tags of the flow.
    var flowTags: [String: String] = [:]
    /// Where each step's name was first used.
    var stepPlaces: [String: Place] = [:]
    /// What objectives may select.
    var names = SelectorNames()

    /// What may stand in `${…}` in the step that is read.
    var scope: Scope {
        var scope = Scope.iteration
        scope.captures = captures
        scope.laterCaptures = allCaptures
        scope.tables = tables
        return scope
    }
}

extension Reading {
    /// The flows, the login, and what objectives may select of them.
    func flows(
        _ node: SourceNode?, login: SourceNode?, defaults: Defaults, tables: [(name: String, columns: [String]?)]
    ) -> (flows: [Flow], login: Flow?, names: SelectorNames) {
        let entries = entries(node, of: "flows")
        let allCaptures = Self.captures(
            in: entries.compactMap { Self.value($0.value, "steps") } + [login].compactMap { $0 })
        var context = FlowContext(defaults: defaults, tables: tables, allCaptures: allCaptures)
        // First, since what it captures is there in all flows.
        let loginFlow = login.flatMap { self.login($0, &context) }
        if login != nil, let other = entries.first(where: { $0.key == Scenario.loginName }) {
            report(other.place, "a flow called \"\(Scenario.loginName)\" can't stand beside login: choose another name")
        }
        if let node, case .mapping(let all) = node.content {
            if all.isEmpty { report(node.place, "expected at least one flow") }
        } else {
            context.names.areComplete = false
        }
        let flows = entries.compactMap { flow($0, &context) }
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

    /// Every name that a step captures, read leniently, for messages.
    private static func captures(in lists: [SourceNode]) -> Set<String> {
        var names: Set<String> = []
        for list in lists {
            guard case .list(let steps) = list.content else { continue }
            for step in steps {
                guard case .mapping(let entries)? = value(step, "capture")?.content else { continue }
                names.formUnion(entries.map(\.key))
            }
        }
        return names
    }

    private func flow(_ entry: SourceNode.Entry, _ context: inout FlowContext) -> Flow? {
        context.names.flows.append(entry.key)
        context.captures = context.loginCaptures
        if entry.key.isEmpty { report(entry.place, "a flow needs a name") }
        guard let fields = fields(entry.value, .flow) else {
            context.names.areComplete = false
            return nil
        }
        let weight = value(fields["weight"], "expected a number above 0") { text throws(GrammarError) in
            guard let weight = Quantity.number(text), weight > 0, weight <= 1e9 else {
                throw GrammarError(offset: 0, message: "expected a number above 0, found \(quoted(text))")
            }
            return weight
        }
        let tags = tags(fields["tags"])
        context.flowTags = tags
        let nodes = elements(fields["steps"], of: "steps")
        let count = problems.count
        let actions = actions(nodes, &context)
        let flow = Flow(name: entry.key, weight: weight ?? 1, actions: actions, tags: tags)
        if fields["steps"] != nil, problems.count == count, flow.steps.isEmpty {
            report(entry.place, "the flow \(quoted(entry.key)) sends no request")
        }
        return flow
    }

    /// What each user does once.
    private func login(_ node: SourceNode, _ context: inout FlowContext) -> Flow? {
        context.names.flows.append(Scenario.loginName)
        guard case .list(let nodes) = node.content else {
            report(node.place, "expected a list of steps, found \(node.found)")
            context.names.areComplete = false
            return nil
        }
        if context.defaults.http.freshCookies {
            report(
                node.place,
                "the cookies of login would be gone with the first iteration, since defaults.http.cookies is fresh: "
                    + "sign in within the flow, or say cookies: true")
        }
        let count = problems.count
        context.isLogin = true
        let flow = Flow(name: Scenario.loginName, actions: actions(nodes, &context))
        context.isLogin = false
        context.loginCaptures = context.captures
        if problems.count == count, flow.steps.isEmpty { report(node.place, "login sends no request") }
        return flow
    }

    private func actions(_ nodes: [SourceNode], _ context: inout FlowContext) -> [Flow.Action] {
        var actions: [Flow.Action] = []
        for node in nodes {
            if let action = action(node, &context) { actions.append(action) }
        }
        return actions
    }

    /// Labels by name.
    func tags(_ node: SourceNode?) -> [String: String] {
        var tags: [String: String] = [:]
        for entry in entries(node, of: "tags") {
            if entry.key.isEmpty || entry.key.contains(where: { $0 == "=" || $0.isWhitespace }) {
                report(entry.place, "the name of a tag holds no spaces and no =")
            }
            if let value = name(entry.value) { tags[entry.key] = value }
        }
        return tags
    }

    private func action(_ node: SourceNode, _ context: inout FlowContext) -> Flow.Action? {
        guard let fields = fields(node, .step) else {
            context.names.areComplete = false
            return nil
        }
        if fields["pause"] != nil {
            for key in fields.presentKeys where key != "pause" {
                report(fields.place(of: key), "a pause is a step of its own: \(quoted(key)) can't stand beside it")
            }
            return value(fields["pause"], "expected a pause such as 1s or 200ms..800ms", Self.pause).map { .pause($0) }
        }
        return step(fields, &context).map { .request($0) }
    }

    /// `1s` or `200ms..800ms`.
    private static func pause(_ text: String) throws(GrammarError) -> ClosedRange<Duration> {
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

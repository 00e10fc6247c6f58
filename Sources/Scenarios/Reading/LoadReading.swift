extension Reading {
    /// Users at most that a stage may ask for.
    static let maximumUsers = 10_000_000
    /// Arrivals per second at most.
    static let maximumRate = 10_000_000.0

    /// The loads: a list of stages is one without a name.
    func loads(_ node: SourceNode?, flows: [(name: String, location: TextLocation)], limits: Limits) -> [Load] {
        guard let node else { return [] }
        guard case .mapping(let entries) = node.content, !Self.looksLikeStage(entries) else {
            let stages = stages(node, limits)
            return stages.isEmpty ? [] : [Load(stages: stages)]
        }
        if entries.isEmpty { report(node.location, "expected at least one load") }
        let count = problems.count
        let loads = entries.compactMap { entry -> Load? in
            if let problem = Self.problem(ofLoadName: entry.key) { report(entry.location, problem) }
            return load(entry, flows: flows.map(\.name), limits)
        }
        guard problems.count == count, !loads.isEmpty else { return loads }
        if !loads.contains(where: \.isMeasured) {
            report(node.location, "every stage of every load is a warm-up or sends nothing: nothing would be measured")
        }
        let used = Set(loads.flatMap { $0.flows ?? flows.map(\.name) })
        for flow in flows where !used.contains(flow.name) {
            report(
                flow.location,
                "no load runs the flow \(quoted(flow.name)): name it in the flows of a load, or leave it out")
        }
        return loads
    }

    /// True for a mapping that was meant as a stage, or as the one stage of a list.
    private static func looksLikeStage(_ entries: [SourceNode.Entry]) -> Bool {
        let keys = ["arrivals", "users", "iterations", "for", "warmup", "spacing"]
        return entries.contains { entry in
            if case .mapping = entry.value.content { return false }
            return keys.contains(entry.key)
        }
    }

    /// Why a load can't be called so; nil: it can. Names stand in objectives, in control files and in tables.
    private static func problem(ofLoadName name: String) -> String? {
        let isPlain = name.unicodeScalars.allSatisfy { scalar in
            scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-_.".unicodeScalars.contains(scalar)
        }
        if !name.isEmpty, isPlain, name.utf8.count <= 64 { return nil }
        return "\(quoted(name)) is not a name for a load: it has letters, digits and - _ . only, 64 bytes at most"
    }

    private func load(_ entry: SourceNode.Entry, flows: [String], _ limits: Limits) -> Load? {
        let count = problems.count
        guard let keys = read(entry.value, LoadKeys.self) else { return nil }
        var own = limits
        own.maxUsers = keys.maxUsers ?? limits.maxUsers
        if let node = keys.node(\.flows), case .list = node.content, keys.flows?.isEmpty == true {
            report(node.location, "expected at least one flow")
        }
        var names: [String] = []
        for node in keys.flows ?? [] {
            guard let name = name(node, "the name of a flow") else { continue }
            if !flows.contains(name) {
                let hint = Suggestion.hint(for: name, among: flows, otherwise: "there are")
                report(node.location, "no flow is called \(quoted(name))\(hint)")
            } else if names.contains(name) {
                report(node.location, "the flow \(quoted(name)) is there already: its weight says how often it is run")
            }
            names.append(name)
        }
        var stages: [Stage] = []
        // What is no list was reported as such.
        if let nodes = keys.stages, let node = keys.node(\.stages), case .list = node.content {
            stages = self.stages(of: nodes, at: node.location, own)
        }
        guard problems.count == count else { return nil }
        return Load(
            name: entry.key, flows: keys.has(\.flows) ? names : nil, start: keys.start ?? .zero, stages: stages,
            maxUsers: keys.maxUsers)
    }

    /// The stages of the one load without a name.
    private func stages(_ node: SourceNode, _ limits: Limits) -> [Stage] {
        let nodes = elements(node, of: "stages")
        guard case .list = node.content else { return [] }
        let stages = stages(of: nodes, at: node.location, limits)
        guard !stages.isEmpty, stages.count == nodes.count else { return stages }
        if stages.allSatisfy(\.isWarmup) {
            report(node.location, "every stage is a warm-up: nothing would be measured")
        } else if stages.allSatisfy(\.isIdle) {
            report(node.location, "no stage sends anything: nothing would be measured")
        } else if stages.allSatisfy({ $0.isWarmup || $0.isIdle }) {
            report(node.location, "every stage is a warm-up or sends nothing: nothing would be measured")
        }
        return stages
    }

    private func stages(of nodes: [SourceNode], at location: TextLocation, _ limits: Limits) -> [Stage] {
        if nodes.isEmpty { report(location, "expected at least one stage of load") }
        return nodes.compactMap { stage($0, limits) }
    }

    /// The names of steps that more than one load sends.
    static func stepsOfSeveral(_ loads: [Load], _ flows: [Flow]) -> Set<String> {
        let several = flows.filter { flow in loads.count { $0.flows?.contains(flow.name) ?? true } > 1 }
        return Set(several.flatMap(\.steps).map(\.name))
    }

    private func stage(_ node: SourceNode, _ limits: Limits) -> Stage? {
        let count = problems.count
        guard let keys = read(node, StageKeys.self) else { return nil }
        let declared = keys.declared
        let kinds = [declared.arrivals.name, declared.iterations.name, declared.users.name]
        let given = keys.present(declared.arrivals, declared.iterations, declared.users).map(\.name)
        guard let kind = kinds.first(where: given.contains) else {
            report(keys.location, "expected arrivals, users or iterations in a stage")
            return nil
        }
        let strangers =
            switch kind {
            case "arrivals": keys.present(declared.users, declared.iterations)
            case "iterations": keys.present(declared.length, declared.spacing)
            default: keys.present(declared.spacing)
            }
        for key in strangers { report(key.location, "\(quoted(key.name)) doesn't fit a stage of \(kind)") }
        let warmup = keys.warmup ?? false
        if kind != "iterations", !keys.has(\.length) { report(keys.location, "missing key \"for\"") }
        switch kind {
        case "arrivals":
            guard let rates = keys.arrivals, let length = keys.length, problems.count == count else { return nil }
            return .arrivals(
                ArrivalStage(
                    from: rates.from, to: rates.to, duration: length, spacing: keys.spacing ?? .even,
                    warmup: warmup))
        case "iterations":
            let users = integer(keys.users, minimum: 1, maximum: Self.maximumUsers) ?? 1
            check(users, limits, at: keys.users)
            guard let iterations = keys.iterations, problems.count == count else { return nil }
            return .iterations(IterationStage(iterations: iterations, users: users, warmup: warmup))
        default:
            let users = value(keys.users, "expected users such as 50 or 0 to 50", Self.users)
            check(max(users?.from ?? 0, users?.to ?? 0), limits, at: keys.users)
            guard let users, let length = keys.length, problems.count == count else { return nil }
            return .users(UserStage(from: users.from, to: users.to, duration: length, warmup: warmup))
        }
    }

    private func check(_ users: Int, _ limits: Limits, at node: SourceNode?) {
        guard let node, users > limits.maxUsers else { return }
        report(node.location, "\(users) users are more than limits.max_users allows (\(limits.maxUsers))")
    }

    /// `20/s` or `20/s to 200/s`.
    static func rates(_ text: String) throws(GrammarError) -> (from: Double, to: Double) {
        let (first, second) = ramp(text)
        let from = try rate(first.text, first.offset)
        let to = try second.map { part throws(GrammarError) in try rate(part.text, part.offset) } ?? from
        return (from, to)
    }

    private static func rate(_ text: String, _ offset: Int) throws(GrammarError) -> Double {
        do throws(GrammarError) {
            let rate = try Quantity.rate(text)
            guard rate <= maximumRate else {
                throw GrammarError(offset: 0, message: "\(quoted(text)) is more than \(Int(maximumRate))/s")
            }
            return rate
        } catch {
            throw GrammarError(offset: offset + error.offset, message: error.message)
        }
    }

    /// `50` or `0 to 50`.
    private static func users(_ text: String) throws(GrammarError) -> (from: Int, to: Int) {
        let (first, second) = ramp(text)
        var bounds: [Int] = []
        for part in [first, second ?? first] {
            guard let users = Quantity.integer(part.text), users <= maximumUsers else {
                let found = part.text.isEmpty ? "nothing" : quoted(part.text)
                throw GrammarError(
                    offset: part.offset, message: "expected users such as 50 or 0 to 50, found \(found)")
            }
            bounds.append(users)
        }
        return (bounds[0], bounds[1])
    }

    /// The parts before and after `to`, with their offsets.
    private static func ramp(
        _ text: String
    ) -> (first: (text: String, offset: Int), second: (text: String, offset: Int)?) {
        var cursor = Cursor(text)
        cursor.skipSpaces()
        let start = cursor.offset
        let first = cursor.word()
        cursor.skipSpaces()
        guard cursor.take(word: "to") else {
            cursor.move(to: start)
            return ((cursor.rest(), start), nil)
        }
        cursor.skipSpaces()
        let second = cursor.offset
        return ((first, start), (cursor.rest(), second))
    }
}

/// Arrivals per second, which change linearly.
struct ArrivalRates: Sendable {
    var from: Double
    var to: Double
}

extension KeyForm where Value == ArrivalRates {
    static var arrivals: KeyForm {
        .parsed(
            Quantity.expectedRate, .pattern("\(Quantity.ratePattern)( +to +\(Quantity.ratePattern))?")
        ) { text throws(GrammarError) in
            let (from, to) = try Reading.rates(text)
            return ArrivalRates(from: from, to: to)
        }
    }
}

extension Reading {
    /// Users at most that a stage may ask for.
    static let maximumUsers = 10_000_000
    /// Arrivals per second at most.
    static let maximumRate = 10_000_000.0

    /// The stages of load.
    func load(_ node: SourceNode?, limits: Limits) -> [Stage] {
        guard let node else { return [] }
        let nodes = elements(node, of: "stages")
        if case .list = node.content, nodes.isEmpty { report(node.place, "expected at least one stage of load") }
        let stages = nodes.compactMap { stage($0, limits) }
        if !stages.isEmpty, stages.count == nodes.count, stages.allSatisfy(\.isWarmup) {
            report(node.place, "every stage is a warm-up: nothing would be measured")
        }
        return stages
    }

    private func stage(_ node: SourceNode, _ limits: Limits) -> Stage? {
        guard let fields = fields(node, .stage) else { return nil }
        let count = problems.count
        let kind = fields["arrivals"] != nil ? "arrivals" : fields["iterations"] != nil ? "iterations" : "users"
        if fields["arrivals"] == nil, fields["iterations"] == nil, fields["users"] == nil {
            report(fields.place, "expected arrivals, users or iterations in a stage")
            return nil
        }
        let strangers =
            switch kind {
            case "arrivals": ["users", "iterations"]
            case "iterations": ["for", "spacing"]
            default: ["spacing"]
            }
        for key in fields.present(strangers) {
            report(fields.place(of: key), "\(quoted(key)) doesn't fit a stage of \(kind)")
        }
        let warmup = boolean(fields["warmup"]) ?? false
        var length: Duration?
        if kind != "iterations" {
            if fields["for"] == nil { report(fields.place, "missing key \"for\"") }
            length = duration(fields["for"])
        }
        switch kind {
        case "arrivals":
            let rates = value(fields["arrivals"], Quantity.expectedRate, Self.rates)
            let spacing = choice(fields["spacing"], ArrivalStage.Spacing.allCases.map(\.rawValue))
                .flatMap(ArrivalStage.Spacing.init)
            guard let rates, let length, problems.count == count else { return nil }
            return .arrivals(
                ArrivalStage(
                    from: rates.from, to: rates.to, duration: length, spacing: spacing ?? .even, warmup: warmup))
        case "iterations":
            let iterations = integer(fields["iterations"], minimum: 1, maximum: 1_000_000_000_000)
            let users = integer(fields["users"], minimum: 1, maximum: Self.maximumUsers) ?? 1
            check(users, limits, at: fields["users"])
            guard let iterations, problems.count == count else { return nil }
            return .iterations(IterationStage(iterations: iterations, users: users, warmup: warmup))
        default:
            let users = value(fields["users"], "expected users such as 50 or 0 to 50", Self.users)
            check(max(users?.from ?? 0, users?.to ?? 0), limits, at: fields["users"])
            guard let users, let length, problems.count == count else { return nil }
            return .users(UserStage(from: users.from, to: users.to, duration: length, warmup: warmup))
        }
    }

    private func check(_ users: Int, _ limits: Limits, at node: SourceNode?) {
        guard let node, users > limits.maxUsers else { return }
        report(node.place, "\(users) users are more than limits.max_users allows (\(limits.maxUsers))")
    }

    /// `20/s` or `20/s to 200/s`.
    static func rates(_ text: String) throws(GrammarError) -> (from: Double, to: Double) {
        let (first, second) = ramp(text)
        let from = try rate(first.text, first.offset)
        let to = try second.map { part throws(GrammarError) in try rate(part.text, part.offset) } ?? from
        guard from > 0 || to > 0 else {
            throw GrammarError(offset: 0, message: "a stage without arrivals: expected a rate above 0/s")
        }
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
        guard bounds[0] > 0 || bounds[1] > 0 else {
            throw GrammarError(offset: 0, message: "a stage without users: expected at least 1")
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

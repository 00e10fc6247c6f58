extension Reading {
    private static let calculationKeys = ["answers", "tolerance", "server_time"]

    /// A request step; nil where it is wrong. Its names are noted even then.
    func step(_ fields: Fields, _ context: inout FlowContext) -> Step? {
        let count = problems.count
        let given = fields.present(KeyTable.actions)
        let scope = context.scope
        defer { noteCaptures(fields["capture"], &context) }

        let tags = context.flowTags.merging(tags(fields["tags"])) { _, own in own }
        for (name, value) in tags { context.names.tags.insert(SelectorNames.Tag(name: name, value: value)) }
        let name = stepName(fields, given.first, &context)
        guard let action = given.first, let url = fields[action] else {
            let methods = KeyTable.actions.filter { $0 != "websocket" }.joined(separator: ", ")
            report(fields.place, "expected one of \(methods) in a step")
            return nil
        }
        if given.count > 1 {
            let others = given.dropFirst().map { quoted($0) }.joined(separator: " and ")
            report(fields.place(of: given[1]), "a step does one thing: \(others) can't stand beside \(quoted(action))")
        }
        // The reader has said that it isn't supported; its other keys are those of a later version.
        if action == "websocket" { return nil }

        let isCalculation = action == "calculate"
        for key in fields.present(Self.calculationKeys) where !isCalculation {
            report(fields.place(of: key), "\(quoted(key)) belongs to calculate steps")
        }
        let address = stepURL(url, scope)
        var step = Step(
            name: name ?? "", method: isCalculation ? .post : Step.Method(rawValue: action.uppercased()) ?? .get,
            url: address ?? Text(""), timeout: duration(fields["timeout"]) ?? context.defaults.timeout, tags: tags)
        step.headers = headers(fields["headers"], scope)
        step.body = body(fields, scope)
        if let expect = fields["expect"] { step.expect = statuses(expect) }
        step.checks = elements(fields["checks"], of: "checks").compactMap { check($0, scope) }
        step.captures = captures(fields["capture"])
        if isCalculation { step.calculation = calculation(fields, scope) }
        return problems.count == count ? step : nil
    }

    private func stepName(_ fields: Fields, _ action: String?, _ context: inout FlowContext) -> String? {
        var given = name(fields["name"])
        var place = fields["name"]?.place ?? fields.place
        if fields["name"] == nil, let action, let url = fields[action]?.scalar {
            given = "\(action == "calculate" ? "POST" : action.uppercased()) \(Self.shownURL(url.text))"
            place = fields.place(of: action)
        }
        guard let given else {
            context.names.areComplete = false
            return nil
        }
        context.names.steps.append(given)
        if let first = context.stepPlaces[given] {
            let hint = fields["name"] == nil ? ": give one of them a name" : ""
            report(place, "another step is called \(quoted(given)) (line \(first.line))\(hint)")
        } else {
            context.stepPlaces[given] = place
        }
        return given
    }

    /// A URL for a name: as written, but without the defaults of environment variables.
    private static func shownURL(_ url: String) -> String {
        var rest = url[...]
        var shown = ""
        while let start = rest.firstRange(of: "${env:"), let end = rest[start.upperBound...].firstIndex(of: "}") {
            let name = rest[start.upperBound..<end]
            shown += rest[..<start.upperBound]
            shown += name.firstRange(of: ":-").map { name[..<$0.lowerBound] } ?? name
            rest = rest[end...]
        }
        return shown + rest
    }

    // MARK: - Body

    private func body(_ fields: Fields, _ scope: Scope) -> Body? {
        let given = fields.present(["json", "form", "body"])
        if given.count > 1 {
            report(
                fields.place(of: given[1]),
                "a request has one body: \(quoted(given[1])) can't stand beside \(quoted(given[0]))")
        }
        if let node = fields["json"] { return .json(json(node, scope)) }
        if let node = fields["form"] {
            return .form(
                entries(node, of: "form fields").compactMap { entry in
                    text(entry.value, scope).map { Header(name: entry.key, value: $0) }
                })
        }
        return text(fields["body"], scope).map { .text($0) }
    }

    // MARK: - Judging the answer

    /// `200`, `200..299`, or a list of them.
    private func statuses(_ node: SourceNode) -> [ClosedRange<Int>] {
        let nodes: [SourceNode]
        if case .list(let elements) = node.content {
            nodes = elements
            if elements.isEmpty { report(node.place, "expected at least one status") }
        } else {
            nodes = [node]
        }
        return nodes.compactMap { value($0, "expected a status such as 200, or 200..299", Self.status) }
    }

    private static func status(_ text: String) throws(GrammarError) -> ClosedRange<Int> {
        let dots = text.firstRange(of: "..")
        let low = Quantity.integer(dots.map { text[..<$0.lowerBound] } ?? text[...])
        let high = dots.map { Quantity.integer(text[$0.upperBound...]) } ?? low
        guard let low, let high, 100...599 ~= low, 100...599 ~= high else {
            throw GrammarError(
                offset: 0, message: "expected a status from 100 to 599, or two such as 200..299, found \(quoted(text))")
        }
        guard low <= high else {
            throw GrammarError(offset: 0, message: "\(quoted(text)) is empty: the first is the greater")
        }
        return low...high
    }

    private func check(_ node: SourceNode, _ scope: Scope) -> Check? {
        guard let text = grammar(node, "a check such as status == 200") else { return nil }
        var parser = CheckParser(text) { value, offset in self.template(value, scope, at: node, offset: offset) }
        do throws(GrammarError) {
            return try parser.parse()
        } catch {
            report(node, error)
            return nil
        }
    }

    private func captures(_ node: SourceNode?) -> [Capture] {
        entries(node, of: "captured names").compactMap { entry in
            checkVariableName(entry.key, at: entry.place)
            let what = "json $.path, header NAME, regex /…/ or cookie NAME"
            guard let text = grammar(entry.value, what) else { return nil }
            do throws(GrammarError) {
                return Capture(name: entry.key, source: try CaptureParser.source(text))
            } catch {
                report(entry.value, error)
                return nil
            }
        }
    }

    /// The steps behind this one may use the names, whether what is captured is right or wrong.
    private func noteCaptures(_ node: SourceNode?, _ context: inout FlowContext) {
        guard case .mapping(let entries)? = node?.content else { return }
        for entry in entries where !context.captures.contains(entry.key) { context.captures.append(entry.key) }
    }

    // MARK: - Calculation

    private func calculation(_ fields: Fields, _ scope: Scope) -> Calculation {
        if fields.present(["answers", "server_time"]).isEmpty {
            report(fields.place, "a calculate step needs answers to verify, or server_time")
        }
        let answers = entries(fields["answers"], of: "JSON paths and values").compactMap {
            entry -> Calculation.Answer? in
            let expected = text(entry.value, scope)
            do throws(Problem) {
                let path = try JSONPath(parsing: entry.key)
                return expected.map { Calculation.Answer(path: path, expected: $0) }
            } catch {
                report(entry.place, error.message)
                return nil
            }
        }
        var calculation = Calculation(answers: answers)
        if let tolerance = value(fields["tolerance"], Self.expectedTolerance, Self.tolerance) {
            calculation.tolerance = tolerance
        }
        if let node = fields["server_time"], let text = grammar(node, "header Server-Timing METRIC or json $.path") {
            do throws(GrammarError) {
                calculation.serverTime = try CaptureParser.serverTime(text)
            } catch {
                report(node, error)
            }
        }
        return calculation
    }

    private static let expectedTolerance = "expected a tolerance such as 0.005 or 0.1%"

    private static func tolerance(_ text: String) throws(GrammarError) -> Calculation.Tolerance {
        if text.last == "%", let value = Quantity.number(text.dropLast()) { return .relative(value / 100) }
        if let value = Quantity.signedNumber(text), value >= 0 { return .absolute(value) }
        throw GrammarError(offset: 0, message: "\(expectedTolerance), found \(quoted(text))")
    }
}

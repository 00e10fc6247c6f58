extension Reading {
    private static let calculationKeys = ["answers", "tolerance", "server_time", "deterministic"]
    private static let conversationKeys = [
        "protocols", "compression", "send", "messages", "every", "reply", "fan_out", "ping", "hold", "reconnect",
        "closes",
    ]
    private static let requestKeys = ["json", "form", "body", "multipart", "upload", "expect", "redirects"]

    /// A step that does something; nil where it is wrong. Its names are noted even then.
    func step(_ fields: Fields, _ context: inout FlowContext) -> Step? {
        let count = problems.count
        let given = fields.present(KeyTable.actions)
        let scope = context.scope
        defer { noteCaptures(fields["capture"], &context) }

        let tags = context.flowTags.merging(tags(fields["tags"])) { _, own in own }
        for (name, value) in tags { context.names.tags.insert(SelectorNames.Tag(name: name, value: value)) }
        let name = stepName(fields, given.first, &context)
        guard let action = given.first, let url = fields[action] else {
            report(fields.place, "expected one of \(KeyTable.actions.joined(separator: ", ")) in a step")
            return nil
        }
        if given.count > 1 {
            let others = given.dropFirst().map { quoted($0) }.joined(separator: " and ")
            report(fields.place(of: given[1]), "a step does one thing: \(others) can't stand beside \(quoted(action))")
        }
        reportStrangers(fields, action)
        let isConversation = action == "websocket"
        let method = action == "calculate" ? .post : Step.Method(rawValue: action.uppercased()) ?? .get
        var step = Step(
            name: name ?? "", method: method, url: stepURL(url, scope, webSocket: isConversation) ?? Text(""),
            timeout: duration(fields["timeout"]) ?? context.defaults.timeout, tags: tags)
        step.headers = headers(fields["headers"], scope)
        step.conditions = conditions(fields, scope)
        step.checks = elements(fields["checks"], of: "checks").compactMap {
            check($0, scope, ofMessage: isConversation)
        }
        step.captures = captures(fields["capture"], context, ofMessage: isConversation)
        step.authentication = authentication(of: fields, context)
        if isConversation {
            step.conversation = conversation(fields, context)
            step.authentication = handshakeAuthentication(step.authentication, fields)
        } else {
            step.body = body(fields, action, context)
            if let expect = fields["expect"] { step.expect = statuses(expect) }
            step.redirects =
                integer(fields["redirects"], minimum: 0, maximum: Self.maximumRedirects)
                ?? context.defaults.http.redirects
            if fields["redirects"] != nil, step.redirects > 0 {
                requireCurl(for: "redirects", at: fields.place(of: "redirects"), context.defaults.transport)
            }
            if action == "calculate" { step.calculation = calculation(fields, scope) }
        }
        return problems.count == count ? step : nil
    }

    /// Reports keys that steps of another kind have.
    private func reportStrangers(_ fields: Fields, _ action: String) {
        if action != "calculate" {
            for key in fields.present(Self.calculationKeys) {
                report(fields.place(of: key), "\(quoted(key)) belongs to calculate steps")
            }
        }
        if action != "websocket" {
            for key in fields.present(Self.conversationKeys) {
                let hint = key == "compression" ? " (of answers: defaults.http.compression)" : ""
                report(fields.place(of: key), "\(quoted(key)) belongs to websocket steps\(hint)")
            }
        } else {
            for key in fields.present(Self.requestKeys) {
                let hint = ["json", "body"].contains(key) ? ": its messages stand in send" : ""
                report(fields.place(of: key), "\(quoted(key)) doesn't fit a websocket step\(hint)")
            }
        }
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

    // MARK: - Judging the answer

    /// `200`, `200..299`, or a list of them.
    func statuses(_ node: SourceNode) -> [ClosedRange<Int>] {
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

    /// A check of an answer, or of a message: that has neither status nor header fields.
    func check(_ node: SourceNode, _ scope: Scope, ofMessage: Bool) -> Check? {
        guard let text = grammar(node, "a check such as \(ofMessage ? "json $.type == ack" : "status == 200")") else {
            return nil
        }
        var parser = CheckParser(text) { value, offset in self.template(value, scope, at: node, offset: offset) }
        let check: Check
        do throws(GrammarError) {
            check = try parser.parse()
        } catch {
            report(node, error)
            return nil
        }
        switch check.subject {
        case .status where ofMessage: report(node.place, "a message has no status: expected json $.path or body")
        case .header where ofMessage: report(node.place, "a message has no header: expected json $.path or body")
        default: break
        }
        return check
    }

    private func captures(_ node: SourceNode?, _ context: FlowContext, ofMessage: Bool) -> [Capture] {
        entries(node, of: "captured names").compactMap { entry in
            checkVariableName(entry.key, at: entry.place)
            if context.loginCaptures.contains(entry.key) {
                report(entry.place, "\(quoted(entry.key)) is captured in login already: choose another name")
            }
            let what = ofMessage ? "json $.path or regex /…/" : "json $.path, header NAME, regex /…/ or cookie NAME"
            guard let text = grammar(entry.value, what) else { return nil }
            do throws(GrammarError) {
                let (source, isOptional, isSecret) = try CaptureParser.capture(text)
                switch source {
                case .header where ofMessage, .cookie where ofMessage:
                    report(entry.value.place, "a message has neither header nor cookies: expected \(what)")
                default: break
                }
                return Capture(name: entry.key, source: source, isOptional: isOptional, isSecret: isSecret)
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
}

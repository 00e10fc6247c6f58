extension Reading {
    /// A step that does something; nil where it is wrong. Its names are noted even then.
    func step(_ keys: KeyValues<StepKeys>, isRight: Bool, _ context: inout FlowContext) -> Step? {
        let count = problems.count
        let declared = keys.declared
        let given = keys.present(
            declared.methods, declared.request, declared.calculate, declared.events, declared.websocket)
        defer { noteCaptures(keys.node(\.capture), &context) }

        let tags = context.flowTags.merging(keys.tags ?? [:]) { _, own in own }
        for (name, value) in tags { context.names.tags.insert(SelectorNames.Tag(name: name, value: value)) }
        let action = given.first?.name
        let (method, url, urlNode) = target(keys, action)
        let name = stepName(keys, action, urlNode, &context)
        guard let action else {
            let names = declared.actions.flatMap(\.names).joined(separator: ", ")
            report(keys.location, "expected one of \(names) in a step")
            return nil
        }
        if given.count > 1 {
            let others = given.dropFirst().map { quoted($0.name) }.joined(separator: " and ")
            report(given[1].location, "a step does one thing: \(others) can't stand beside \(quoted(action))")
        }
        let isConversation = action == declared.websocket.name
        let isStream = action == declared.events.name
        var step = Step(
            name: name ?? "", method: method, url: url ?? Text(""),
            timeout: keys.timeout ?? context.defaults.timeout, tags: tags)
        if action == declared.request.name { step.otherMethod = keys.request?.other }
        if isStream { step.otherMethod = keys.events?.other }
        step.headers = keys.headers ?? []
        step.conditions = [keys.when, keys.unless].compactMap { $0 }
        step.isRepeated = context.isInLoop
        step.checks = (keys.checks ?? []).compactMap {
            check($0, context.scope, ofMessage: isConversation, ofStream: isStream)
        }
        step.captures = captures(keys.capture ?? [], context, ofMessage: isConversation)
        step.authentication = authentication(of: keys, context)
        if isConversation {
            let conversation = conversation(keys, &context)
            step.captures += conversation.entries.flatMap(\.captures)
            step.conversation = conversation
            step.authentication = handshakeAuthentication(step.authentication, keys)
        } else {
            step.body = body(keys, method, context)
            step.expect = keys.expect ?? step.expect
            step.redirects = keys.redirects ?? context.defaults.http.redirects
            if keys.has(\.redirects), step.redirects > 0 {
                requireCurl(for: "redirects", at: keys.location(of: \.redirects), context.defaults.transport)
            }
            if action == declared.calculate.name { step.calculation = calculation(keys) }
            if isStream { step.events = events(keys, &step, context) }
        }
        return isRight && problems.count == count ? step : nil
    }

    /// The method and URL of an action, and the URL as it is written.
    private func target(
        _ keys: KeyValues<StepKeys>, _ action: String?
    ) -> (method: Step.Method, url: Text?, node: SourceNode?) {
        if let method = keys.methods.first, method.name == action { return (method.kind, method.value, method.node) }
        if action == keys.declared.request.name {
            return (keys.request?.method ?? .get, keys.request?.url, keys.node(\.request))
        }
        if action == keys.declared.calculate.name { return (.post, keys.calculate, keys.node(\.calculate)) }
        if action == keys.declared.events.name {
            return (keys.events?.method ?? .get, keys.events?.url, keys.node(\.events))
        }
        return (.get, keys.websocket, keys.node(\.websocket))
    }

    private func stepName(
        _ keys: KeyValues<StepKeys>, _ action: String?, _ url: SourceNode?, _ context: inout FlowContext
    ) -> String? {
        var given = keys.name
        var location = keys.node(\.name)?.location ?? keys.location
        if !keys.has(\.name), let action, let url = url?.scalar {
            given = Self.shownMethod(action, url.text) + Self.shownURL(url.text)
            let declared = keys.declared
            location =
                keys.present(
                    declared.methods, declared.request, declared.calculate, declared.events, declared.websocket
                ).first?.location
                ?? location
        }
        guard let given else {
            context.names.areComplete = false
            return nil
        }
        noteName(given, at: location, isGiven: keys.has(\.name), &context)
        return given
    }

    /// Notes what a step, or a part of one, is called in results; `isGiven`: by the scenario.
    func noteName(_ name: String, at location: TextLocation, isGiven: Bool, _ context: inout FlowContext) {
        context.names.steps.append(name)
        if let first = context.stepLocations[name] {
            let hint = isGiven ? "" : ": give one of them a name"
            report(location, "another step is called \(quoted(name)) (line \(first.line))\(hint)")
        } else {
            context.stepLocations[name] = location
        }
    }

    /// The method for a name, with a blank behind it, where the URL doesn't begin with it.
    private static func shownMethod(_ action: String, _ url: String) -> String {
        switch action {
        case "calculate": "POST "
        case "request": ""
        case "events": beginsWithMethod(url) ? "" : "GET "
        default: "\(action.uppercased()) "
        }
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
            if elements.isEmpty { report(node.location, "expected at least one status") }
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
    ///
    /// - Parameters:
    ///   - ofStream: Whether the answer is a stream of events.
    ///   - isTimed: Whether it is known how long the answer took.
    func check(
        _ node: SourceNode, _ scope: Scope, ofMessage: Bool, ofStream: Bool = false, isTimed: Bool = true
    ) -> Check? {
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
        case .status where ofMessage: report(node.location, "a message has no status: expected json $.path or body")
        case .header where ofMessage: report(node.location, "a message has no header: expected json $.path or body")
        case .responseTime where !isTimed, .serviceTime where !isTimed:
            report(node.location, "a time says nothing here: expected a check of the answer itself")
        case .events where !ofStream, .firstEvent where !ofStream, .eventGap where !ofStream:
            report(node.location, "only an events step has events to check")
        default:
            if check.isOfEvery, !ofStream {
                report(node.location, "every is of the events of an events step: leave it out")
            }
        }
        return check
    }

    /// A check of an answer that belongs to no iteration: it names no variables and no times.
    package func answerCheck(_ node: SourceNode) -> Check? {
        check(node, .constant, ofMessage: false, isTimed: false)
    }

    func captures(
        _ entries: [SourceNode.Entry], _ context: FlowContext, ofMessage: Bool
    ) -> [Capture] {
        entries.compactMap { entry in
            checkVariableName(entry.key, at: entry.location)
            if context.loginCaptures.contains(entry.key) {
                report(entry.location, "\(quoted(entry.key)) is captured in login already: choose another name")
            }
            let what =
                ofMessage
                ? "json $.path, regex /…/, body or hex"
                : "json $.path, header NAME, regex /…/, cookie NAME, status, body or hex"
            guard let text = grammar(entry.value, what) else { return nil }
            do throws(GrammarError) {
                let capture = try CaptureParser.capture(entry.key, text)
                switch capture.source {
                case .header where ofMessage, .cookie where ofMessage, .status where ofMessage:
                    report(entry.value.location, "a message has no status, header or cookies: expected \(what)")
                default: break
                }
                return capture
            } catch {
                report(entry.value, error)
                return nil
            }
        }
    }

    /// The steps behind this one may use the names, whether what is captured is right or wrong.
    func noteCaptures(_ node: SourceNode?, _ context: inout FlowContext) {
        guard case .mapping(let entries)? = node?.content else { return }
        for entry in entries where !context.captures.contains(entry.key) { context.captures.append(entry.key) }
    }
}

extension KeyForm where Value == Text {
    /// A path, or a whole `ws[s]://` URL.
    static var webSocketURL: KeyForm {
        KeyForm(.webSocketURL) { reading, node, context in reading.stepURL(node, context.scope, webSocket: true) }
    }
}

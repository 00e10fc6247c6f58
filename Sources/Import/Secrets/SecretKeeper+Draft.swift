import Credentials

extension SecretKeeper {
    /// A keeper for sources whose values are examples.
    static var ofDocument: SecretKeeper {
        var keeper = SecretKeeper()
        keeper.skipsPlaceholders = true
        return keeper
    }

    /// Takes the secrets that are left out of a whole draft: whatever put them there, and in whatever code. A document's
    /// examples are judged by their names first.
    mutating func clean(_ draft: inout ScenarioDraft) {
        let before = used
        if skipsPlaceholders {
            // Once to learn what is secret, once more to find it wherever it stands.
            var learning = draft
            change(&learning) { $0.cleanedExamples(of: $1) }
            change(&draft) { $0.cleanedExamples(of: $1) }
        }
        change(&draft) { $0.cleanedAgain($1) }
        func line(_ text: String, _ keeper: inout SecretKeeper) -> String { keeper.cleaned(name: text) }
        for flow in draft.flows.indices { draft.flows[flow].name = line(draft.flows[flow].name, &self) }
        draft.leftOut = draft.leftOut.map { line($0, &self) }
        draft.description = draft.description.map { line($0, &self) }
        if skipsPlaceholders {
            // Variables that nothing in the head names yet.
            let told = draft.hints.joined(separator: " ")
            use(draft.variables.filter { !told.contains($0) && $0 != "DOLLAR_SIGN" })
        }
        if used != before {
            draft.hints.removeAll { Self.isHint($0) }
            draft.hints += hints
        }
    }

    private mutating func change(
        _ draft: inout ScenarioDraft,
        _ step: (inout SecretKeeper, ScenarioDraft.Step) -> ScenarioDraft.Step
    ) {
        draft.login = draft.login.map { step(&self, $0) }
        for flow in draft.flows.indices {
            for index in draft.flows[flow].actions.indices {
                guard case .request(let request) = draft.flows[flow].actions[index] else { continue }
                draft.flows[flow].actions[index] = .request(step(&self, request))
            }
        }
    }

    /// A step whose values were judged by their names.
    private mutating func cleanedExamples(of step: ScenarioDraft.Step) -> ScenarioDraft.Step {
        var step = step
        step.headers = step.headers.map { field in
            guard let literal = field.value.literal else { return field }
            return .init(name: field.name, value: header(field.name, literal))
        }
        // A URL with places is the importer's own; its examples stand between them.
        if let literal = step.url.literal, literal.hasPrefix("/") {
            let mark = literal.firstIndex(of: "?") ?? literal.endIndex
            let query = mark == literal.endIndex ? nil : String(literal[literal.index(after: mark)...])
            step.url = url(path: String(literal[..<mark]), query: query)
        }
        switch step.body {
        case .json(let value): step.body = .json(json(value, named: "body"))
        case .form(let given):
            let names = given.map(\.name)
            step.body = .form(
                given.map { field in
                    guard let literal = field.value.literal else { return field }
                    let isSecret = SensitiveName.isQueryField(field.name, among: names)
                    return .init(name: field.name, value: value(literal, named: field.name, isSecret: isSecret))
                })
        case .text(let text): if let literal = text.literal { step.body = .text(self.text(literal, named: "BODY")) }
        case .multipart(let parts):
            step.body = .multipart(
                parts.map { part in
                    guard part.file == nil, let literal = part.value.literal else { return part }
                    var part = part
                    part.value = value(literal, named: part.name)
                    return part
                })
        case .upload, nil: break
        }
        return step
    }

    /// A step without the secrets that are known.
    private mutating func cleanedAgain(_ step: ScenarioDraft.Step) -> ScenarioDraft.Step {
        var step = step
        step.name = cleaned(name: step.name)
        step.url = cleaned(url: step.url)
        step.headers = step.headers.map { .init(name: $0.name, value: cleaned($0.value)) }
        switch step.body {
        case .json(let value): step.body = .json(cleaned(value))
        case .form(let fields): step.body = .form(fields.map { .init(name: $0.name, value: cleaned($0.value)) })
        case .text(let text): step.body = .text(cleaned(text))
        case .multipart(let parts):
            step.body = .multipart(
                parts.map { part in
                    var part = part
                    part.value = cleaned(part.value)
                    return part
                })
        case .upload, nil: break
        }
        step.notes = step.notes.map { cleaned(name: $0) }
        step.checks = step.checks.map { cleaned(name: $0) }
        return step
    }

    private mutating func cleaned(_ text: TemplateText) -> TemplateText {
        var result = TemplateText()
        for piece in text.pieces {
            switch piece {
            case .literal(let literal): result.append(cleaned(literal))
            case .placeholder(let placeholder): result.append(placeholder: placeholder)
            }
        }
        return result
    }

    private mutating func cleaned(_ value: DocumentValue) -> DocumentValue {
        switch value {
        case .null, .bool, .number: return value
        case .text(let text):
            let clean = cleaned(text)
            return clean.literal == nil ? .template(clean) : value
        case .template(let text): return .template(cleaned(text))
        case .list(let values): return .list(values.map { cleaned($0) })
        case .object(let object):
            return .object(DocumentObject(object.members.map { ($0.name, cleaned($0.value)) }))
        }
    }
}

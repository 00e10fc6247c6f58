import Scenarios

extension Scenario {
    /// The variables that every request is made with, whatever its step.
    var variablesOfAllSteps: [Variable] {
        var texts = defaults.headers.map(\.value)
        if let identities { texts.append(identities.value) }
        return texts.flatMap(\.variables) + (defaults.http.authentication?.variables ?? [])
    }
}

extension Step {
    /// The variables in all of the step's parts.
    var variables: [Variable] {
        var variables = url.variables + headers.flatMap(\.value.variables) + (body?.variables ?? [])
        variables += calculation?.answers.flatMap(\.expected.variables) ?? []
        variables += checks.flatMap(\.variables) + conditions.flatMap(\.variables)
        variables += authentication?.variables ?? []
        variables += conversation?.reply?.variables ?? []
        variables += conversation?.message?.variables.map(\.base) ?? []
        for entry in conversation?.entries ?? [] {
            variables += entry.checks.flatMap(\.variables) + entry.messages.flatMap(\.variables).map(\.base)
        }
        return variables
    }
}

extension Flow {
    /// The variables in what blocks say of themselves.
    var variablesOfBlocks: [Variable] { actions.flatMap(\.variablesOfBlocks) }
}

extension Flow.Action {
    fileprivate var variablesOfBlocks: [Variable] {
        guard case .block(let block) = self else { return [] }
        var variables = block.conditions.flatMap(\.variables) + block.actions.flatMap(\.variablesOfBlocks)
        switch block.kind {
        case .repeated(.filled(let text, _)): variables += text.variables
        case .until(.answer(let check), _): variables += check.variables
        case .until(.value(let condition), _): variables += condition.variables
        case .repeated(.drawn), .group: break
        }
        return variables
    }
}

extension Step {
    /// True where its JSON has a value that must be a number.
    var needsNumbers: Bool {
        if case .json(let template) = body, template.needsNumbers { return true }
        let messages = [conversation?.message].compactMap { $0 } + (conversation?.entries ?? []).flatMap(\.messages)
        return messages.contains { if case .json(let template) = $0 { template.needsNumbers } else { false } }
    }
}

extension JSONTemplate {
    fileprivate var needsNumbers: Bool {
        switch self {
        case .variable(.formed(_, .number)): true
        case .raw, .text, .variable: false
        case .array(let elements): elements.contains(where: \.needsNumbers)
        case .object(let members): members.contains(where: \.value.needsNumbers)
        }
    }
}

extension Body {
    fileprivate var variables: [Variable] {
        switch self {
        case .text(let text): text.variables
        case .form(let fields): fields.flatMap(\.value.variables)
        case .json(let template): template.variables
        case .multipart(let parts):
            parts.flatMap { part in if case .text(let text) = part.content { text.variables } else { [Variable]() } }
        case .file: []
        }
    }
}

extension Check {
    fileprivate var variables: [Variable] {
        switch predicate {
        case .text(_, let text), .contains(let text): text.variables
        case .number, .within, .oneOf, .matches, .exists, .absent: []
        }
    }
}

extension Condition {
    fileprivate var variables: [Variable] {
        if case .text(_, let text) = predicate { subject.variables + text.variables } else { subject.variables }
    }
}

extension Authentication {
    fileprivate var variables: [Variable] { texts.flatMap(\.variables) }
}

extension JSONTemplate {
    fileprivate var variables: [Variable] {
        switch self {
        case .raw: []
        case .text(let text): text.variables
        case .variable(let variable): [variable.base]
        case .array(let elements): elements.flatMap(\.variables)
        case .object(let members): members.flatMap(\.value.variables)
        }
    }
}

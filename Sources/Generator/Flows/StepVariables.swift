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
        switch conversation?.message {
        case .json(let template): variables += template.variables
        case .text(let text): variables += text.variables
        case .binary, nil: break
        }
        return variables
    }
}

extension Step {
    /// True where its JSON has a value that must be a number.
    var needsNumbers: Bool {
        if case .json(let template) = body, template.needsNumbers { return true }
        if case .json(let template) = conversation?.message { return template.needsNumbers }
        return false
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

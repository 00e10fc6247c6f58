extension RecordedBody {
    /// Makes places of the shell's variables.
    mutating func expandShellVariables() {
        switch body {
        case .json(let value): body = .json(Self.expanded(value))
        case .form(let fields):
            body = .form(
                fields.map {
                    .init(name: ShellVariables.template($0.name).shown, value: $0.value.expandingShellVariables)
                })
        case .text(let text): body = .text(text.expandingShellVariables)
        case .multipart(let parts):
            body = .multipart(
                parts.map { part in
                    var part = part
                    part.value = part.value.expandingShellVariables
                    return part
                })
        case .upload, nil: break
        }
        contentType = contentType?.expandingShellVariables
    }

    private static func expanded(_ value: DocumentValue) -> DocumentValue {
        switch value {
        case .text(let text):
            ShellVariables.hasVariable(text) ? .template(ShellVariables.template(text)) : value
        case .template(let text): .template(text.expandingShellVariables)
        case .list(let values): .list(values.map(expanded))
        case .object(let object):
            .object(DocumentObject(object.members.map { (ShellVariables.template($0.name).shown, expanded($0.value)) }))
        case .null, .bool, .number: value
        }
    }
}

/// Texts with marked variables of the shell as texts with places of the environment.
enum ShellText {
    /// The text; each variable of the shell becomes one of the environment. `inURL`: it is sent as it is, as the shell does.
    static func template(_ text: String, inURL: Bool = false) -> TemplateText {
        var result = TemplateText()
        var rest = text.unicodeScalars[...]
        while let start = rest.firstIndex(of: ShellWords.variableStart),
            let end = rest[start...].firstIndex(of: ShellWords.variableEnd)
        {
            result.append(String(String.UnicodeScalarView(rest[..<start])))
            let name = String(String.UnicodeScalarView(rest[start..<end].dropFirst()))
            result.append(inURL ? .raw(.environment(name)) : .environment(name))
            rest = rest[rest.index(after: end)...]
        }
        result.append(String(String.UnicodeScalarView(rest)))
        return result
    }

    /// True where a variable of the shell stands in the text.
    static func hasVariable(_ text: String) -> Bool { text.unicodeScalars.contains(ShellWords.variableStart) }
}

extension TemplateText {
    /// The text with the shell's variables as places.
    var expandingShellVariables: TemplateText { expandShellVariables(inURL: false) }

    /// The text with the shell's variables as places; `inURL`: of a URL, where the shell encodes nothing.
    func expandShellVariables(inURL: Bool) -> TemplateText {
        var result = TemplateText()
        for piece in pieces {
            switch piece {
            case .literal(let literal): result.append(ShellText.template(literal, inURL: inURL))
            case .place(let place): result.append(place: place)
            }
        }
        return result
    }
}

extension RecordedBody {
    /// Makes places of the shell's variables.
    mutating func expandShellVariables() {
        switch body {
        case .json(let value): body = .json(Self.expanded(value))
        case .form(let fields):
            body = .form(
                fields.map { .init(name: ShellText.template($0.name).shown, value: $0.value.expandingShellVariables) })
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
            ShellText.hasVariable(text) ? .template(ShellText.template(text)) : value
        case .template(let text): .template(text.expandingShellVariables)
        case .list(let values): .list(values.map(expanded))
        case .object(let object):
            .object(DocumentObject(object.members.map { (ShellText.template($0.name).shown, expanded($0.value)) }))
        case .null, .bool, .number: value
        }
    }
}

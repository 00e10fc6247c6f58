/// Texts with marked variables of the shell as texts with places of the environment.
enum ShellVariables {
    /// The text; each variable of the shell becomes one of the environment. `inURL`: it is sent as it is, as the shell does.
    static func template(_ text: String, inURL: Bool = false) -> TemplateText {
        var result = TemplateText()
        var rest = text.unicodeScalars[...]
        while let start = rest.firstIndex(of: ShellMark.start),
            let end = rest[start...].firstIndex(of: ShellMark.end)
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
    static func hasVariable(_ text: String) -> Bool { text.unicodeScalars.contains(ShellMark.start) }
}

extension TemplateText {
    /// The text with the shell's variables as places.
    var expandingShellVariables: TemplateText { expandShellVariables(inURL: false) }

    /// The text with the shell's variables as places; `inURL`: of a URL, where the shell encodes nothing.
    func expandShellVariables(inURL: Bool) -> TemplateText {
        var result = TemplateText()
        for piece in pieces {
            switch piece {
            case .literal(let literal): result.append(ShellVariables.template(literal, inURL: inURL))
            case .placeholder(let placeholder): result.append(placeholder: placeholder)
            }
        }
        return result
    }
}

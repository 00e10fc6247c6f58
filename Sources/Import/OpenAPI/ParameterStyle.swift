/// How a list or an object becomes the text of a parameter (OpenAPI 3.1 §4.8.12.3, RFC 6570).
struct ParameterStyle {
    /// `form`, `simple` and the others, `tabDelimited` for Swagger 2.0's `tsv`.
    private let style: String
    private let isExploded: Bool
    /// Whether reserved characters stay as they are (OpenAPI 3.1 §4.8.12.2.1; of a path OpenAPI 3.2 §4.12.2.1).
    private let allowsReserved: Bool

    /// - Parameters:
    ///   - value: What may hold `style`, `explode` and `allowReserved`: a parameter, or the encoding of a form's property.
    ///   - location: `path`, `query`, `header` or `cookie`, which has the default.
    init(_ value: DocumentValue?, location: String) {
        style = value?["style"]?.text ?? (["path", "header"].contains(location) ? "simple" : "form")
        isExploded = value?["explode"]?.bool ?? (style == "form" || style == "cookie")
        allowsReserved = value?["allowReserved"]?.bool == true
    }

    /// The text of a value that is no list and no object.
    static func text(_ value: DocumentValue) -> TemplateText {
        if case .template(let text) = value { return text }
        return TemplateText(value.scalarText ?? JSONText.text(value))
    }

    /// The value in a path, encoded.
    func path(_ name: String, _ value: DocumentValue) -> TemplateText {
        let text = path(
            name, value, encode: allowsReserved ? PercentCoding.encodedPathButReserved : PercentCoding.encoded)
        return allowsReserved ? .raw(text) : text
    }

    private func path(_ name: String, _ value: DocumentValue, encode: (String) -> String) -> TemplateText {
        let shown = encode(name)
        let (mark, separator) = style == "label" ? (".", ".") : style == "matrix" ? (";", ";") : ("", ",")
        var text = TemplateText(mark)
        let fields = pairs(shown, value, encode)
        if style == "matrix" {
            if isExploded {
                text.append(Self.joined(fields.map { Self.pair($0, "=") }, separator))
            } else {
                text.append("\(shown)=")
                text.append(Self.joined(elements(value, encode), ","))
            }
            return text
        }
        if value.object != nil, isExploded {
            text.append(Self.joined(fields.map { Self.pair($0, "=") }, separator))
        } else {
            text.append(Self.joined(elements(value, encode), isExploded ? separator : ","))
        }
        return text
    }

    /// The value as fields of a query or of a form that is a text, encoded.
    func urlFields(_ name: String, _ value: DocumentValue) -> [ScenarioDraft.Field] {
        guard allowsReserved else { return fields(name, value, encode: PercentCoding.encoded) }
        // What is filled in later stays as it is, too.
        return fields(name, value, encode: PercentCoding.encodedButReserved)
            .map { .init(name: $0.name, value: .raw($0.value)) }
    }

    /// The value as fields of a query or form, not encoded where `encode` does nothing.
    func fields(_ name: String, _ value: DocumentValue, encode: (String) -> String) -> [ScenarioDraft.Field] {
        if style == "deepObject", let object = value.object {
            return object.members.map { member in
                .init(
                    name: encode("\(name)[\(member.name)]"), value: Self.text(member.value).mapLiterals(encode))
            }
        }
        switch value {
        case .list, .object:
            if isExploded { return pairs(encode(name), value, encode).map { .init(name: $0.name, value: $0.value) } }
            let separator: String =
                switch style {
                case "spaceDelimited": encode(" ")
                case "pipeDelimited": encode("|")
                case "tabDelimited": encode("\t")
                default: ","
                }
            return [.init(name: encode(name), value: Self.joined(elements(value, encode), separator))]
        default: return [.init(name: encode(name), value: Self.text(value).mapLiterals(encode))]
        }
    }

    /// The value in a header field or a cookie.
    func line(_ value: DocumentValue) -> TemplateText {
        let fit = { StepNames.fit($0, otherwise: "text") }
        if value.object != nil, isExploded {
            return Self.joined(pairs("", value, fit).map { Self.pair($0, "=") }, ",")
        }
        return Self.joined(elements(value, fit), ",")
    }

    // MARK: - Parts

    /// What an exploded list or object consists of: the parameter's name for each item, or the members' own names.
    private func pairs(
        _ name: String, _ value: DocumentValue, _ encode: (String) -> String
    ) -> [(name: String, value: TemplateText)] {
        switch value {
        case .list(let items): items.map { (name, Self.text($0).mapLiterals(encode)) }
        case .object(let object): object.members.map { (encode($0.name), Self.text($0.value).mapLiterals(encode)) }
        default: [(name, Self.text(value).mapLiterals(encode))]
        }
    }

    /// What stands between separators; of an object names and values in turn.
    private func elements(_ value: DocumentValue, _ encode: (String) -> String) -> [TemplateText] {
        switch value {
        case .list(let items): items.map { Self.text($0).mapLiterals(encode) }
        case .object(let object):
            object.members.flatMap { [TemplateText(encode($0.name)), Self.text($0.value).mapLiterals(encode)] }
        default: [Self.text(value).mapLiterals(encode)]
        }
    }

    private static func pair(_ pair: (name: String, value: TemplateText), _ mark: String) -> TemplateText {
        var text = TemplateText(pair.name + mark)
        text.append(pair.value)
        return text
    }

    private static func joined(_ parts: [TemplateText], _ separator: String) -> TemplateText {
        var text = TemplateText()
        for (index, part) in parts.enumerated() {
            if index > 0 { text.append(separator) }
            text.append(part)
        }
        return text
    }
}

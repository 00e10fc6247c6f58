import HTTPFields

/// The body of a request that was once sent, as a scenario has it.
struct RecordedBody {
    var body: ScenarioDraft.Body?
    /// The value of `Content-Type` to send, where it isn't the one that the scenario's body brings by itself.
    var contentType: TemplateText?
    /// A comment on it.
    var note: String?

    /// Values and levels of JSON that stay readable as YAML; others are sent as text.
    private static let maximumValues = 20_000
    private static let maximumDepth = 40

    /// JSON becomes `json:`, a form `form:`, everything else `body:`, each without secrets.
    init(_ text: String, contentType: String, secrets: inout SecretKeeper) {
        let media = MediaType(contentType)
        let type = media?.essence ?? ""
        if media?.isJSON ?? false, let value = DocumentFile.value(ofJSON: text),
            Self.isRepresentable(value)
        {
            body = .json(secrets.json(value, named: "body"))
            if contentType.lowercased() != "application/json" { self.contentType = TemplateText(contentType) }
            return
        }
        // What is no list of fields is sent as it is, under the type of a form: so do programs that forget to name the type.
        if type == "application/x-www-form-urlencoded", Self.isForm(text) {
            self = RecordedBody(form: PercentCoding.fields(text), secrets: &secrets)
            // Parameters such as a charset are kept.
            if contentType.contains(";") { self.contentType = TemplateText(contentType) }
            return
        }
        // JSON under another type: where it holds a secret, its members say where.
        if let first = text.first(where: { !$0.isWhitespace }), first == "{" || first == "[",
            let value = DocumentFile.value(ofJSON: text), Self.isRepresentable(value)
        {
            let clean = secrets.json(value, named: "body")
            if clean != value {
                body = .json(clean)
                if type != "application/json" { self.contentType = TemplateText(contentType) }
                return
            }
        }
        let cleaned = secrets.text(text, named: "BODY")
        body = .text(cleaned)
        if !contentType.isEmpty { self.contentType = TemplateText(contentType) }
        if cleaned.literal == nil { note = "the body holds a secret: its place is to be filled" }
    }

    /// Fields of a body of several parts; their type is the scenario's own, with its own boundary.
    init(parts: [(name: String, value: String, type: String?)], secrets: inout SecretKeeper) {
        body = .multipart(
            parts.map { part in
                ScenarioDraft.Part(
                    name: secrets.cleaned(name: part.name), value: secrets.value(part.value, named: part.name),
                    type: part.type)
            })
    }

    /// True for `name=value` once or more; names that no form has are those of JSON or XML.
    private static func isForm(_ text: String) -> Bool {
        text.split(separator: "&").allSatisfy { field in
            let name = field.prefix { $0 != "=" }
            return name.count < field.count && !name.isEmpty && !name.contains(where: { "{}[]\" <>\n".contains($0) })
                || name.count < field.count && isNested(name)
                || field.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
                    && text.contains("=")
        }
    }

    /// `user[name]`, as PHP and Rails read it.
    private static func isNested(_ name: Substring) -> Bool {
        guard let open = name.firstIndex(of: "["), open > name.startIndex, name.last == "]" else { return false }
        return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-.[]".contains($0)) }
    }

    /// A form; one that has a name twice can only be sent as a text.
    init(form: [(name: String, value: String)], secrets: inout SecretKeeper) {
        let fields = secrets.fields(form)
        guard Set(fields.map(\.name)).count < fields.count else {
            body = .form(fields)
            return
        }
        var text = TemplateText()
        for (index, field) in fields.enumerated() {
            text.append((index > 0 ? "&" : "") + PercentCoding.encoded(field.name) + "=")
            text.append(field.value.mapLiterals(PercentCoding.encoded))
        }
        body = .text(text)
        contentType = TemplateText("application/x-www-form-urlencoded")
    }

    /// Adds the body to a step; its type replaces a recorded one.
    func put(into step: inout ScenarioDraft.Step) {
        step.body = body
        if let note { step.notes.append(note) }
        let isImplied = contentType == nil
        step.headers.removeAll { $0.name.lowercased() == "content-type" && body != nil }
        if !isImplied, let contentType { step.headers.append(.init(name: "Content-Type", value: contentType)) }
    }

    /// The reader of scenarios takes a mark of private use at the start of a name for its own, and drops byte order
    /// marks at the start of a text.
    private static func isRepresentable(_ value: DocumentValue) -> Bool {
        var count = 0
        func check(_ value: DocumentValue, depth: Int) -> Bool {
            count += 1
            guard count <= maximumValues, depth <= maximumDepth else { return false }
            switch value {
            case .list(let values): return values.allSatisfy { check($0, depth: depth + 1) }
            case .object(let object):
                return object.members.allSatisfy {
                    !["\u{E000}", "\u{FEFF}"].contains($0.name.unicodeScalars.first)
                        && check($0.value, depth: depth + 1)
                }
            case .text(let text): return text.unicodeScalars.first != "\u{FEFF}"
            default: return true
            }
        }
        return check(value, depth: 0)
    }
}

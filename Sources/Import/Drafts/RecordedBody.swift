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
        let type = contentType.prefix { $0 != ";" }.lowercased().filter { !$0.isWhitespace }
        if type.hasSuffix("/json") || type.hasSuffix("+json"), let value = JSONDocument.value(of: text),
            Self.isRepresentable(value)
        {
            body = .json(secrets.json(value, named: "body"))
            if type != "application/json" { self.contentType = TemplateText(contentType) }
            return
        }
        if type == "application/x-www-form-urlencoded" {
            self = RecordedBody(form: PercentCoding.fields(text), secrets: &secrets)
            return
        }
        let cleaned = secrets.value(text, named: "BODY", isSecret: false)
        body = .text(cleaned)
        if !contentType.isEmpty { self.contentType = TemplateText(contentType) }
        if cleaned.literal == nil { note = "the body holds a secret: its place is to be filled" }
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

/// Makes the body of a request as its description wants it.
struct BodyDraft {
    private(set) var body: ScenarioDraft.Body?
    /// The value of `Content-Type` to send, where it isn't the one that the scenario's body brings by itself.
    private(set) var contentType: String?
    /// Why there is no such request; nil where there is one.
    private(set) var obstacle: String?
    /// Comments on it.
    private(set) var notes: [String] = []

    private static let formType = "application/x-www-form-urlencoded"
    /// What stands for a file's content: servers that look into it want a real one.
    private static let fileText = "text"

    /// - Parameter description: A request body (OpenAPI 3.1 §4.8.13), its references followed.
    init(_ description: DocumentValue, in document: OpenAPIDocument, _ sampler: inout SchemaSampler) {
        let types = MediaTypes(description["content"], in: document)
        func sample(_ entry: MediaTypes.Entry) -> DocumentValue? {
            entry.sample(document, &sampler, named: "the body")
        }
        if let json = types.json {
            body = .json(sample(json) ?? .object(DocumentObject()))
            if json.type != "application/json" { contentType = json.type }
            return
        }
        if let form = types.first(Self.formType), let object = sample(form)?.object {
            fillForm(object, form.value["encoding"])
            return
        }
        if let form = types.first(MultipartBody.type) {
            fillMultipart(sample(form)?.object, form, &sampler)
            if body != nil { return }
        }
        if let lines = types.entries.first(where: \.isJSONLines), let item = sample(lines) {
            body = .text(TemplateText((item.list ?? [item]).map { JSONText.text($0) + "\n" }.joined()))
            contentType = lines.type
            return
        }
        let other = types.entries.first { $0.type != MultipartBody.type && !$0.type.contains("*") }
        if let other, let text = Self.text(other, sample(other)) {
            body = .text(text)
            contentType = other.type
            return
        }
        let type = types.entries.first?.type ?? "no type"
        let reason = "there is no example of its body (\(type))"
        if description["required"]?.bool == true {
            obstacle = reason
        } else {
            notes.append("sent without a body: \(reason)")
        }
    }

    /// A text, of an example or a schema; bytes are a text, too.
    private static func text(_ entry: MediaTypes.Entry, _ sample: DocumentValue?) -> TemplateText? {
        switch sample {
        case .template(let text): text
        case .text(let text): TemplateText(text)
        // Without a schema it is bytes (OpenAPI 3.1 §4.8.14.3).
        case nil: entry.type == "application/octet-stream" ? TemplateText(fileText) : nil
        default: nil
        }
    }

    /// Fields as `encoding` has them: a list is a field for each item unless it says otherwise.
    private mutating func fillForm(_ object: DocumentObject, _ encoding: DocumentValue?) {
        var fields: [ScenarioDraft.Field] = []
        var encoded: [ScenarioDraft.Field] = []
        for member in object.members {
            let rule = encoding?[member.name]
            // An object is JSON unless a style is given (OpenAPI 3.1 §4.8.15.1).
            let isStyled = rule?["style"] != nil || rule?["explode"] != nil || member.value.list != nil
            let style = ParameterStyle(rule, location: "query")
            let value = isStyled ? member.value : Self.flat(member.value)
            fields += style.fields(member.name, value) { $0 }
            encoded += style.urlFields(member.name, value)
        }
        guard Set(fields.map(\.name)).count < fields.count else {
            body = .form(fields)
            return
        }
        // The form of a scenario has each name once.
        var text = TemplateText()
        for (index, field) in encoded.enumerated() {
            text.append("\(index > 0 ? "&" : "")\(field.name)=")
            text.append(field.value)
        }
        body = .text(text)
        contentType = Self.formType
    }

    private static func flat(_ value: DocumentValue) -> DocumentValue {
        value.object == nil ? value : .text(JSONText.text(value))
    }

    private mutating func fillMultipart(
        _ object: DocumentObject?, _ entry: MediaTypes.Entry, _ sampler: inout SchemaSampler
    ) {
        let schemas = entry.value["schema"].map { sampler.properties(of: $0) } ?? [:]
        var parts: [ScenarioDraft.Part] = []
        for member in object?.members ?? [] where !member.name.isEmpty {
            let schema = schemas[member.name]
            let items = schema.flatMap { $0.type == "array" ? sampler.items(of: $0) : nil }
            let type = entry.value["encoding"]?[member.name]?["contentType"]?.text.map { type in
                type.prefix { $0 != "," && $0 != ";" }.filter { !$0.isWhitespace }
            }.flatMap { $0.contains("*") || !HeaderFields.isMediaType($0) ? nil : $0 }
            let name = StepNames.line(member.name)
            if schema?.isFile ?? false || items?.isFile ?? false {
                let kind = type ?? schema?["contentMediaType"]?.text ?? "application/octet-stream"
                parts.append(
                    .init(
                        name: name, value: TemplateText(Self.fileText), fileName: "file.txt",
                        type: HeaderFields.isMediaType(kind) ? kind : "application/octet-stream"))
                notes.append("\(name) stands for a file: {file: PATH} sends a real one")
                continue
            }
            var value = member.value
            if let list = value.list, list.allSatisfy({ $0.object == nil && $0.list == nil }) {
                value = list.first ?? .text("")
                if list.count > 1 { notes.append("of \(name) the first is sent: a part has its name once") }
            }
            let isPlain = value.object == nil && value.list == nil
            parts.append(
                .init(
                    name: name, value: ParameterStyle.text(value), type: type ?? (isPlain ? nil : "application/json")))
        }
        if !parts.isEmpty { body = .multipart(parts) }
    }
}

internal import HTTPFields

extension Reading {
    /// What a request carries.
    func body(_ keys: KeyValues<StepKeys>, _ method: Step.Method, _ context: FlowContext) -> Body? {
        let declared = keys.declared
        let given = keys.present(declared.json, declared.form, declared.body, declared.multipart, declared.upload)
        if given.count > 1 {
            report(
                given[1].location,
                "a request has one body: \(quoted(given[1].name)) can't stand beside \(quoted(given[0].name))")
        }
        for key in keys.present(declared.multipart, declared.upload) {
            requireCurl(for: key.name, at: key.location, context.defaults.transport)
        }
        if keys.has(\.upload), keys.has(\.calculate) || ![.post, .put, .patch].contains(method) {
            report(keys.location(of: \.upload), "\"upload\" belongs to post, put and patch steps")
        }
        if let node = keys.json {
            warnOfJSONText(node, at: keys.location(of: \.json))
            return .json(json(node, keys.context.scope))
        }
        if let form = keys.form { return .form(form) }
        if keys.has(\.multipart) {
            reportContentType(keys.node(\.headers))
            return keys.multipart.map { .multipart($0) }
        }
        if keys.has(\.upload) { return keys.upload.map { .file(path: $0) } }
        return keys.body.map { .text($0) }
    }

    /// The fields of a form, whose values are encoded when they are sent.
    func form(_ node: SourceNode, _ scope: Scope) -> [Header] {
        var scope = scope
        scope.hasRaw = true
        return entries(node, of: "form fields").compactMap { entry in
            text(entry.value, scope).map { Header(name: entry.key, value: $0) }
        }
    }

    /// A multipart body's type names the boundary, which only the sender knows (RFC 7578 §4.1).
    private func reportContentType(_ headers: SourceNode?) {
        guard case .mapping(let entries)? = headers?.content else { return }
        for entry in entries where entry.key.lowercased() == "content-type" {
            report(entry.location, "the header field \(entry.key) is set by multipart")
        }
    }

    fileprivate func parts(_ node: SourceNode, _ scope: Scope) -> [Body.Part] {
        let entries = entries(node, of: "multipart fields")
        if case .mapping = node.content, entries.isEmpty {
            report(node.location, "expected at least one multipart field")
        }
        return entries.compactMap { entry in
            if entry.key.isEmpty || Self.hasControlCharacter(entry.key) {
                report(entry.location, "the name of a multipart field holds at least one character, and no line break")
            }
            if case .mapping = entry.value.content { return part(entry.key, entry.value, scope) }
            let what = "a text, or a mapping with value or file"
            return text(entry.value, scope, what).map { Body.Part(name: entry.key, content: .text($0)) }
        }
    }

    private func part(_ name: String, _ node: SourceNode, _ scope: Scope) -> Body.Part? {
        let context = KeyContext(scope: scope)
        guard let keys = read(node, PartKeys.self, context) else { return nil }
        let given = keys.present(keys.declared.value, keys.declared.file)
        if given.count != 1 { report(keys.location, "a multipart field has either value or file") }
        // Only the first of both is read.
        let content: Body.Part.Content? =
            if given.first?.name == keys.declared.file.name {
                keys.file.flatMap { readableFile($0) }.map { .file(path: $0) }
            } else {
                keys.value.flatMap { text($0, scope) }.map { .text($0) }
            }
        return content.map { Body.Part(name: name, content: $0, type: keys.type, fileName: keys.filename) }
    }

    /// A text that becomes part of a header line.
    fileprivate func partText(_ node: SourceNode, _ what: String) -> String? {
        guard let text = constant(node, what), let value = text.constant else { return nil }
        guard !value.isEmpty, !Self.hasControlCharacter(value) else {
            report(node.location, "expected \(what), without line breaks")
            return nil
        }
        return value
    }

    private static func hasControlCharacter(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0.value < 32 || $0.value == 127 }
    }
}

extension KeyForm where Value == String {
    /// A text that becomes part of a header line.
    static func headerText(_ what: String) -> KeyForm {
        KeyForm(.text) { reading, node, _ in reading.partText(node, what) }
    }

    static var mediaType: KeyForm {
        headerText("a media type such as image/png").then { type, node, reading in
            if MediaType(type) == nil {
                reading.report(node.location, "expected a media type such as image/png, found \(quoted(type))")
            }
            return type
        }
    }
}

extension KeyForm where Value == [Body.Part] {
    /// Texts and files by field.
    static var multipart: KeyForm {
        KeyForm(.names(.oneOf([.text, .mapping(KeyTable(PartKeys.self))]))) { reading, node, context in
            reading.parts(node, context.scope)
        }
    }
}

internal import HTTPFields

extension Reading {
    /// What a request carries.
    func body(_ fields: Fields, _ action: String, _ context: FlowContext) -> Body? {
        let scope = context.scope
        let given = fields.present(["json", "form", "body", "multipart", "upload"])
        if given.count > 1 {
            report(
                fields.place(of: given[1]),
                "a request has one body: \(quoted(given[1])) can't stand beside \(quoted(given[0]))")
        }
        for key in fields.present(["multipart", "upload"]) {
            requireCurl(for: key, at: fields.place(of: key), context.defaults.transport)
        }
        if fields["upload"] != nil, !["post", "put", "patch"].contains(action) {
            report(fields.place(of: "upload"), "\"upload\" belongs to post, put and patch steps")
        }
        if let node = fields["json"] {
            warnOfJSONText(node, at: fields.place(of: "json"))
            return .json(json(node, scope))
        }
        if let node = fields["form"] { return .form(form(node, scope)) }
        if let node = fields["multipart"] {
            reportContentType(fields["headers"])
            return .multipart(parts(node, scope))
        }
        if let node = fields["upload"] { return readableFile(node).map { .file(path: $0) } }
        return text(fields["body"], scope).map { .text($0) }
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
            report(entry.place, "the header field \(entry.key) is set by multipart")
        }
    }

    private func parts(_ node: SourceNode, _ scope: Scope) -> [Body.Part] {
        let entries = entries(node, of: "multipart fields")
        if case .mapping = node.content, entries.isEmpty { report(node.place, "expected at least one multipart field") }
        return entries.compactMap { entry in
            if entry.key.isEmpty || Self.hasControlCharacter(entry.key) {
                report(entry.place, "the name of a multipart field holds at least one character, and no line break")
            }
            if case .mapping = entry.value.content { return part(entry.key, entry.value, scope) }
            let what = "a text, or a mapping with value or file"
            return text(entry.value, scope, what).map { Body.Part(name: entry.key, content: .text($0)) }
        }
    }

    private func part(_ name: String, _ node: SourceNode, _ scope: Scope) -> Body.Part? {
        guard let fields = fields(node, .part) else { return nil }
        let type = partText(fields["type"], "a media type such as image/png")
        if let type, let node = fields["type"], MediaType(type) == nil {
            report(node.place, "expected a media type such as image/png, found \(quoted(type))")
        }
        let fileName = partText(fields["filename"], "a file's name")
        let given = fields.present(["value", "file"])
        if given.count != 1 { report(fields.place, "a multipart field has either value or file") }
        let content: Body.Part.Content? =
            if given.first == "file" {
                readableFile(fields["file"]).map { .file(path: $0) }
            } else {
                text(fields["value"], scope).map { .text($0) }
            }
        return content.map { Body.Part(name: name, content: $0, type: type, fileName: fileName) }
    }

    /// A text that becomes part of a header line.
    private func partText(_ node: SourceNode?, _ what: String) -> String? {
        guard let node, let text = constant(node, what), let value = text.constant else { return nil }
        guard !value.isEmpty, !Self.hasControlCharacter(value) else {
            report(node.place, "expected \(what), without line breaks")
            return nil
        }
        return value
    }

    private static func hasControlCharacter(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0.value < 32 || $0.value == 127 }
    }
}

import Credentials

/// The body of a request of Postman.
struct PostmanBody {
    private(set) var body: ScenarioDraft.Body?
    /// The value of `Content-Type` that the body asks for, where the request has none of its own.
    private(set) var contentType: String?
    /// Why the request can't be sent; nil where it can.
    private(set) var obstacle: String?
    private(set) var notes: [String] = []

    private static let languages = [
        "json": "application/json", "xml": "application/xml", "html": "text/html",
        "javascript": "application/javascript",
        "text": "text/plain",
    ]

    /// - Parameters:
    ///   - value: As a request has it.
    ///   - type: The value of the request's own `Content-Type`.
    init(
        _ value: DocumentValue, type: String?, _ variables: inout PostmanVariables, _ secrets: inout SecretKeeper
    ) {
        guard value["disabled"]?.bool != true else { return }
        switch value["mode"]?.text {
        case "raw":
            guard let text = value["raw"]?.text, text.contains(where: { !$0.isWhitespace }) else { return }
            let language = value["options"]?["raw"]?["language"]?.text ?? "text"
            fill(raw: text, type: type ?? Self.languages[language] ?? "text/plain", &variables, &secrets)
        case "urlencoded": fill(form: value["urlencoded"]?.list ?? [], &variables, &secrets)
        case "formdata": fill(parts: value["formdata"]?.list ?? [], &variables, &secrets)
        case "graphql": fill(graphQL: value["graphql"], &variables, &secrets)
        case "file":
            let name = value["file"]?["src"]?.text.map { ": \(StepNames.fit($0, otherwise: "no name"))" } ?? ""
            obstacle = "its body is a file\(name); upload: PATH sends one"
        default: return
        }
    }

    private mutating func fill(
        raw text: String, type: String, _ variables: inout PostmanVariables, _ secrets: inout SecretKeeper
    ) {
        guard PostmanVariables.hasVariable(text) else {
            let made = RecordedBody(text, contentType: type, secrets: &secrets)
            (body, contentType) = (made.body, made.contentType?.literal ?? Self.implied(made.body))
            if let note = made.note { notes.append(note) }
            return
        }
        if type.lowercased().contains("json"), let value = Self.json(text, &variables, &secrets) {
            body = .json(value)
            contentType = type
            return
        }
        // As Postman does it: the text with the variables' values in it, whatever they make of it.
        var result = TemplateText()
        for piece in variables.template(text).pieces {
            switch piece {
            case .placeholder(let placeholder): result.append(placeholder: placeholder)
            case .literal(let literal): result.append(secrets.cleaned(literal))
            }
        }
        body = .text(result)
        contentType = type
    }

    private static func implied(_ body: ScenarioDraft.Body?) -> String? {
        switch body {
        case .json: "application/json"
        case .form: "application/x-www-form-urlencoded"
        default: nil
        }
    }

    // MARK: - JSON

    /// What stands for a variable outside of quotes while the text is read as JSON.
    private static let bare: Unicode.Scalar = "\u{E0F0}"

    /// The JSON value of a text with variables in it; nil where it isn't JSON, and where a value would change its type
    /// on the way: a text of the environment is no number, and what was captured is no text.
    private static func json(
        _ text: String, _ variables: inout PostmanVariables, _ secrets: inout SecretKeeper
    ) -> DocumentValue? {
        var isInside = false
        var marked = ""
        for (index, part) in PostmanVariables.parts(text).enumerated() {
            if index.isMultiple(of: 2) {
                isInside = Self.isInside(part, isInside)
                marked += part
            } else if isInside {
                marked += "{{\(part)}}"
            } else if variables.captured[part] != nil {
                marked += "\"\(bare){{\(part)}}\""
            } else {
                return nil
            }
        }
        guard let value = DocumentFile.value(ofJSON: marked) else { return nil }
        return filled(secrets.json(value, named: "body"), &variables)
    }

    /// True where a text of JSON that follows `isInside` ends between quotes.
    private static func isInside(_ text: String, _ isInside: Bool) -> Bool {
        var isInside = isInside
        var isEscaped = false
        for byte in text.utf8 {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInside.toggle()
            }
        }
        return isInside
    }

    private static func filled(_ value: DocumentValue, _ variables: inout PostmanVariables) -> DocumentValue? {
        switch value {
        case .text(let text):
            guard PostmanVariables.hasVariable(text) else { return value }
            let isBare = text.unicodeScalars.first == bare
            let made = variables.template(
                isBare ? String(String.UnicodeScalarView(text.unicodeScalars.dropFirst())) : text)
            if !isBare, made.pieces.count == 1, case .placeholder(let placeholder) = made.pieces[0],
                !placeholder.hasPrefix("env:")
            {
                // Alone in its quotes what was captured would keep its type.
                return variables.captured.values.contains(placeholder)
                    ? .template(TemplateText(placeholder: "\(placeholder)|text")) : nil
            }
            return made.literal.map { .text($0) } ?? .template(made)
        case .list(let values):
            var result: [DocumentValue] = []
            for value in values {
                guard let value = filled(value, &variables) else { return nil }
                result.append(value)
            }
            return .list(result)
        case .object(let object):
            var result = DocumentObject()
            for member in object.members {
                guard let value = filled(member.value, &variables) else { return nil }
                result[member.name] = value
            }
            return .object(result)
        case .null, .bool, .number, .template: return value
        }
    }

    // MARK: - Forms

    private mutating func fill(
        form list: [DocumentValue], _ variables: inout PostmanVariables, _ secrets: inout SecretKeeper
    ) {
        let fields = Self.fields(list, &variables, &secrets)
        guard Set(fields.map(\.name)).count < fields.count else {
            body = .form(fields)
            return
        }
        // The form of a scenario has each name once.
        var text = TemplateText()
        for (index, field) in fields.enumerated() {
            text.append("\(index > 0 ? "&" : "")\(PercentCoding.encoded(field.name))=")
            text.append(field.value.mapLiterals(PercentCoding.encoded))
        }
        body = .text(text)
        contentType = "application/x-www-form-urlencoded"
    }

    private static func fields(
        _ list: [DocumentValue], _ variables: inout PostmanVariables, _ secrets: inout SecretKeeper
    ) -> [ScenarioDraft.Field] {
        let enabled = list.filter { $0["disabled"]?.bool != true }
        let names = enabled.compactMap { $0["key"]?.text }
        return enabled.compactMap { field in
            guard let name = field["key"]?.text, !name.isEmpty else { return nil }
            let value = field["value"]?.scalarText ?? ""
            let isSecret = SensitiveName.isQueryField(name, among: names)
            if PostmanVariables.hasVariable(value) {
                return .init(name: name, value: variables.template(value, isSecret: isSecret))
            }
            return .init(name: name, value: secrets.value(value, named: name, isSecret: isSecret))
        }
    }

    private mutating func fill(
        parts list: [DocumentValue], _ variables: inout PostmanVariables, _ secrets: inout SecretKeeper
    ) {
        var parts: [ScenarioDraft.Part] = []
        for field in list where field["disabled"]?.bool != true {
            guard let name = field["key"]?.text.map(StepNames.line), !name.isEmpty else { continue }
            guard !parts.contains(where: { $0.name == name }) else {
                notes.append("of \(name) the first is sent: a part has its name once")
                continue
            }
            let type = field["contentType"]?.text.flatMap { HeaderFields.isMediaType($0) ? $0 : nil }
            if field["type"]?.text == "file" {
                let source = field["src"]?.text ?? field["src"]?.list?.first?.text ?? ""
                let file = StepNames.line(String(source.split { $0 == "/" || $0 == "\\" }.last ?? "file.txt"))
                parts.append(
                    .init(
                        name: name, value: TemplateText("text"), fileName: file,
                        type: type ?? "application/octet-stream"))
                notes.append("\(name) stands for a file: {file: PATH} sends a real one")
            } else if let value = Self.fields([field], &variables, &secrets).first?.value {
                parts.append(.init(name: name, value: value, type: type))
            }
        }
        if !parts.isEmpty { body = .multipart(parts) }
    }

    private mutating func fill(
        graphQL value: DocumentValue?, _ variables: inout PostmanVariables, _ secrets: inout SecretKeeper
    ) {
        guard let query = value?["query"]?.text else { return }
        var object = DocumentObject([("query", .text(query))])
        if let name = value?["operationName"]?.text, !name.isEmpty { object["operationName"] = .text(name) }
        let given = value?["variables"]
        if let text = given?.text, text.contains(where: { !$0.isWhitespace }) {
            guard let values = Self.json(text, &variables, &secrets) else {
                obstacle = "the variables of its GraphQL query are not JSON"
                return
            }
            object["variables"] = values
        } else if given?.object != nil {
            object["variables"] = given
        }
        body = .json(.object(object))
    }
}

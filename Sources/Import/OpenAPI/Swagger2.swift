/// The parts of a Swagger 2.0 document as OpenAPI 3 has them.
///
/// Only what differs is made again, where it is read: places in problems stay those of the document.
struct Swagger2 {
    private let root: DocumentValue

    init(_ document: OpenAPIDocument) { root = document.root }

    /// The one server: scheme, host and base path; nil where the document names none of them.
    ///
    /// - Parameter base: Where the document came from, whose scheme goes before others that the document names.
    static func server(of root: DocumentValue, base: RequestURL?) -> DocumentValue? {
        let path = root["basePath"]?.text ?? ""
        let schemes = (root["schemes"]?.list ?? []).compactMap(\.text).filter { ["http", "https"].contains($0) }
        guard let host = root["host"]?.text ?? base?.authority else {
            return path.isEmpty ? nil : .object(DocumentObject([("url", .text(path))]))
        }
        let scheme = base.flatMap { schemes.isEmpty || schemes.contains($0.scheme) ? $0.scheme : nil }
        let separator = path.isEmpty || path.hasPrefix("/") ? "" : "/"
        let url = "\(scheme ?? schemes.first ?? "http")://\(host)\(separator)\(path)"
        return .object(DocumentObject([("url", .text(url))]))
    }

    /// Security definitions as security schemes (Swagger 2.0, "Security Scheme Object").
    static func scheme(_ value: DocumentValue) -> DocumentValue {
        switch value["type"]?.text {
        case "basic": return .object(DocumentObject([("type", .text("http")), ("scheme", .text("basic"))]))
        case "oauth2":
            let names = ["accessCode": "authorizationCode", "application": "clientCredentials"]
            let flow = value["flow"]?.text ?? ""
            return .object(
                DocumentObject([
                    ("type", .text("oauth2")),
                    ("flows", .object(DocumentObject([(names[flow] ?? flow, value)]))),
                ]))
        default: return value
        }
    }

    /// A parameter that is not in the body: its schema stands beside its name, and `collectionFormat` is its style.
    static func parameter(_ value: DocumentValue) -> DocumentValue {
        guard var object = value.object, value["schema"] == nil else { return value }
        object["schema"] = value
        let style = style(value)
        object["style"] = style.style
        object["explode"] = style.explode
        if let example = value["x-example"] { object["example"] = example }
        return .object(object)
    }

    private static func style(_ value: DocumentValue) -> (style: DocumentValue, explode: DocumentValue) {
        let isList = ["query", "formData"].contains(value["in"]?.text)
        let style: String =
            switch value["collectionFormat"]?.text {
            case "ssv": "spaceDelimited"
            case "tsv": "tabDelimited"
            case "pipes": "pipeDelimited"
            default: isList ? "form" : "simple"
            }
        return (.text(style), .bool(value["collectionFormat"]?.text == "multi"))
    }

    /// The request body of an operation: its `body` parameter, or its fields in `formData`.
    func body(_ parameters: [DocumentValue], of operation: DocumentValue) -> DocumentValue? {
        let types = (operation["consumes"] ?? root["consumes"])?.list?.compactMap(\.text) ?? []
        if let body = parameters.first(where: { $0["in"]?.text == "body" }) {
            var media = DocumentObject()
            media["schema"] = body["schema"]
            media["example"] = body["x-example"] ?? body["example"]
            let names = types.isEmpty ? ["application/json"] : types
            return .object(
                DocumentObject([
                    ("required", body["required"] ?? .bool(false)),
                    ("content", .object(DocumentObject(names.map { ($0, .object(media)) }))),
                ]))
        }
        let fields = parameters.filter { $0["in"]?.text == "formData" }
        guard !fields.isEmpty else { return nil }
        return form(fields, types)
    }

    private func form(_ fields: [DocumentValue], _ types: [String]) -> DocumentValue {
        let hasFile = fields.contains { $0["type"]?.text == "file" }
        let isMultipart =
            hasFile || types.contains(MultipartBody.type) && !types.contains { $0.hasSuffix("urlencoded") }
        var properties = DocumentObject()
        var encoding = DocumentObject()
        for field in fields {
            guard let name = field["name"]?.text else { continue }
            properties[name] = field
            let style = Self.style(field)
            if field["type"]?.text == "array" {
                encoding[name] = .object(DocumentObject([("style", style.style), ("explode", style.explode)]))
            }
        }
        let required = fields.filter { $0["required"]?.bool == true }.compactMap { $0["name"] }
        let schema = DocumentValue.object(
            DocumentObject([
                ("type", .text("object")), ("properties", .object(properties)), ("required", .list(required)),
            ]))
        let media = DocumentValue.object(DocumentObject([("schema", schema), ("encoding", .object(encoding))]))
        let type = isMultipart ? MultipartBody.type : "application/x-www-form-urlencoded"
        return .object(
            DocumentObject([
                ("required", .bool(!required.isEmpty)), ("content", .object(DocumentObject([(type, media)]))),
            ]))
    }

    /// A response with the media types that the operation produces.
    func response(_ value: DocumentValue, of operation: DocumentValue) -> DocumentValue {
        guard value["schema"] != nil || value["examples"] != nil else { return value }
        let examples = value["examples"]?.object
        let given = (operation["produces"] ?? root["produces"])?.list?.compactMap(\.text) ?? []
        let types = given.isEmpty ? examples?.members.map(\.name) ?? [] : given
        var content = DocumentObject()
        for type in types.isEmpty ? ["application/json"] : types {
            var media = DocumentObject()
            media["schema"] = value["schema"]
            media["example"] = examples?[type]
            content[type] = .object(media)
        }
        return .object(DocumentObject([("content", .object(content))]))
    }
}

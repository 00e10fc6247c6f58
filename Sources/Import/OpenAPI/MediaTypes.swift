/// The `content` of a request body or response: media types and what is said of them.
struct MediaTypes {
    /// A media type's entry (OpenAPI 3.1 §4.8.14).
    struct Entry {
        /// Type and subtype in lower case, without parameters.
        var type: String
        var value: DocumentValue

        /// `application/json`, `text/json` or a type that ends with `+json`.
        var isJSON: Bool { type.hasSuffix("/json") || type.hasSuffix("+json") }

        /// The example, or a value made from the schema.
        func sample(
            _ document: OpenAPIDocument, _ sampler: inout SchemaSampler, named name: String
        ) -> DocumentValue? {
            if let example = value["example"] { return example }
            if let example = value["examples"]?.object?.members.first?.value,
                let value = (try? document.resolve(example).value)?["value"]
            {
                return value
            }
            return value["schema"].flatMap { sampler.value(of: $0, named: name) }
        }
    }

    /// In the order of the document.
    let entries: [Entry]

    init(_ content: DocumentValue?) {
        entries = (content?.object?.members ?? []).map { member in
            let type = member.name.prefix { $0 != ";" }.lowercased().filter { !$0.isWhitespace }
            return Entry(type: type, value: member.value)
        }
    }

    /// The first that is JSON.
    var json: Entry? { entries.first(where: \.isJSON) }

    /// The first of a type.
    func first(_ type: String) -> Entry? { entries.first { $0.type == type } }
}

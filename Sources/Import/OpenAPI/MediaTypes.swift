import HTTPFields

/// The `content` of a request body or response: media types and what is said of them.
struct MediaTypes {
    /// A media type's entry (OpenAPI 3.1 §4.8.14).
    struct Entry {
        /// Type and subtype in lower case, without parameters.
        var type: String
        var value: DocumentValue

        /// `application/json`, `text/json` or a type that ends with `+json`.
        var isJSON: Bool { MediaType(type)?.isJSON ?? false }

        /// A stream of JSON values, each in a line of its own (OpenAPI 3.2 §4.14.3).
        var isJSONLines: Bool {
            ["application/jsonl", "application/x-ndjson", "application/ndjson", "application/x-jsonlines"].contains(
                type)
        }

        /// The example, or a value made from the schema, that of one item where the content is a sequence.
        func sample(
            _ document: OpenAPIDocument, _ sampler: inout SchemaSampler, named name: String
        ) -> DocumentValue? {
            let schema = value["schema"] ?? value["itemSchema"]
            if let example = example(document) {
                // Secrets of an answer are of no interest, but neither are they written anywhere.
                return ExampleSecrets.removed(
                    from: sampler.example(example, schema: schema, isJSON: isJSON), named: "example")
            }
            return schema.flatMap { sampler.value(of: $0, named: name) }
        }

        /// The example that is given, the first of several.
        private func example(_ document: OpenAPIDocument) -> DocumentValue? {
            if let example = value["example"], let found = resolved(example, document) {
                // A reference to an example object is no example of its own, but often written.
                return example["$ref"] == nil ? found : found["value"] ?? found
            }
            for member in value["examples"]?.object?.members ?? [] {
                guard let example = resolved(member.value, document) else { continue }
                // Version 3.2 tells apart what is meant and how it is sent.
                if let value = example["value"] ?? example["dataValue"] ?? example["serializedValue"] { return value }
            }
            return nil
        }

        private func resolved(_ value: DocumentValue, _ document: OpenAPIDocument) -> DocumentValue? {
            try? document.resolve(value).value
        }
    }

    /// In the order of the document.
    let entries: [Entry]

    init(_ content: DocumentValue?, in document: OpenAPIDocument) {
        entries = (content?.object?.members ?? []).map { member in
            let type = MediaType(member.name)?.essence ?? member.name.lowercased()
            let value = (try? document.resolve(member.value).value) ?? member.value
            return Entry(type: type, value: value)
        }
    }

    /// `application/json`, else the first that is JSON, else what may be of any type.
    var json: Entry? {
        entries.first { $0.type == "application/json" } ?? entries.first { $0.isJSON && !$0.type.contains("*") }
            ?? entries.first { $0.isJSON || $0.type == "*/*" && $0.value["schema"] != nil }.map { entry in
                Entry(type: "application/json", value: entry.value)
            }
    }

    /// The first of a type.
    func first(_ type: String) -> Entry? { entries.first { $0.type == type } }
}

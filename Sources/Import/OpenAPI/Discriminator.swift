/// How an object tells which of several schemas it has (OpenAPI 3.1 §4.8.25): a property's value names the schema.
struct Discriminator {
    /// The property that tells.
    let property: String
    private let mapping: [(value: String, reference: String)]

    /// Nil for what is none. In Swagger 2.0 it is the property's name alone.
    init?(_ value: DocumentValue?, in document: OpenAPIDocument) {
        guard let value, let property = value.text ?? value["propertyName"]?.text else { return nil }
        self.property = property
        mapping = (value["mapping"]?.object?.members ?? []).compactMap { member in
            guard let target = member.value.text else { return nil }
            let isReference = target.contains("#") || target.contains("/") || DocumentFile.isNamedDocument(target)
            return (member.name, isReference ? target : document.schemaReference(named: target))
        }
    }

    /// The value that is mapped to the first of the references that has one.
    func mappedValue(of references: [String]) -> String? {
        for reference in references {
            if let entry = mapping.first(where: { $0.reference == reference }) { return entry.value }
        }
        return nil
    }

    /// Values and schemas in the order of the document.
    var targets: [(value: String, reference: String)] { mapping }

    /// The schema's own name, which tells it where nothing is mapped.
    static func name(of reference: String) -> String? {
        let tail = reference.firstRange(of: "#").map { reference[$0.lowerBound...] } ?? ""
        return JSONPointer.names(ofReference: String(tail))?.last
    }
}

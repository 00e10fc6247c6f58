/// A schema with its references followed, `allOf` merged, and the first of `oneOf` and `anyOf` taken.
struct FlatSchema {
    /// Keywords of the schema itself; of several that say the same, the outermost has the word.
    private(set) var keywords: [String: DocumentValue] = [:]
    /// Properties in the order of the document.
    private(set) var properties = DocumentObject()
    /// Names of properties that must be there.
    private(set) var required: Set<String> = []
    /// References that led here, the schema's own included: one of them in a property is a cycle.
    private(set) var references: Set<String>
    /// References that led to this schema.
    private let outer: Set<String>

    /// Flattens a schema. Nil where it contains itself, so that no value can be made; problems of references are given
    /// to `report`.
    init?(
        _ schema: DocumentValue, in document: OpenAPIDocument, references: Set<String>, budget: inout Int,
        report: (String) -> Void
    ) {
        self.references = references
        outer = references
        guard merge(schema, document, depth: 0, budget: &budget, report) else { return nil }
    }

    subscript(keyword: String) -> DocumentValue? { keywords[keyword] }

    /// The type, of several the first that is not `null`; told by the keywords where it isn't said.
    var type: String? {
        if let type = keywords["type"] {
            return type.text ?? type.list?.compactMap(\.text).first { $0 != "null" }
        }
        if !properties.isEmpty || keywords["additionalProperties"] != nil { return "object" }
        if keywords["items"] != nil { return "array" }
        if ["pattern", "format", "minLength", "maxLength"].contains(where: { keywords[$0] != nil }) { return "string" }
        if ["minimum", "maximum", "multipleOf"].contains(where: { keywords[$0] != nil }) { return "number" }
        return nil
    }

    private mutating func merge(
        _ schema: DocumentValue, _ document: OpenAPIDocument, depth: Int, budget: inout Int, _ report: (String) -> Void
    ) -> Bool {
        budget -= 1
        guard budget > 0, depth < 32 else { return false }
        guard let own = schema.object else { return true }
        var isPossible = true
        for member in own.members {
            switch member.name {
            case "$ref", "allOf", "oneOf", "anyOf": continue
            case "properties":
                for property in member.value.object?.members ?? [] where properties[property.name] == nil {
                    properties[property.name] = property.value
                }
            case "required": required.formUnion(member.value.list?.compactMap(\.text) ?? [])
            default: if keywords[member.name] == nil { keywords[member.name] = member.value }
            }
        }
        if let reference = own["$ref"]?.text {
            if outer.contains(reference) { return false }
            // Two parts of `allOf` may have a base in common, which is here already.
            guard references.insert(reference).inserted else { return true }
            do throws(OpenAPIDocument.BrokenReference) {
                let target = try document.resolve(.object(DocumentObject([("$ref", .text(reference))])))
                references.formUnion(target.references)
                isPossible = merge(target.value, document, depth: depth + 1, budget: &budget, report)
            } catch {
                report(error.message)
            }
        }
        for part in own["allOf"]?.list ?? [] {
            isPossible = merge(part, document, depth: depth + 1, budget: &budget, report) && isPossible
        }
        for keyword in ["oneOf", "anyOf"] {
            let choices = (own[keyword]?.list ?? []).filter { $0["type"]?.text != "null" }
            guard !choices.isEmpty else { continue }
            isPossible = mergeFirst(of: choices, document, depth: depth, budget: &budget, report) && isPossible
        }
        return isPossible
    }

    /// Merges the first choice that doesn't contain itself: a tree is a leaf or a list of trees.
    private mutating func mergeFirst(
        of choices: [DocumentValue], _ document: OpenAPIDocument, depth: Int, budget: inout Int,
        _ report: (String) -> Void
    ) -> Bool {
        for choice in choices {
            if let reference = choice["$ref"]?.text, references.contains(reference) { continue }
            var merged = self
            if merged.merge(choice, document, depth: depth + 1, budget: &budget, report) {
                self = merged
                return true
            }
        }
        return false
    }
}

/// A schema with its references followed, `allOf` merged, and the first of `oneOf` and `anyOf` taken.
struct FlatSchema {
    /// Keywords of the schema itself. Of several that say the same, bounds are narrowed, and the outermost has the word
    /// in the rest.
    private(set) var keywords: [String: DocumentValue] = [:]
    /// Properties in the order of the document.
    private(set) var properties = DocumentObject()
    /// Names of properties that must be there.
    private(set) var required: Set<String> = []
    /// What properties must be so that they name this schema among others.
    private(set) var discriminated: [String: String] = [:]
    /// References that led here, the schema's own included: one of them in a property is a cycle.
    private(set) var references: Set<String>
    /// References that led to this schema.
    private let outer: Set<String>
    /// Properties that several parts of `allOf` describe.
    private var combined: Set<String> = []

    /// What a merge costs, and what is wrong with its references.
    private struct Merge {
        let document: OpenAPIDocument
        var budget: Int
        var problems: [String] = []
    }

    /// Flattens a schema. Nil where it contains itself, so that no value can be made; problems of references are given
    /// to `report`.
    init?(
        _ schema: DocumentValue, in document: OpenAPIDocument, references: Set<String>, budget: inout Int,
        report: (String) -> Void
    ) {
        self.references = references
        outer = references
        var course = Merge(document: document, budget: budget)
        let isPossible = merge(schema, trail: [], depth: 0, &course)
        budget = course.budget
        for problem in course.problems { report(problem) }
        guard isPossible else { return nil }
    }

    subscript(keyword: String) -> DocumentValue? { keywords[keyword] }

    /// The type, of several the first that is not `null`; told by the keywords where it isn't said.
    var type: String? {
        if let type = keywords["type"] {
            return type.text ?? type.list?.compactMap(\.text).first { $0 != "null" }
        }
        if !properties.isEmpty || keywords["additionalProperties"] != nil { return "object" }
        if keywords["items"] != nil || keywords["prefixItems"] != nil { return "array" }
        if ["pattern", "format", "minLength", "maxLength"].contains(where: { keywords[$0] != nil }) { return "string" }
        if ["minimum", "maximum", "multipleOf"].contains(where: { keywords[$0] != nil }) { return "number" }
        return nil
    }

    /// True where it says so of itself, be it behind `allOf` or a reference.
    func isMarked(_ keyword: String) -> Bool { keywords[keyword]?.bool == true }

    /// True for what is a file in a form: binary content, or the type `file` of Swagger 2.0.
    var isFile: Bool {
        let media = keywords["contentMediaType"]?.text
        return ["binary", "base64"].contains(keywords["format"]?.text) || keywords["type"]?.text == "file"
            || media.map { $0 != "application/json" && !$0.hasPrefix("text/") } ?? false
    }

    /// - Parameter trail: References that led here by `allOf` or by nothing else, the outermost first.
    private mutating func merge(_ schema: DocumentValue, trail: [String], depth: Int, _ course: inout Merge) -> Bool {
        course.budget -= 1
        guard course.budget > 0, depth < 32 else { return false }
        guard let own = schema.object else { return true }
        var isPossible = true
        for member in own.members {
            switch member.name {
            case "$ref", "allOf", "oneOf", "anyOf": continue
            case "properties": for property in member.value.object?.members ?? [] { merge(property) }
            case "required": required.formUnion(member.value.list?.compactMap(\.text) ?? [])
            default: merge(member.name, member.value)
            }
        }
        if let reference = own["$ref"]?.text {
            if outer.contains(reference) { return false }
            // Two parts of `allOf` may have a base in common, which is here already.
            guard references.insert(reference).inserted else { return true }
            do throws(OpenAPIDocument.BrokenReference) {
                let target = try course.document.resolve(.object(DocumentObject([("$ref", .text(reference))])))
                references.formUnion(target.references)
                let trail = trail + [target.references.last ?? reference]
                isPossible = merge(target.value, trail: trail, depth: depth + 1, &course)
            } catch {
                course.problems.append(error.message)
            }
        }
        for part in own["allOf"]?.list ?? [] {
            isPossible = merge(part, trail: trail, depth: depth + 1, &course) && isPossible
        }
        var chosen: [String] = []
        for keyword in ["oneOf", "anyOf"] {
            let choices = (own[keyword]?.list ?? []).filter { $0["type"]?.text != "null" }
            guard !choices.isEmpty else { continue }
            let choice = mergeFirst(of: choices, depth: depth, &course)
            isPossible = choice != nil && isPossible
            if let reference = choice?["$ref"]?.text { chosen.append(reference) }
        }
        if let discriminator = Discriminator(own["discriminator"], in: course.document) {
            discriminate(by: discriminator, chosen.isEmpty ? trail : chosen, isBase: chosen.isEmpty, depth, &course)
        }
        return isPossible
    }

    /// A property of which several parts speak is all that they say: `enum` of one in a kind narrows that of its base.
    private mutating func merge(_ property: DocumentObject.Member) {
        guard let before = properties[property.name], before != property.value else {
            properties[property.name] = property.value
            return
        }
        let isCombined = !combined.insert(property.name).inserted
        let parts = isCombined ? before["allOf"]?.list ?? [before] : [before]
        properties[property.name] = .object(DocumentObject([("allOf", .list(parts + [property.value]))]))
    }

    private mutating func merge(_ name: String, _ value: DocumentValue) {
        guard let before = keywords[name] else {
            keywords[name] = value
            return
        }
        switch name {
        case "enum":
            let both = (before.list ?? []).filter { (value.list ?? []).contains($0) }
            if !both.isEmpty { keywords[name] = .list(both) }
        case "minimum", "exclusiveMinimum", "minLength", "minItems":
            if let old = before.number, let new = value.number, new > old { keywords[name] = value }
        case "maximum", "exclusiveMaximum", "maxLength", "maxItems":
            if let old = before.number, let new = value.number, new < old { keywords[name] = value }
        case "readOnly", "writeOnly", "deprecated", "uniqueItems": if value.bool == true { keywords[name] = value }
        case "type": if before.text == "number", value.text == "integer" { keywords[name] = value }
        default: break
        }
    }

    /// Merges the first choice that doesn't contain itself, and gives it: a tree is a leaf or a list of trees.
    private mutating func mergeFirst(
        of choices: [DocumentValue], depth: Int, _ course: inout Merge
    ) -> DocumentValue? {
        for choice in choices {
            if let reference = choice["$ref"]?.text, references.contains(reference) { continue }
            var merged = self
            if merged.merge(choice, trail: [], depth: depth + 1, &course) {
                self = merged
                return choice
            }
        }
        return nil
    }

    /// Fixes the property that tells which schema this is. A base that nothing led to from one of its kinds becomes the
    /// first of them.
    private mutating func discriminate(
        by discriminator: Discriminator, _ candidates: [String], isBase: Bool, _ depth: Int, _ course: inout Merge
    ) {
        guard discriminated[discriminator.property] == nil else { return }
        if let value = discriminator.mappedValue(of: candidates) {
            discriminated[discriminator.property] = value
            return
        }
        for target in discriminator.targets where isBase && !references.contains(target.reference) {
            var merged = self
            merged.discriminated[discriminator.property] = target.value
            let reference = DocumentValue.object(DocumentObject([("$ref", .text(target.reference))]))
            guard merged.merge(reference, trail: [], depth: depth + 1, &course) else { continue }
            self = merged
            return
        }
        discriminated[discriminator.property] = candidates.first.flatMap(Discriminator.name)
    }
}

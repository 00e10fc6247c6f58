/// Makes values that fit schemas: the author's examples where there are any.
struct SchemaSampler {
    /// Values and schemas that one sample may cost: schemas that hold each other twice grow without end.
    private static let maximumCost = 2_000
    private static let maximumDepth = 24
    private static let maximumItems = 100

    private let document: OpenAPIDocument
    private var budget = maximumCost
    /// What is wrong with references.
    private(set) var problems: [String] = []
    /// What the values may lack, for comments.
    private(set) var notes: [String] = []

    /// True for answers, of which everything is of interest; requests hold only what they must.
    private let allProperties: Bool

    init(_ document: OpenAPIDocument, allProperties: Bool = false) {
        self.document = document
        self.allProperties = allProperties
    }

    /// A value of the schema; nil where none can be made.
    mutating func value(of schema: DocumentValue, named name: String) -> DocumentValue? {
        let value = value(schema, Position(name: name, references: [], depth: 0))
        if budget <= 0 { notes.append("the schema of \(name) is very large: only a part of it is here") }
        return value
    }

    /// An example as a schema's values are: one that is given as a text of JSON is that JSON, and so are numbers and
    /// truth values that are given as texts.
    mutating func example(_ example: DocumentValue, schema: DocumentValue?, isJSON: Bool) -> DocumentValue {
        if let schema, let type = flat(schema, [])?.type {
            // What its author gave whole is not filled up; only what is of another type is read as what it stands for.
            return Self.converted(example, to: type) ?? example
        }
        return isJSON
            ? Self.converted(example, to: "object") ?? Self.converted(example, to: "array") ?? example : example
    }

    /// The properties of an object's schema, references followed, and how it is flattened.
    mutating func properties(of schema: DocumentValue) -> [String: FlatSchema] {
        guard let object = flat(schema, []) else { return [:] }
        var result: [String: FlatSchema] = [:]
        for property in object.properties.members {
            if let flat = flat(property.value, object.references) { result[property.name] = flat }
        }
        return result
    }

    /// The items of a list's schema.
    mutating func items(of list: FlatSchema) -> FlatSchema? {
        guard let items = list["items"] else { return nil }
        return flat(items, list.references)
    }

    // MARK: - Values

    /// Where a value is made.
    private struct Position {
        var name: String
        var references: Set<String>
        var depth: Int
        /// Of several values that must differ, the how-manieth.
        var variant = 0
        /// What the example of an outer schema has here.
        var hint: DocumentValue?

        func inside(_ flat: FlatSchema, named name: String, hint: DocumentValue? = nil) -> Position {
            Position(name: name, references: flat.references, depth: depth + 1, variant: variant, hint: hint)
        }
    }

    private mutating func flat(_ schema: DocumentValue, _ references: Set<String>) -> FlatSchema? {
        var found: [String] = []
        let flat = FlatSchema(schema, in: document, references: references, budget: &budget) { found.append($0) }
        problems += found
        return flat
    }

    private mutating func value(_ schema: DocumentValue, _ location: Position) -> DocumentValue? {
        budget -= 1
        guard budget > 0, location.depth <= Self.maximumDepth, let flat = flat(schema, location.references) else {
            return nil
        }
        return value(flat, location)
    }

    private mutating func value(_ flat: FlatSchema, _ location: Position) -> DocumentValue? {
        if let only = flat["const"] { return only }
        let examples = flat["examples"]?.list ?? []
        var given: [DocumentValue] = []
        if location.variant == 0 {
            given = [location.hint, flat["example"], flat["x-example"]].compactMap { $0 } + examples
        } else if examples.indices.contains(location.variant) {
            given = [examples[location.variant]]
        }
        for candidate in given {
            if let value = fitted(candidate, flat, location) { return withoutSecret(value, location.name, flat) }
        }
        // What a service takes where nothing is said is no secret.
        if location.variant == 0, let value = flat["default"].flatMap({ fitted($0, flat, location) }) { return value }
        let choices = (flat["enum"]?.list ?? []).filter { $0 != .null }
        if !choices.isEmpty { return choices[location.variant % choices.count] }
        switch flat.type {
        case "object": return object(flat, DocumentObject(), location)
        case "array": return array(flat, location)
        case "boolean": return .bool(location.variant % 2 == 0)
        case "integer": return .number(NumberSample(flat, isInteger: true).text(variant: location.variant))
        case "number": return .number(NumberSample(flat, isInteger: false).text(variant: location.variant))
        case "null": return .null
        default:
            var sample = StringSample(flat, location.name, variant: location.variant)
            defer { notes += sample.notes }
            return sample.value
        }
    }

    // MARK: - Examples

    /// The example where it is one of the schema, completed with what the schema requires; nil where it is none.
    private mutating func fitted(_ example: DocumentValue, _ flat: FlatSchema, _ location: Position) -> DocumentValue? {
        guard example != .null else { return nil }
        guard let type = flat.type else { return isChoice(example, flat) ? example : nil }
        guard let value = Self.converted(example, to: type), isChoice(value, flat) else { return nil }
        switch value {
        case .object(let object): return self.object(flat, object, location)
        case .list(let values):
            let count = values.count
            return count >= flat["minItems"]?.integer ?? 0 && count <= flat["maxItems"]?.integer ?? .max ? value : nil
        case .number(let text):
            return Double(text).map(NumberSample(flat, isInteger: type == "integer").fits) ?? false ? value : nil
        case .text(let text):
            let count = text.unicodeScalars.count
            return count >= flat["minLength"]?.integer ?? 0 && count <= flat["maxLength"]?.integer ?? .max ? value : nil
        default: return value
        }
    }

    private func isChoice(_ value: DocumentValue, _ flat: FlatSchema) -> Bool {
        flat["enum"]?.list?.contains(value) ?? true
    }

    /// The value as one of a type: texts that hold JSON become it, and numbers a text where one is wanted. Nil for what
    /// is none of the type.
    private static func converted(_ value: DocumentValue, to type: String) -> DocumentValue? {
        func parsed(_ text: String) -> DocumentValue? { DocumentFile.value(ofJSON: text) }
        switch (type, value) {
        case ("string", .text), ("object", .object), ("array", .list), ("boolean", .bool), ("number", .number):
            return value
        case ("integer", .number): return value.number.map { $0 == $0.rounded() } ?? false ? value : nil
        case ("string", .number), ("string", .bool): return value.scalarText.map { .text($0) }
        case ("object", .text(let text)): return parsed(text).flatMap { $0.object == nil ? nil : $0 }
        case ("array", .text(let text)): return parsed(text).flatMap { $0.list == nil ? nil : $0 }
        case ("integer", .text(let text)), ("number", .text(let text)):
            guard let number = parsed(text), number.number != nil else { return nil }
            return converted(number, to: type)
        case ("boolean", .text(let text)): return parsed(text).flatMap { $0.bool == nil ? nil : $0 }
        default: return nil
        }
    }

    /// An example that is secret by its name or looks is not written down; what is one of a few words is none.
    private func withoutSecret(_ value: DocumentValue, _ name: String, _ flat: FlatSchema) -> DocumentValue {
        guard !allProperties, flat["enum"] == nil, value.text != nil else { return value }
        return ExampleSecrets.removed(from: value, named: name)
    }

    // MARK: - Objects and lists

    /// What the example has, without what is not sent, and the required properties; of a schema that requires none, and
    /// has no example, all that can be sent.
    private mutating func object(_ flat: FlatSchema, _ hints: DocumentObject, _ location: Position) -> DocumentValue {
        var object = DocumentObject()
        let takesAll = allProperties || hints.isEmpty && flat.required.isEmpty
        var names = hints.members.map(\.name) + flat.properties.members.map(\.name)
        // What is required and nowhere described may be anything.
        names += (flat.required.union(flat.discriminated.keys)).filter { flat.properties[$0] == nil }.sorted()
        for name in names where object[name] == nil {
            let isRequired = flat.required.contains(name) || flat.discriminated[name] != nil
            let hint = hints[name]
            guard isRequired || takesAll || hint != nil else { continue }
            guard let schema = flat.properties[name] else {
                object[name] = flat.discriminated[name].map { .text($0) } ?? hint ?? .text("text")
                continue
            }
            guard let property = self.flat(schema, flat.references) else {
                // A schema that holds itself without end has no value; the example's may be one.
                if isRequired || hint != nil { object[name] = hint ?? .null }
                continue
            }
            let isWanted = isRequired || hint != nil || !property.isMarked("deprecated")
            guard allProperties || isWanted && !property.isMarked("readOnly") else { continue }
            let inside = location.inside(flat, named: name, hint: hint)
            if let value = member(property, inside, kind: flat.discriminated[name]) {
                object[name] = value
            } else if isRequired {
                object[name] = .null
            }
        }
        return .object(object)
    }

    private mutating func member(_ flat: FlatSchema, _ location: Position, kind: String?) -> DocumentValue? {
        if let kind, isChoice(.text(kind), flat), flat["const"] == nil { return .text(kind) }
        budget -= 1
        guard budget > 0, location.depth <= Self.maximumDepth else { return nil }
        return value(flat, location)
    }

    private mutating func array(_ flat: FlatSchema, _ location: Position) -> DocumentValue {
        let least = min(max(flat["minItems"]?.integer ?? 1, 1), Self.maximumItems)
        let count = min(least, max(flat["maxItems"]?.integer ?? least, 0))
        let tuple = flat["prefixItems"]?.list ?? flat["items"]?.list ?? []
        var values: [DocumentValue] = []
        for index in 0..<max(count, tuple.count) {
            guard let schema = index < tuple.count ? tuple[index] : flat["items"] else { break }
            var inside = location.inside(flat, named: location.name)
            // Items that need not differ are alike, and cost the reader one look.
            if flat.isMarked("uniqueItems"), index >= tuple.count { inside.variant = index - tuple.count }
            guard let value = value(schema, inside) else { break }
            values.append(value)
        }
        if flat.isMarked("uniqueItems"), Self.repeats(values) {
            notes.append("the items of \(StepNames.fit(location.name, otherwise: "a list")) must differ, and may not")
        }
        return .list(values)
    }

    private static func repeats(_ values: [DocumentValue]) -> Bool {
        values.indices.contains { values[..<$0].contains(values[$0]) }
    }
}

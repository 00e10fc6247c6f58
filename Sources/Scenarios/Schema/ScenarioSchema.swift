/// The JSON Schema (draft 2020-12) of the scenario language, for editors.
///
/// It is made of the key tables by which the reader decodes, so that the two agree. It says less than the reader
/// checks: what objectives and checks may name, for one, depends on the rest of the file.
public enum ScenarioSchema {
    /// The schema, as an indented JSON document with a newline at its end.
    public static var json: String { json(.builtIn) }

    /// The schema where `verify:` takes other kinds.
    public static func json(_ kinds: VerificationKinds) -> String {
        var members: [(String, SchemaJSON)] = [("$schema", .string("https://json-schema.org/draft/2020-12/schema"))]
        members.append(("title", .string(KeyTable.scenario.summary)))
        members += body(KeyTable.scenario)
        let definitions = KeyTable.all(kinds).dropFirst().map { table in
            (table.name, SchemaJSON.object([("description", .string(table.summary))] + body(table)))
        }
        members.append(("$defs", .object(definitions)))
        return SchemaJSON.object(members).written() + "\n"
    }

    private static func body(_ table: KeyTable) -> [(String, SchemaJSON)] {
        var members: [(String, SchemaJSON)] = [
            ("type", .string("object")),
            ("additionalProperties", .boolean(false)),
            ("properties", .object(table.keys.map { ($0.name, property($0)) })),
        ]
        let required = table.keys.filter(\.isRequired).map { SchemaJSON.string($0.name) }
        if !required.isEmpty { members.append(("required", .array(required))) }
        if !table.exactlyOne.isEmpty {
            let choices = table.exactlyOne.map { SchemaJSON.object([("required", .array([.string($0)]))]) }
            members.append(("oneOf", .array(choices)))
        }
        if !table.atLeastOne.isEmpty {
            let choices = table.atLeastOne.map { SchemaJSON.object([("required", .array($0.map { .string($0) }))]) }
            members.append(("anyOf", .array(choices)))
        }
        if !table.needing.isEmpty {
            members.append(
                ("dependentRequired", .object(table.needing.map { ($0.key, .array($0.others.map { .string($0) })) })))
        }
        return members
    }

    private static func property(_ key: KeyDescription) -> SchemaJSON {
        if key.isLater {
            // No value fits; the description says why.
            return .object([("description", .string("Not supported yet. \(key.summary)")), ("not", .object([]))])
        }
        return .object([("description", .string(key.summary))] + schema(key.shape))
    }

    private static func schema(_ shape: Shape) -> [(String, SchemaJSON)] {
        switch shape {
        case .text: return [("type", .array([.string("string"), .string("number"), .string("boolean")]))]
        case .boolean: return orTemplate([("type", .string("boolean"))])
        case .integer(let minimum, let maximum):
            return orTemplate([
                ("type", .string("integer")), ("minimum", .integer(minimum)), ("maximum", .integer(maximum)),
            ])
        case .number:
            return orTemplate([("type", .string("number")), ("exclusiveMinimum", .integer(0))])
        case .choice(let names): return [("enum", .array(names.map { .string($0) }))]
        case .numeral(let names):
            return [("enum", .array(names.map { .string($0) } + names.map { .number($0) }))]
        case .pattern(let pattern):
            return [
                ("type", .array([.string("string"), .string("number")])),
                ("pattern", .string("^(\(pattern))$|\\$\\{(env|file):")),
            ]
        case .exact(let pattern): return [("type", .string("string")), ("pattern", .string("^(\(pattern))$"))]
        case .list(let element, let minimum):
            var members: [(String, SchemaJSON)] = [("type", .string("array")), ("items", .object(schema(element)))]
            if minimum > 0 { members.append(("minItems", .integer(minimum))) }
            return members
        case .mapping(let table): return [("$ref", .string("#/$defs/\(table.name)"))]
        case .verification: return [("$ref", .string("#/$defs/\(KeyTable.verificationName)"))]
        case .names(let value):
            return [("type", .string("object")), ("additionalProperties", .object(schema(value)))]
        case .oneOf(let shapes): return [("anyOf", .array(shapes.map { .object(schema($0)) }))]
        case .anything: return []
        }
    }

    private static func orTemplate(_ members: [(String, SchemaJSON)]) -> [(String, SchemaJSON)] {
        let template: [(String, SchemaJSON)] = [
            ("type", .string("string")), ("pattern", .string("\\$\\{(env|file):")),
        ]
        return [("anyOf", .array([.object(members), .object(template)]))]
    }
}

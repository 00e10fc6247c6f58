/// The JSON Schema (draft 2020-12) of the scenario language, for editors.
///
/// It is made of the key tables by which the reader decodes, so that the two agree. It says less than the reader
/// checks: what objectives and checks may name, for one, depends on the rest of the file.
public enum ScenarioSchema {
    /// The schema, with the kinds that are registered, as an indented JSON document with a newline at its end.
    public static func json(_ kinds: ScenarioKinds) -> String {
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
        return members + rules(table.rules)
    }

    private static func rules(_ rules: [KeyRule]) -> [(String, SchemaJSON)] {
        var members: [(String, SchemaJSON)] = []
        var needed: [(String, SchemaJSON)] = []
        var dependent: [(String, SchemaJSON)] = []
        func required(_ keys: [String]) -> SchemaJSON { .object([("required", .array(keys.map { .string($0) }))]) }
        for rule in rules {
            switch rule.kind {
            case .exactlyOne(let keys): members.append(("oneOf", .array(keys.map { required([$0]) })))
            case .oneSet(let sets): members.append(("anyOf", .array(sets.map(required))))
            case .needs(let key, let others): needed.append((key, .array(others.map { .string($0) })))
            case .belong(let keys, let action, _): needed += keys.map { ($0, .array([.string(action)])) }
            case .strange(let keys, let action, _):
                let none = keys.map { ($0, SchemaJSON.boolean(false)) }
                dependent.append((action, .object([("properties", .object(none))])))
            case .alone(let key): dependent.append((key, .object([("maxProperties", .integer(1))])))
            }
        }
        if !needed.isEmpty { members.append(("dependentRequired", .object(needed))) }
        if !dependent.isEmpty { members.append(("dependentSchemas", .object(dependent))) }
        return members
    }

    private static func property(_ key: KeyDescription) -> SchemaJSON {
        if key.isLater {
            // No value fits; the description says why.
            return .object([("description", .string("Not supported yet. \(key.summary)")), ("not", .object([]))])
        }
        return .object([("description", .string(key.summary))] + schema(key.shape))
    }

    /// What the schema says of a value.
    static func schema(_ shape: Shape) -> [(String, SchemaJSON)] {
        switch shape {
        case .text: return [scalar]
        case .name: return [scalar, ("minLength", .integer(1)), ("not", .object([string, texts("\\$\\{")]))]
        case .token: return [scalar, texts("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")]
        case .boolean:
            return anyOf([
                [("type", .string("boolean"))], [("enum", .array([.string("true"), .string("false")]))], template,
            ])
        case .integer(let range):
            let number: [(String, SchemaJSON)] = [
                ("type", .string("integer")), ("minimum", .integer(range.lowerBound)),
                ("maximum", .integer(range.upperBound)),
            ]
            return anyOf([number, [string, texts("^\(DigitPattern.pattern(range))$")], template])
        case .number(let range, let pattern):
            return anyOf([number(range), [string, texts("^(\(pattern))$")], template])
        case .probeFormat: return schema(.choice(ProbeFormats.builtIn.names))
        case .choice(let names): return [("enum", .array(names.map { .string($0) }))]
        case .numeral(let names):
            return [("enum", .array(names.map { .string($0) } + names.map { .number($0) }))]
        case .pattern(let pattern): return [string, texts("^(\(pattern))$|\(constant)")]
        case .exact(let pattern): return [string, texts("^(\(pattern))$")]
        case .list(let element, let minimum):
            var members: [(String, SchemaJSON)] = [("type", .string("array")), ("items", .object(schema(element)))]
            if minimum > 0 { members.append(("minItems", .integer(minimum))) }
            return members
        case .mapping(let table): return [("$ref", .string("#/$defs/\(table.name)"))]
        case .step: return schema(.oneOf(KeyTable.stepTables.map { .mapping($0) }))
        case .verification: return [("$ref", .string("#/$defs/\(KeyTable.verificationName)"))]
        case .names(let value):
            return [("type", .string("object")), ("additionalProperties", .object(schema(value)))]
        case .oneOf(let shapes): return anyOf(shapes.map(schema))
        case .anything: return []
        }
    }

    private static let scalar = ("type", SchemaJSON.array([.string("string"), .string("number"), .string("boolean")]))
    private static let string = ("type", SchemaJSON.string("string"))
    /// A text that gets its value when the file is read.
    private static let constant = "\\$\\{(env|file|aws-secret):"
    private static let template = [string, texts(constant)]

    private static func texts(_ pattern: String) -> (String, SchemaJSON) { ("pattern", .string(pattern)) }

    private static func anyOf(_ choices: [[(String, SchemaJSON)]]) -> [(String, SchemaJSON)] {
        [("anyOf", .array(choices.map { .object($0) }))]
    }

    private static func number(_ range: ClosedRange<Double>) -> [(String, SchemaJSON)] {
        var members: [(String, SchemaJSON)] = [("type", .string("number"))]
        if range.lowerBound == .leastNonzeroMagnitude {
            members.append(("exclusiveMinimum", .integer(0)))
        } else {
            members.append(("minimum", .number(digits(range.lowerBound))))
        }
        if range.upperBound < .greatestFiniteMagnitude {
            members.append(("maximum", .number(digits(range.upperBound))))
        }
        return members
    }

    private static func digits(_ number: Double) -> String {
        number == number.rounded() ? String(Int(number)) : String(number)
    }
}

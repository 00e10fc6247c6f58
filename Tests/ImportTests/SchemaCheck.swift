import Foundation
import Scenarios

@testable import Import

/// Holds a scenario against the JSON Schema that `loadgate schema` prints: the keywords that this schema has, and no
/// others (JSON Schema 2020-12, Core §10 and Validation §6).
struct SchemaCheck: Sendable {
    private let schema: DocumentValue
    private let definitions: DocumentValue

    /// Read once.
    static let shared = Result { try SchemaCheck() }

    init() throws {
        schema = try DocumentFile.parse(ScenarioSchema.json(ScenarioKinds()), file: "schema.json", format: .json)
        definitions = schema["$defs"] ?? .null
    }

    /// What is wrong with a scenario's text, a line each.
    func problems(_ text: String) throws -> [String] {
        problems(try DocumentFile.parse(text, file: "made.yaml", format: .yamlOrJSON), schema, "")
    }

    /// What a schema may say without constraining anything.
    private static let annotations: Set<String> = ["$schema", "$defs", "title", "description", "default", "examples"]

    private func problems(_ value: DocumentValue, _ schema: DocumentValue, _ location: String) -> [String] {
        if case .bool(let allows) = schema { return allows ? [] : ["\(location): nothing may stand here"] }
        return (schema.object?.members ?? []).flatMap { keyword in
            Self.annotations.contains(keyword.name)
                ? [] : problems(value, keyword.name, keyword.value, schema, location)
        }
    }

    private func problems(
        _ value: DocumentValue, _ keyword: String, _ rule: DocumentValue, _ schema: DocumentValue, _ location: String
    ) -> [String] {
        func report(_ isRight: Bool, _ message: @autoclosure () -> String) -> [String] {
            isRight ? [] : ["\(location): \(message())"]
        }
        let members = value.object?.members ?? []
        switch keyword {
        case "type":
            let types = (rule.list ?? [rule]).compactMap(\.text)
            return report(types.contains { Self.isOf($0, value) }, "\(value.kind) is none of \(types)")
        case "enum": return report((rule.list ?? []).contains(value), "\(value) is none of \(rule)")
        case "pattern":
            guard let text = value.text else { return [] }
            return report(text.range(of: rule.text ?? "", options: .regularExpression) != nil, "\(text) is no \(rule)")
        case "minimum": return report(value.number.map { $0 >= rule.number ?? 0 } ?? true, "too small")
        case "maximum": return report(value.number.map { $0 <= rule.number ?? 0 } ?? true, "too large")
        case "exclusiveMinimum": return report(value.number.map { $0 > rule.number ?? 0 } ?? true, "too small")
        case "exclusiveMaximum": return report(value.number.map { $0 < rule.number ?? 0 } ?? true, "too large")
        case "maxItems": return report(value.list.map { $0.count <= Int(rule.number ?? 0) } ?? true, "too many")
        case "minItems": return report(value.list.map { $0.count >= Int(rule.number ?? 0) } ?? true, "too few")
        case "items":
            return (value.list ?? []).enumerated().flatMap { problems($1, rule, "\(location)/\($0)") }
        case "required":
            guard value.object != nil else { return [] }
            let missing = (rule.list ?? []).compactMap(\.text).filter { value[$0] == nil }
            return report(missing.isEmpty, "lacks \(missing)")
        case "dependentRequired":
            return (rule.object?.members ?? []).filter { value[$0.name] != nil }.flatMap {
                problems(value, "required", $0.value, schema, location)
            }
        case "dependentSchemas":
            return (rule.object?.members ?? []).filter { value[$0.name] != nil }.flatMap {
                problems(value, $0.value, location)
            }
        case "minLength":
            return report(value.text.map { $0.unicodeScalars.count >= Int(rule.number ?? 0) } ?? true, "too short")
        case "maxProperties":
            return report(value.object == nil || members.count <= Int(rule.number ?? 0), "too many members")
        case "properties":
            return members.flatMap { member in
                rule[member.name].map { problems(member.value, $0, "\(location)/\(member.name)") } ?? []
            }
        case "additionalProperties":
            return members.filter { schema["properties"]?[$0.name] == nil }.flatMap {
                problems($0.value, rule, "\(location)/\($0.name)")
            }
        case "$ref":
            let name = rule.text.map { String($0.dropFirst("#/$defs/".count)) } ?? ""
            guard let definition = definitions[name] else { return ["\(location): \(rule) leads nowhere"] }
            return problems(value, definition, location)
        case "not": return report(!problems(value, rule, location).isEmpty, "fits what it must not")
        case "anyOf", "oneOf":
            let all = (rule.list ?? []).map { problems(value, $0, location) }
            let fits = all.count(where: \.isEmpty)
            return report(keyword == "oneOf" ? fits == 1 : fits > 0, "fits \(fits) of \(all)")
        // What this doesn't know must not pass for checked.
        default: return ["\(location): the keyword \(keyword) is not known"]
        }
    }

    private static func isOf(_ type: String, _ value: DocumentValue) -> Bool {
        switch (type, value) {
        case ("null", .null), ("boolean", .bool), ("number", .number), ("string", .text), ("array", .list),
            ("object", .object):
            true
        case ("integer", .number): value.number.map { $0 == $0.rounded() } ?? false
        default: false
        }
    }
}

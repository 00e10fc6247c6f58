import Foundation

/// As much of JSON Schema (draft 2020-12) as the result's schema uses. Unlike a general validator it also takes a key
/// that the schema doesn't name for a fault, so that no key goes undocumented.
struct SchemaCheck {
    let root: [String: Any]

    struct Unreadable: Error {}

    init(_ json: String) throws {
        guard let root = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] else {
            throw Unreadable()
        }
        self.root = root
    }

    /// All that is wrong with a document, each with its place.
    func faults(of json: String) throws -> [String] {
        faults(try JSONSerialization.jsonObject(with: Data(json.utf8), options: .fragmentsAllowed), root, "$")
    }

    private static let known: Set<String> = [
        "$schema", "$id", "$defs", "$ref", "title", "description", "type", "const", "enum", "required", "properties",
        "additionalProperties", "propertyNames", "items", "maxItems", "minimum", "pattern", "format",
    ]

    private func faults(_ value: Any, _ schema: [String: Any], _ location: String) -> [String] {
        if let reference = schema["$ref"] as? String {
            let name = reference.replacingOccurrences(of: "#/$defs/", with: "")
            guard let target = (root["$defs"] as? [String: Any])?[name] as? [String: Any] else {
                return ["\(location): no definition \(reference)"]
            }
            return faults(value, target, location)
        }
        var faults = schema.keys.filter { !Self.known.contains($0) }.map { "\(location): unknown keyword \($0)" }
        if let type = schema["type"] as? String, !Self.matches(value, type) {
            return faults + ["\(location): not of type \(type)"]
        }
        if let allowed = schema["enum"] as? [String], !allowed.contains((value as? String) ?? "") {
            faults.append("\(location): not one of \(allowed)")
        }
        if let constant = schema["const"] as? Int, (value as? Int) != constant {
            faults.append("\(location): not \(constant)")
        }
        if let least = schema["minimum"] as? Double, let number = value as? Double, number < least {
            faults.append("\(location): below \(least)")
        }
        if let pattern = schema["pattern"] as? String, let text = value as? String,
            text.range(of: pattern, options: .regularExpression) == nil
        {
            faults.append("\(location): doesn't match \(pattern)")
        }
        if let object = value as? [String: Any] { faults += self.faults(members: object, schema, location) }
        if let list = value as? [Any] {
            if let most = schema["maxItems"] as? Int, list.count > most { faults.append("\(location): too long") }
            if let items = schema["items"] as? [String: Any] {
                for (index, item) in list.enumerated() { faults += self.faults(item, items, "\(location)[\(index)]") }
            }
        }
        return faults
    }

    private func faults(members object: [String: Any], _ schema: [String: Any], _ location: String) -> [String] {
        var faults = (schema["required"] as? [String] ?? []).filter { object[$0] == nil }.map {
            "\(location): \($0) is missing"
        }
        let properties = schema["properties"] as? [String: Any] ?? [:]
        let names = schema["propertyNames"] as? [String: Any]
        for (key, member) in object.sorted(by: { $0.key < $1.key }) {
            if let names { faults += self.faults(key, names, "\(location), key \(key)") }
            if let known = properties[key] as? [String: Any] {
                faults += self.faults(member, known, "\(location).\(key)")
            } else if let other = schema["additionalProperties"] as? [String: Any] {
                faults += self.faults(member, other, "\(location).\(key)")
            } else {
                faults.append("\(location): \(key) is not described")
            }
        }
        return faults
    }

    private static func matches(_ value: Any, _ type: String) -> Bool {
        switch type {
        case "object": return value is [String: Any]
        case "array": return value is [Any]
        case "string": return value is String
        case "boolean": return value is Bool
        case "number": return value is Double
        case "integer": return (value as? Double).map { $0 == $0.rounded() } ?? false
        default: return false
        }
    }
}

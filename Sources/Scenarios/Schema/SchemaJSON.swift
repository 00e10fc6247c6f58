/// A JSON value to write, its members in a fixed order.
indirect enum SchemaJSON {
    case string(String)
    case integer(Int)
    /// A number as it is written in JSON.
    case number(String)
    case boolean(Bool)
    case array([SchemaJSON])
    case object([(String, SchemaJSON)])

    /// The value in JSON, indented by two spaces.
    func written(indent: String = "") -> String {
        let inner = indent + "  "
        switch self {
        case .string(let text): return JSONString.quoted(text)
        case .integer(let number): return String(number)
        case .number(let digits): return digits
        case .boolean(let value): return String(value)
        case .array(let elements) where elements.isEmpty: return "[]"
        case .array(let elements):
            let lines = elements.map { inner + $0.written(indent: inner) }
            return "[\n" + lines.joined(separator: ",\n") + "\n\(indent)]"
        case .object(let members) where members.isEmpty: return "{}"
        case .object(let members):
            let lines = members.map { "\(inner)\(JSONString.quoted($0.0)): \($0.1.written(indent: inner))" }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
        }
    }
}

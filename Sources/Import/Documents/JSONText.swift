import Scenarios

/// Writes JSON (RFC 8259) in one line.
enum JSONText {
    static func text(_ value: DocumentValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .number(let text): text
        case .text(let text): JSONString.quoted(text)
        case .template(let text): JSONString.quoted(text.shown)
        case .list(let values): "[" + values.map(text).joined(separator: ",") + "]"
        case .object(let object):
            "{" + object.members.map { "\(JSONString.quoted($0.name)):\(text($0.value))" }.joined(separator: ",") + "}"
        }
    }
}

/// The plain members of a JSON object, as interfaces answer them. Of members with one name the last counts, as nearly all
/// readers of JSON have it.
package struct JSONObject {
    private let members: [JSONLineParser.Member]

    /// nil: the bytes are no UTF-8, or no JSON object.
    package init?(_ bytes: [UInt8]) {
        guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
        var parser = JSONLineParser(bytes)
        guard let members = try? parser.object() else { return nil }
        self.members = members
    }

    /// The text of a member; nil where there is none, or it is no text.
    package func text(_ name: String) -> String? { member(name).flatMap { $0.isText ? $0.value : nil } }

    /// The number of a member; nil where there is none, or it is no number.
    package func number(_ name: String) -> Double? { plain(name).flatMap(Double.init) }

    /// The truth value of a member; nil where there is none, or it is none.
    package func boolean(_ name: String) -> Bool? { plain(name).flatMap(Bool.init) }

    private func plain(_ name: String) -> String? { member(name).flatMap { $0.isText ? nil : $0.value } }

    private func member(_ name: String) -> JSONLineParser.Member? { members.last { $0.name == name } }
}

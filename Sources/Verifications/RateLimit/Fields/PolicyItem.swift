import VerificationKit

/// A policy of a rate-limit field, or where a client stands with it: a name and its parameters.
struct PolicyItem: Equatable {
    private let member: StructuredFieldList.Member

    /// The items of a field; nil where it is no list of names with parameters.
    static func all(in text: String) -> [PolicyItem]? {
        guard let members = StructuredFieldList(text)?.members, !members.isEmpty else { return nil }
        let items = members.map(PolicyItem.init)
        return items.allSatisfy { $0.text != nil } ? items : nil
    }

    private init(_ member: StructuredFieldList.Member) { self.member = member }

    /// The policy's name.
    var name: String { text ?? "" }

    /// The parameter's whole number; nil where there is none, or something else.
    func integer(_ name: String) -> Int? {
        guard case .integer(let value)? = member[name] else { return nil }
        return Int(value)
    }

    /// True where the parameter is there, whatever it is.
    func has(_ name: String) -> Bool { member[name] != nil }

    private var text: String? {
        switch member.value {
        case .string(let name), .token(let name): name
        default: nil
        }
    }
}

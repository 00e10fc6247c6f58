/// A value of a JSON or YAML document. Objects keep the order of the file, so that what is made of them does, too.
public indirect enum DocumentValue: Sendable, Equatable {
    /// `null`
    case null
    /// `true` or `false`
    case bool(Bool)
    /// A number as it is written, in JSON's grammar (RFC 8259 §6).
    case number(String)
    /// A text.
    case text(String)
    /// A text with places that are filled in when the scenario runs. Documents hold none; drafts of bodies do.
    case template(TemplateText)
    /// A list.
    case list([DocumentValue])
    /// An object.
    case object(DocumentObject)

    /// The value of a member; nil where there is none, or where this is no object.
    public subscript(name: String) -> DocumentValue? { object?[name] }

    /// The object, if it is one.
    public var object: DocumentObject? { if case .object(let object) = self { object } else { nil } }

    /// The list's values, if it is a list.
    public var list: [DocumentValue]? { if case .list(let values) = self { values } else { nil } }

    /// The text, if it is one.
    public var text: String? { if case .text(let text) = self { text } else { nil } }

    /// The truth value, if it is one.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The number, if it is one.
    public var number: Double? { if case .number(let text) = self { Double(text) } else { nil } }

    /// The whole number, if it is one of at most 18 digits.
    public var integer: Int? {
        guard let number, number == number.rounded(), abs(number) < 1e18 else { return nil }
        return Int(number)
    }

    /// A text, number or truth value as text.
    public var scalarText: String? {
        switch self {
        case .bool(let value): value ? "true" : "false"
        case .number(let text), .text(let text): text
        case .null, .template, .list, .object: nil
        }
    }

    /// What it is, for messages: never what stands in it.
    var kind: String {
        switch self {
        case .null: "nothing"
        case .bool: "a truth value"
        case .number: "a number"
        case .text, .template: "a text"
        case .list: "a list"
        case .object: "an object"
        }
    }
}

/// An object's members in the order of the file; each name once.
public struct DocumentObject: Sendable, Equatable {
    /// A name and its value.
    public struct Member: Sendable, Equatable {
        /// The name.
        public var name: String
        /// The value.
        public var value: DocumentValue
    }

    /// From so many members on, an index finds them: `components.schemas` may have thousands.
    private static let indexedCount = 16

    /// The members.
    public private(set) var members: [Member] = []
    private var index: [String: Int] = [:]

    /// An object without members.
    public init() {}

    /// An object of members whose names differ.
    public init(_ members: [(String, DocumentValue)]) {
        for (name, value) in members { self[name] = value }
    }

    /// True without members.
    public var isEmpty: Bool { members.isEmpty }

    /// The value of a member. A new member comes last; nil leaves the object as it is.
    public subscript(name: String) -> DocumentValue? {
        get { position(of: name).map { members[$0].value } }
        set {
            guard let newValue else { return }
            if let found = position(of: name) {
                members[found].value = newValue
                return
            }
            members.append(Member(name: name, value: newValue))
            if members.count == Self.indexedCount {
                for (number, member) in members.enumerated() { index[member.name] = number }
            } else if members.count > Self.indexedCount {
                index[name] = members.count - 1
            }
        }
    }

    private func position(of name: String) -> Int? {
        members.count < Self.indexedCount ? members.firstIndex { $0.name == name } : index[name]
    }
}

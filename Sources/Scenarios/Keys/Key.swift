/// A key of a mapping: its name, what its value looks like and how it is read, and what it says. The same declaration
/// reads the key, and makes its part of the JSON Schema and of the documentation.
public struct Key<Value: Sendable>: Sendable {
    /// The name in the file.
    public let name: String
    /// What the value looks like, and how it is read.
    public let form: KeyForm<Value>
    /// What the value says, in a sentence or two.
    public let summary: String
    /// True where a mapping without the key is wrong.
    public let isRequired: Bool
    /// True for a key of a later version, which is refused by name.
    let isLater: Bool

    /// Declares a key.
    public init(_ name: String, _ form: KeyForm<Value>, _ summary: String, required: Bool = false) {
        self.name = name
        self.form = form
        self.summary = summary
        isRequired = required
        isLater = false
    }
}

extension Key where Value == SourceNode {
    /// A key of a later version.
    init(later name: String, _ summary: String) {
        self.name = name
        self.summary = summary
        form = .node(.anything)
        isRequired = false
        isLater = true
    }
}

/// Keys of one form that an enum names: a key for each of its cases.
public struct KeyFamily<Case: Hashable & Sendable, Value: Sendable>: Sendable {
    /// The case and the key of each.
    let members: [(of: Case, key: Key<Value>)]

    /// Declares a key for each case.
    public init(_ cases: [Case], _ key: (Case) -> Key<Value>) { members = cases.map { ($0, key($0)) } }
}

/// The keys of another set, which stand in the same mapping.
public struct Included<Keys: KeySet>: Sendable {
    /// The declarations of the set.
    let keys: Keys

    /// Includes a set.
    public init(_ keys: Keys) { self.keys = keys }
}

/// Something that names keys of a mapping, for rules.
public protocol KeyNaming: Sendable {
    /// The names, in the order of the documentation.
    var names: [String] { get }
}

extension Key: KeyNaming {
    /// The names of the keys.
    public var names: [String] { [name] }
}

extension KeyFamily: KeyNaming {
    /// The names of the keys.
    public var names: [String] { members.map(\.key.name) }
}

extension Included: KeyNaming {
    /// The names of the keys.
    public var names: [String] { KeyDeclarations(keys).keys.map(\.name) }
}

// MARK: - Without the types of the values

/// What can be a stored property of a set of keys.
protocol KeyDeclaring {
    var declarations: KeyDeclarations { get }
}

/// All keys and rules of a set, those of included sets among them.
struct KeyDeclarations: Sendable {
    var keys: [KeyDescription] = []
    var rules: [KeyRule] = []

    /// The declarations of a set, in their order: its stored properties.
    init(_ set: some KeySet) {
        for child in Mirror(reflecting: set).children {
            guard let declared = (child.value as? any KeyDeclaring)?.declarations else { continue }
            keys += declared.keys
            rules += declared.rules
        }
        rules += set.rules
    }

    init(_ keys: [KeyDescription]) { self.keys = keys }
}

extension Key: KeyDeclaring {
    var declared: KeyDescription {
        let decode = form.decode
        return KeyDescription(
            name, form.shape, summary, required: isRequired, later: isLater, byHand: form.isReadByHand,
            decode: { decode($0, $1, $2) })
    }

    var declarations: KeyDeclarations { KeyDeclarations([declared]) }
}

extension KeyFamily: KeyDeclaring {
    var declarations: KeyDeclarations { KeyDeclarations(members.map(\.key.declared)) }
}

extension Included: KeyDeclaring {
    var declarations: KeyDeclarations { KeyDeclarations(keys) }
}

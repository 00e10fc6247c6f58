/// What a mapping says, by its declared keys: `keys.timeout` is the value of the key that the property `timeout` of the
/// set declares; nil where the key is absent, or its value wrong, which has been reported then.
@dynamicMemberLookup
public struct KeyValues<Keys: KeySet>: Sendable {
    /// Where the mapping begins.
    public let location: TextLocation
    /// What its values were read with.
    public let context: KeyContext
    private let keys: Keys
    private let given: [String: GivenKey]

    init(location: TextLocation, context: KeyContext, keys: Keys, given: [String: GivenKey]) {
        self.location = location
        self.context = context
        self.keys = keys
        self.given = given
    }

    /// The value of a key.
    public subscript<Value>(dynamicMember key: KeyPath<Keys, Key<Value>>) -> Value? {
        given[keys[keyPath: key].name]?.value as? Value
    }

    /// The keys of a family that are there, in the order of the file.
    public subscript<Case, Value>(dynamicMember family: KeyPath<Keys, KeyFamily<Case, Value>>)
        -> [FamilyMember<Case, Value>]
    {
        keys[keyPath: family].members.compactMap { member in
            given[member.key.name].map {
                FamilyMember(
                    name: member.key.name, kind: member.of, location: $0.entry.location, node: $0.entry.value,
                    value: $0.value as? Value)
            }
        }
        .sorted { $0.location < $1.location }
    }

    /// The values of an included set.
    public subscript<Inner>(dynamicMember set: KeyPath<Keys, Included<Inner>>) -> KeyValues<Inner> {
        KeyValues<Inner>(location: location, context: context, keys: keys[keyPath: set].keys, given: given)
    }

    /// Whether a key is there, be its value right or wrong.
    public func has<Value>(_ key: KeyPath<Keys, Key<Value>>) -> Bool { given[keys[keyPath: key].name] != nil }

    /// The value of a key as it stands in the file.
    public func node<Value>(_ key: KeyPath<Keys, Key<Value>>) -> SourceNode? {
        given[keys[keyPath: key].name]?.entry.value
    }

    /// Where a key stands, else where the mapping begins.
    public func location<Value>(of key: KeyPath<Keys, Key<Value>>) -> TextLocation {
        given[keys[keyPath: key].name]?.entry.location ?? location
    }

    /// The keys that are there, of those asked for, with their names and places, in the order of the file.
    public func present(_ asked: any KeyNaming...) -> [(name: String, location: TextLocation)] {
        asked.flatMap(\.names).compactMap { name in given[name].map { (name, $0.entry.location) } }
            .sorted { $0.location < $1.location }
    }

    /// The declarations, to name keys with.
    public var declared: Keys { keys }
}

/// A key of a family that is there.
public struct FamilyMember<Case: Sendable, Value: Sendable>: Sendable {
    /// The key's name.
    public let name: String
    /// What names it.
    public let kind: Case
    /// Where the key stands.
    public let location: TextLocation
    /// The value as it stands in the file.
    public let node: SourceNode
    /// The value; nil where it is wrong.
    public let value: Value?
}

/// A key that is there.
struct GivenKey: Sendable {
    var entry: SourceNode.Entry
    /// What was read; nil where it is wrong.
    var value: (any Sendable)?
}

/// What a value is read with besides the file.
public struct KeyContext: Sendable {
    /// What may stand in `${…}`.
    public var scope: Scope
    /// What the scenario says of every step.
    public var defaults: Defaults

    /// A context; by itself only what is known when the scenario is read may stand in `${…}`.
    public init(scope: Scope = .constant, defaults: Defaults = Defaults()) {
        self.scope = scope
        self.defaults = defaults
    }
}

/// Keys that stand together, each a stored property:
///
///     struct RetryKeys: KeyGroup {
///         static let about = GroupAbout("retry", "How often a request is sent again")
///         let times = Key("times", .integer(1...10), "How often at most; 3 unless given.")
///         let after = Key("after", .duration, "How long it waits before.", required: true)
///     }
///
/// `Reading.read` reads a mapping of them and gives `KeyValues`, whose `times` is an `Int?`.
public protocol KeySet: Sendable {
    /// Makes the declarations.
    init()

    /// What holds of several keys at once.
    var rules: [KeyRule] { get }
}

extension KeySet {
    /// What holds of several keys at once.
    public var rules: [KeyRule] { [] }
}

/// All keys of a mapping.
public protocol KeyGroup: KeySet {
    /// What the mapping is.
    static var about: GroupAbout { get }
}

/// What a mapping is.
public struct GroupAbout: Sendable {
    /// The name in the schema's `$defs`, unique in the language.
    public let name: String
    /// What the mapping is for.
    public let summary: String

    /// Describes a mapping.
    public init(_ name: String, _ summary: String) {
        self.name = name
        self.summary = summary
    }
}

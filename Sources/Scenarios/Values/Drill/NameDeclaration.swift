/// A host name that the drill's own name server answers for: an entry of `names:`.
public struct NameDeclaration: Sendable {
    /// The name, in lower case without a dot at its end.
    public var name: String
    /// The numeric addresses that it begins with, at least one.
    public var addresses: [String]
    /// How long an answer may be kept.
    public var ttl: Duration = .seconds(5)

    /// Makes a name.
    public init(name: String, addresses: [String]) {
        self.name = name
        self.addresses = addresses
    }

    /// A name as names are compared (RFC 4343): in lower case, without a dot at its end.
    public static func plain(_ name: String) -> String {
        (name.hasSuffix(".") ? String(name.dropLast()) : name).lowercased()
    }
}

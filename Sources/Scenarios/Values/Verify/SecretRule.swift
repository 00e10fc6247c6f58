/// Secrets that must be kept in a secrets manager: `secrets:` of `verify:`.
public struct SecretRule: Sendable {
    /// Their names there.
    public var names: [String]
    /// The region, e.g. `us-east-1`; nil: the environment's.
    public var region: String?

    /// Makes a rule.
    public init(names: [String]) { self.names = names }
}

public import Scenarios

/// Secrets that must be kept in a secrets manager: `secrets:` of `verify:`.
public struct SecretRule: Sendable {
    /// Their names or ARNs there, each once.
    public var names: [String]
    /// The region, e.g. `us-east-1`; nil: the one of a name that is an ARN, else the environment's.
    public var region: String?
    /// The manager's `http[s]://` URL; nil: the environment's, else the provider's own of the region.
    public var endpoint: Text?
    /// The members that the JSON of a secret must have, not empty, by the secret's name.
    public var fields: [String: [String]] = [:]
    /// How old the current version of a secret may be; nil: any age.
    public var maxAge: Duration?
    /// Whether the run itself must take its secrets from the manager, as a finding that counts.
    public var mustBeUsed = false

    /// Makes a rule.
    public init(names: [String]) { self.names = names }
}

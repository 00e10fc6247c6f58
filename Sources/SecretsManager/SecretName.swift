/// What `${aws-secret:name#json.path}` asks for.
public struct SecretName: Sendable, Hashable {
    /// The secret's name or ARN.
    public var name: String
    /// The way to a member of the secret's JSON; nil: the whole text.
    public var path: String?

    /// Makes a name.
    public init(name: String, path: String? = nil) {
        self.name = name
        self.path = path
    }
}

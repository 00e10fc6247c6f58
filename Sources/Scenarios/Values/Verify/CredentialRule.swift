/// Files that must hold no credentials: `credentials:` of `verify:`.
public struct CredentialRule: Sendable {
    /// Folders and files; as this process can open them.
    public var paths: [String]
    /// Whether the history of the git repository that holds them is searched too.
    public var history = false

    /// Makes a rule.
    public init(paths: [String]) { self.paths = paths }
}

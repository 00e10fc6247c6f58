/// A file of the work tree, or a version of one in the history, as it is searched.
public struct SourceFileContent: Sendable {
    /// The file's path from the root of what is searched.
    public var path: String
    /// The commit that holds it; nil: the work tree.
    public var commit: String?
    /// Its bytes.
    public var bytes: [UInt8]

    /// Makes one.
    public init(path: String, commit: String? = nil, bytes: [UInt8]) {
        self.path = path
        self.commit = commit
        self.bytes = bytes
    }
}

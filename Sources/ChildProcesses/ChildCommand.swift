/// A program, and how it is started.
public struct ChildCommand: Sendable {
    /// What it reads.
    public enum Input: Sendable {
        /// /dev/null.
        case nothing
        /// These bytes, and then the end. No one else can read them.
        case bytes([UInt8])
        /// What a descriptor gives; it stays the caller's.
        case descriptor(Int32)
    }

    /// The program, looked for on the path of this process unless it has a slash, and its arguments. They are no secret:
    /// every user of the machine can read them.
    public var arguments: [String]
    /// Its whole environment; nil: that of this process.
    public var environment: [String: String]?
    /// The folder that it works in; nil: that of this process.
    public var folder: String?
    /// Its standard input.
    public var input = Input.nothing
    /// Where its standard output goes; nil: nowhere. The descriptor stays the caller's.
    public var output: Int32?
    /// Where its errors go; nil: nowhere. The descriptor stays the caller's.
    public var errors: Int32?

    /// A program that reads nothing, and whose outputs go nowhere.
    public init(_ arguments: [String], environment: [String: String]? = nil, folder: String? = nil) {
        self.arguments = arguments
        self.environment = environment
        self.folder = folder
    }
}

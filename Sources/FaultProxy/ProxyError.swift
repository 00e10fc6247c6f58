/// Why a proxy or a disturbance can't be had.
public struct ProxyError: Error, CustomStringConvertible, Equatable {
    /// What a caller may decide by.
    public enum Kind: Sendable, Equatable {
        case invalid
        case notFound
        case exists
        /// The port is taken, or the address is not of this machine.
        case unavailable
    }

    /// What a caller may decide by.
    public var kind: Kind
    /// What is wrong, in a sentence.
    public var description: String

    /// Makes an error.
    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}

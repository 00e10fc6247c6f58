/// Why a number could not be read.
public struct ProbeFailure: Error, Sendable, CustomStringConvertible {
    /// The reason, in one line. It may hold what a program or a server said.
    public var reason: String

    /// The reason.
    public var description: String { reason }

    /// Makes a failure.
    public init(reason: String) { self.reason = reason }
}

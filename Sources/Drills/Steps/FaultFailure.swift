/// Why a fault can't be brought about, confirmed or undone: a sentence without secrets.
public struct FaultFailure: Error, Sendable, CustomStringConvertible {
    /// The reason.
    public var description: String

    /// Makes a failure.
    public init(_ description: String) { self.description = description }
}

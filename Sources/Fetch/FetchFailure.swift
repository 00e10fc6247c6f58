/// Why no answer came: libcurl's own words, without what the request carried.
public struct FetchFailure: Error, Sendable, CustomStringConvertible {
    /// The reason.
    public var reason: String

    /// The reason.
    public var description: String { reason }

    /// Makes a failure.
    public init(reason: String) { self.reason = reason }
}

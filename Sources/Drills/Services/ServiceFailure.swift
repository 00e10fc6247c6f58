/// A service that could not be brought to work.
public struct ServiceFailure: Error, Sendable, CustomStringConvertible {
    /// The service's name.
    public var service: String
    /// What happened.
    public var reason: String

    /// Name and reason.
    public var description: String { "service \(service): \(reason)" }
}

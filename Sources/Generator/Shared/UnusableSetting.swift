/// A setting of the scenario that is well formed and can't be used on this machine: a certificate that is none, an address
/// that isn't ours.
public struct UnusableSetting: Error, Sendable, CustomStringConvertible {
    /// What was wrong with which setting.
    public var description: String

    init(_ description: String) { self.description = description }
}

/// A change that a probe of a drill's `roles` saw.
public struct RoleChange: Sendable, Equatable {
    /// The probe's name.
    public var probe: String
    /// When the sample with the new value was taken.
    public var at: Instant
    /// The value before; nil: none could be read.
    public var before: Double?
    /// The value from then on; nil: none could be read.
    public var after: Double?

    /// Makes a change.
    public init(probe: String, at: Instant, before: Double?, after: Double?) {
        self.probe = probe
        self.at = at
        self.before = before
        self.after = after
    }
}

/// An entry of a drill's timeline.
public struct DrillEvent: Sendable {
    /// What happens.
    public enum Action: Sendable {
        /// Something is broken.
        case fault(any FaultRule)
        /// The faults on a service, proxy or name are undone, or the fault of this name.
        case restore(String)
    }

    /// When, from the start of the load.
    public var at: Duration
    /// What happens.
    public var action: Action
    /// The name by which `restore` and `--only` select it; nil: that of what it breaks.
    public var name: String?
    /// How the fault is confirmed to have taken effect; nil: by the fault's own kind.
    public var effective: EffectCheck?
    /// The action as written, for messages.
    public var source: String

    /// Makes an event.
    public init(at: Duration, action: Action, source: String) {
        self.at = at
        self.action = action
        self.source = source
    }
}

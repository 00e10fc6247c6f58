public import Measures

/// What a verification asks for.
public enum VerificationAction: Sendable {
    /// Sends all of these, each at its offset from now, and waits for their answers. `purpose`: what it is about, for the
    /// progress: "burst at rest".
    case send([PlannedExchange], purpose: String)
    /// Reads the probe of this name once.
    case read(probe: String)
    /// Lets time pass, as if an empty batch ended after this span.
    case wait(Span, purpose: String)
}

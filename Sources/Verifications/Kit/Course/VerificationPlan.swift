public import Measures

/// What a verification is about to do.
public struct VerificationPlan: Sendable, Equatable {
    /// Its parts in order, each a short sentence: "130 requests at once as a new client".
    public var parts: [String]
    /// About how many requests that are.
    public var exchanges: Int
    /// About how long it takes.
    public var duration: Span

    /// Makes a plan.
    public init(parts: [String], exchanges: Int, duration: Span) {
        self.parts = parts
        self.exchanges = exchanges
        self.duration = duration
    }
}

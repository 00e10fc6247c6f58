public import Measures

/// An exchange as evidence: enough to send it again by hand.
public struct Exhibit: Sendable, Equatable {
    /// Request line and what matters of the rest: `GET /api/v1/projects, X-API-Key: lg-1`.
    public var request: String
    /// Status and what matters of the rest: `429, Retry-After: 12`.
    public var answer: String
    /// When the request was sent, from the beginning of the verification.
    public var sent: Span
    /// When its answer had come, likewise.
    public var received: Span

    /// Makes an exhibit.
    public init(request: String, answer: String, sent: Span, received: Span) {
        self.request = request
        self.answer = answer
        self.sent = sent
        self.received = received
    }
}

/// A calculated answer that was not what it had to be. Its texts hold no secrets.
public struct WrongAnswer: Equatable, Sendable {
    /// What was wrong with it.
    public enum Kind: String, CaseIterable, Codable, Sendable {
        /// It was not the expected value.
        case value
        /// It was not the value that the same request had got before.
        case notDeterministic = "not_deterministic"
    }

    /// What was wrong.
    public var kind: Kind
    /// What was asked: the request's body, of a request without one its target; at most 500 bytes.
    public var input: String
    /// Where in the answer the value stands; nil: the whole body.
    public var path: String?
    /// What it had to be; nil where that would be a whole body, or where there was none before.
    public var expected: String?
    /// What it was; nil where there was none.
    public var observed: String?
    /// From the run's start to the answer's end.
    public var time: Span

    /// Makes a wrong answer.
    public init(kind: Kind, input: String, path: String?, expected: String?, observed: String?, time: Span) {
        self.kind = kind
        self.input = input
        self.path = path
        self.expected = expected
        self.observed = observed
        self.time = time
    }

    /// How many are kept of a step.
    public static let kept = 20
}

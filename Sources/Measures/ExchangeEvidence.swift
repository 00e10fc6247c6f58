/// An exchange that failed, or one of a step's slowest, as it was: what was sent, what came, when, and where. Its texts hold no
/// secrets and nothing that acts on what shows them; line breaks in them are `\n`.
public struct ExchangeEvidence: Equatable, Sendable {
    /// Why it was kept.
    public enum Kind: String, CaseIterable, Codable, Sendable {
        /// It is among the first of its step that ended so.
        case failed
        /// It is among the slowest of its step.
        case slow
    }

    /// Why it was kept.
    public var kind: Kind
    /// The step's number.
    public var step: Int
    /// How it ended.
    public var outcome: Outcome
    /// Why it ended so: the check with what it saw, or what went wrong.
    public var reason: String?
    /// The number of the user, from 1, and of its iteration, from 0; nil: it was of the login.
    public var user: Int
    /// As above.
    public var iteration: Int?

    /// When it was to start, from the run's start.
    public var intended: Span
    /// When it did; nil: it never did.
    public var started: Span?
    /// When the first byte of its answer came; nil: none did, or that is not known.
    public var firstByte: Span?
    /// When it ended.
    public var finished: Span

    /// The number of its connection among all of the run; nil: it had none.
    public var connection: Int?
    /// How long its connection had been opened when it started; nil: it was opened for it, or that is not known.
    public var connectionAge: Span?
    /// The address that the connection led to, or was to lead to, with its port.
    public var address: String?
    /// Bytes sent and received, heads included.
    public var sent: UInt64
    /// As above.
    public var received: UInt64

    /// The request: its head, and behind an empty line its body, where it is a text; nil: it is not known.
    public var request: String?
    /// Bytes of the request's body.
    public var requestBodyBytes: Int
    /// True where the request is not shown to its end.
    public var isRequestCut = false
    /// The status of the answer; nil: none came.
    public var status: Int?
    /// The answer's head; nil: none came, or it was not kept.
    public var head: String?
    /// The beginning of the answer's body, where it is a text; of an answer that is none, what came instead.
    public var body: String?
    /// Why no body is shown, in words; nil where one is.
    public var bodyNote: String?
    /// Where redirects led in the end.
    public var lastURL: String?
    /// A command that sends the request again; secrets in it are variables of the shell.
    public var curl: String?
    /// The variables that a reader gives values to before.
    public var variables: [String] = []
    /// The id of its trace.
    public var traceID: String?

    /// Makes the evidence of an exchange that has no more to show yet.
    public init(kind: Kind, step: Int, outcome: Outcome, intended: Span, finished: Span) {
        self.kind = kind
        self.step = step
        self.outcome = outcome
        self.intended = intended
        self.finished = finished
        user = 0
        sent = 0
        received = 0
        requestBodyBytes = 0
    }

    /// Finished − intended start.
    public var responseTime: Span { finished - intended }

    /// Exchanges that are kept of a step and outcome, and of a step's slowest, at most.
    public static let kept = 3
    /// Exchanges of each kind that are kept in all, at most.
    public static let bound = 400

    /// Exchanges that are kept of a step and outcome, and of a step's slowest, in a run of so many steps.
    public static func each(ofSteps count: Int) -> Int { max(1, min(kept, bound / max(count, 1))) }
}

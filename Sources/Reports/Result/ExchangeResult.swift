public import Measures
internal import Scenarios

/// An exchange that failed, or one of a step's slowest, as it stands in `failures.jsonl`: a line each. Its texts hold no secrets.
public struct ExchangeResult: Codable, Equatable, Sendable {
    /// Why it was kept: `failed` or `slow`.
    public var kind: ExchangeEvidence.Kind
    /// The step's name, and its flow's.
    public var step: String
    /// As above.
    public var flow: String
    /// Of a merged run the worker that made it, by its segment: `2/4`.
    public var worker: String?
    /// How it ended: the label of an outcome.
    public var outcome: String
    /// Why: the check that failed with what it saw, or what went wrong.
    public var reason: String?
    /// When it ended, in seconds from the run's start.
    public var at: Double
    /// When it was to start, when it did, and when the first byte of its answer came, likewise.
    public var intended: Double
    /// As above.
    public var started: Double?
    /// As above.
    public var firstByte: Double?
    /// Ended − intended start, in milliseconds.
    public var responseTime: Double
    /// The number of the user, from 1, and of the iteration, from 0; absent: it was of the login.
    public var user: Int
    /// As above.
    public var iteration: Int?
    /// The number of its connection in the run.
    public var connection: Int?
    /// How long the connection had been opened when it started; absent: it was opened for it.
    public var connectionAge: Double?
    /// The address that the connection led to.
    public var address: String?
    /// Bytes sent and received.
    public var sent: UInt64
    /// As above.
    public var received: UInt64
    /// The request as it was sent: head, and behind an empty line the body.
    public var request: String?
    /// Bytes of its body.
    public var requestBodyBytes: Int
    /// True where it is not shown to its end.
    public var requestCut: Bool?
    /// The status of the answer.
    public var status: Int?
    /// The answer's head, the beginning of its body, and what there is to say of a body that is not shown whole.
    public var head: String?
    /// As above.
    public var body: String?
    /// As above.
    public var bodyNote: String?
    /// Where redirects led.
    public var lastURL: String?
    /// A command that sends the request again.
    public var curl: String?
    /// The variables of the shell that it needs.
    public var variables: [String]?
    /// The id of its trace, and where that can be looked at.
    public var traceID: String?
    /// As above.
    public var traceURL: String?

    enum CodingKeys: String, CodingKey {
        case kind, step, flow, worker, outcome, reason
        case at = "at_seconds"
        case intended = "intended_seconds"
        case started = "started_seconds"
        case firstByte = "first_byte_seconds"
        case responseTime = "response_time_ms"
        case user, iteration, connection
        case connectionAge = "connection_age_seconds"
        case address
        case sent = "sent_bytes"
        case received = "received_bytes"
        case request
        case requestBodyBytes = "request_body_bytes"
        case requestCut = "request_cut"
        case status
        case head = "answer_head"
        case body = "answer_body"
        case bodyNote = "answer_note"
        case lastURL = "last_url"
        case curl, variables
        case traceID = "trace_id"
        case traceURL = "trace_url"
    }
}

extension ExchangeResult {
    /// Of what was kept of an exchange.
    init(_ evidence: ExchangeEvidence, step: String, flow: String, scenario: Scenario) {
        let redact = scenario.secrets.redact
        func seconds(_ span: Span) -> Double { Rounding.thousandths(span.seconds) }
        self.init(
            kind: evidence.kind, step: redact(step), flow: redact(flow), outcome: evidence.outcome.label,
            reason: evidence.reason.map(redact), at: seconds(evidence.finished), intended: seconds(evidence.intended),
            started: evidence.started.map(seconds), firstByte: evidence.firstByte.map(seconds),
            responseTime: Rounding.milliseconds(evidence.responseTime), user: evidence.user,
            iteration: evidence.iteration, connection: evidence.connection,
            connectionAge: evidence.connectionAge.map(seconds), address: evidence.address, sent: evidence.sent,
            received: evidence.received, request: evidence.request.map(redact),
            requestBodyBytes: evidence.requestBodyBytes, requestCut: evidence.isRequestCut ? true : nil,
            status: evidence.status, head: evidence.head.map(redact), body: evidence.body.map(redact),
            bodyNote: evidence.bodyNote.map(redact), lastURL: evidence.lastURL.map(redact),
            curl: evidence.curl.map(redact), variables: evidence.variables.isEmpty ? nil : evidence.variables,
            traceID: evidence.traceID, traceURL: evidence.traceID.flatMap { scenario.traceURL?.url(of: $0) }.map(redact)
        )
    }
}

/// What `result.json` says of the exchanges that were kept whole: how many there are, and the traces of them.
public struct EvidenceResult: Codable, Equatable, Sendable {
    /// The name of the file beside the result that has them.
    public static let fileName = "failures.jsonl"

    /// The file beside the result that has them.
    public var file: String
    /// Failed exchanges that were kept.
    public var failed: Int
    /// Failed ones that were not.
    public var leftOut: UInt64
    /// Slow ones that were kept.
    public var slow: Int
    /// Their traces, in the order of the file; absent where requests named none.
    public var traces: [Trace]?

    /// The trace of an exchange.
    public struct Trace: Codable, Equatable, Sendable {
        /// Why the exchange was kept.
        public var kind: ExchangeEvidence.Kind
        /// Its step.
        public var step: String
        /// How it ended.
        public var outcome: String
        /// When, in seconds from the run's start.
        public var at: Double
        /// The id.
        public var id: String
        /// Where it can be looked at.
        public var url: String?

        enum CodingKeys: String, CodingKey {
            case kind, step, outcome
            case at = "at_seconds"
            case id, url
        }
    }

    enum CodingKeys: String, CodingKey {
        case file, failed
        case leftOut = "left_out"
        case slow, traces
    }

    /// Nil where no exchange was kept.
    init?(_ exchanges: [ExchangeResult], bad: UInt64) {
        guard !exchanges.isEmpty else { return nil }
        file = Self.fileName
        failed = exchanges.count { $0.kind == .failed }
        leftOut = bad - min(bad, UInt64(failed))
        slow = exchanges.count { $0.kind == .slow }
        let traced = exchanges.compactMap { exchange in
            exchange.traceID.map {
                Trace(
                    kind: exchange.kind, step: exchange.step, outcome: exchange.outcome, at: exchange.at, id: $0,
                    url: exchange.traceURL)
            }
        }
        traces = traced.isEmpty ? nil : traced
    }
}

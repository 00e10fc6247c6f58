/// What came of a planned exchange.
public struct ObservedExchange: Sendable, Equatable {
    /// What was planned.
    public var planned: PlannedExchange
    /// Just before the last byte of the request's head was given to the kernel, and its body as far as one write takes
    /// it: the server has decided after this instant. Where nothing could be sent, when that turned out.
    public var sent: Instant
    /// When the last byte of the answer had come, by the kernel's stamp where there is one; else when the exchange ended.
    /// The server has decided before it.
    public var received: Instant
    /// `ok` where an answer came, whatever its status; else why none came.
    public var outcome: Outcome
    /// The answer's status; 0: none came.
    public var status = 0
    /// The answer's header fields in their order; those of interim answers and trailers are left out.
    public var fields: [HeaderLine] = []
    /// The beginning of the answer's body, at most `planned.keptBody` bytes, chunks joined, compression as it came.
    public var body: [UInt8] = []
    /// The whole body's length in bytes.
    public var bodyLength = 0
    /// True where the connection had carried a request before.
    public var reusedConnection = false

    /// Makes an observation.
    public init(planned: PlannedExchange, sent: Instant, received: Instant, outcome: Outcome) {
        self.planned = planned
        self.sent = sent
        self.received = received
        self.outcome = outcome
    }

    /// The time from sending to the last byte of the answer.
    public var duration: Span { received - sent }

    /// The values of all fields of the name, in their order.
    public func values(_ name: String) -> [String] { fields.values(name) }

    /// The field's value; several lines are joined by a comma (RFC 9110 §5.3). nil: there is none.
    public func value(_ name: String) -> String? {
        let all = values(name)
        return all.isEmpty ? nil : all.joined(separator: ", ")
    }
}

/// How the answer to a step is read as a stream of events, and what ends it.
public struct EventStream: Sendable, Equatable {
    /// How events stand in the answer.
    public enum Format: String, CaseIterable, Sendable, BitwiseCopyable {
        /// Server-Sent Events (WHATWG HTML §9.2.6), `text/event-stream`.
        case sse
        /// A JSON text a line, `application/x-ndjson` or `application/jsonl`.
        case ndjson
    }

    /// What ends a stream; the server may end it only where nothing else does.
    ///
    ///     end := "event" NAME | NUMBER "events" | "data" TEXT | "json" PATH predicate | duration
    public enum End: Sendable, Equatable {
        /// An event of this name; one without a name is a `message`.
        case event(String)
        /// So many events, one or more.
        case count(Int)
        /// An end mark: this text in place of an event's data. It is not counted as an event.
        case data(String)
        /// An event whose JSON the check holds of; the check has no places to fill in.
        case json(Check)
        /// So much time, from the start of sending.
        case time(Duration)
    }

    /// How events stand in the answer; nil: as its `Content-Type` says.
    public var format: Format?
    /// What ends the stream; nil: the server.
    public var end: End?
    /// The end as written, for messages; empty where there is none.
    public var endSource = ""

    /// A stream that the server ends.
    public init() {}
}

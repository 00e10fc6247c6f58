/// Something that must hold of an answer: `status == 200`, `json $.projects count > 0`, `body size < 256KiB`.
///
///     check     := [ "every" ] subject predicate
///     subject   := "status" | "header" NAME | "body" [ "size" ] | "hex" | "json" PATH [ "count" ]
///                | "response_time" | "service_time" | "events" | "first_event" | "event_gap"
///     predicate := ("==" | "!=" | "<" | "<=" | ">" | ">=") value | "within" number ".." number
///                | "in" "[" value ("," value)* "]" | "contains" text | "matches" "/" regex "/" [flags]
///                | "exists" | "absent"
public struct Check: Sendable, Equatable {
    /// What is looked at.
    public enum Subject: Sendable, Equatable {
        /// The status code.
        case status
        /// A header field; several of one name are joined by ", " (RFC 9110 §5.3).
        case header(String)
        /// The body as text.
        case body
        /// The body's bytes as hexadecimal digits, in lower case and without blanks.
        case hex
        /// The body's length in bytes, after transfer coding.
        case bodySize
        /// The value at a path in the JSON body; where it leads to several, the check must hold of each.
        case json(JSONPath)
        /// The number of elements (list), members (object) or characters (text) at a path in the JSON body; of a path that
        /// may lead to several values, how many there are.
        case jsonCount(JSONPath)
        /// Finished − intended start, in nanoseconds; of a message on a WebSocket the time of its reply.
        case responseTime
        /// Finished − actual start, likewise.
        case serviceTime
        /// How many events a stream had.
        case events
        /// The stream's first event − intended start, in nanoseconds.
        case firstEvent
        /// The longest time between two of its events, in nanoseconds.
        case eventGap
    }

    /// A comparison.
    public enum Comparison: String, CaseIterable, Sendable {
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }

    /// A value that a subject may be.
    public enum Choice: Sendable, Equatable {
        /// Compared as a number.
        case number(DecimalNumber)
        /// Compared as a text.
        case text(String)
    }

    /// What must hold.
    public enum Predicate: Sendable, Equatable {
        /// Compares with a number; the subject must be one.
        case number(Comparison, DecimalNumber)
        /// Compares with a text (only `==` and `!=`).
        case text(Comparison, Text)
        /// A number within the bounds, both included.
        case within(ClosedRange<DecimalNumber>)
        /// Is one of some values.
        case oneOf([Choice])
        /// Contains a text (header values: regardless of case).
        case contains(Text)
        /// Matches a regular expression somewhere (ICU syntax).
        case matches(String)
        /// Is there.
        case exists
        /// Is not there.
        case absent
    }

    /// What is looked at.
    public var subject: Subject
    /// What must hold of it.
    public var predicate: Predicate
    /// The check as written, for messages; secrets in it are shown as written.
    public var source: String
    /// Whether it must hold of each event of a stream, not only of the last one.
    public var isOfEvery = false

    /// Makes a check.
    public init(subject: Subject, predicate: Predicate, source: String) {
        self.subject = subject
        self.predicate = predicate
        self.source = source
    }
}

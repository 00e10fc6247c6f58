/// Something that must hold of an answer: `status == 200`, `json $.projects count > 0`, `body size < 256KiB`.
///
///     check     := subject predicate
///     subject   := "status" | "header" NAME | "body" [ "size" ] | "json" PATH [ "count" ]
///     predicate := ("==" | "!=" | "<" | "<=" | ">" | ">=") value | "within" number ".." number
///                | "contains" text | "matches" "/" regex "/" | "exists" | "absent"
public struct Check: Sendable, Equatable {
    /// What is looked at.
    public enum Subject: Sendable, Equatable {
        /// The status code.
        case status
        /// A header field; several of one name are joined by ", " (RFC 9110 §5.3).
        case header(String)
        /// The body as text.
        case body
        /// The body's length in bytes, after transfer coding.
        case bodySize
        /// The value at a path in the JSON body.
        case json(JSONPath)
        /// The number of elements (list), members (object) or characters (text) at a path in the JSON body.
        case jsonCount(JSONPath)
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

    /// What must hold.
    public enum Predicate: Sendable, Equatable {
        /// Compares with a number; the subject must be one.
        case number(Comparison, DecimalNumber)
        /// Compares with a text (only `==` and `!=`).
        case text(Comparison, Text)
        /// A number within the bounds, both included.
        case within(ClosedRange<DecimalNumber>)
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

    /// Makes a check.
    public init(subject: Subject, predicate: Predicate, source: String) {
        self.subject = subject
        self.predicate = predicate
        self.source = source
    }
}

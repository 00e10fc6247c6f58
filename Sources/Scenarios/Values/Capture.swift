/// A value that a step takes from its answer for the steps after it.
public struct Capture: Sendable, Equatable {
    /// Where a value is found.
    public enum Source: Sendable, Equatable {
        /// `json $.path`: of several values the first, or one at random.
        case json(JSONPath)
        /// `header NAME`
        case header(String)
        /// `regex /…(group)…/`: the first group, or the whole match where there is none (ICU syntax).
        case regex(String)
        /// `cookie NAME`: of a `Set-Cookie` field of the answer.
        case cookie(String)
        /// `status`: the status code.
        case status
        /// `body`: all of the body, as a text.
        case body
        /// `hex`: the body's bytes as hexadecimal digits, in lower case and without blanks; with `/regex/` behind it what that matches
        /// of them, as `regex` does.
        case hex(String?)
    }

    /// The name in `${name}`.
    public var name: String
    /// Where the value is found.
    public var source: Source
    /// True where an answer without the value is good too; the name then has no value.
    public var isOptional: Bool
    /// True where the scenario says that the value is a secret.
    public var isSecret: Bool
    /// True where one of the values that a path leads to is taken at random.
    public var isRandom: Bool

    /// Makes a capture.
    public init(
        name: String, source: Source, isOptional: Bool = false, isSecret: Bool = false, isRandom: Bool = false
    ) {
        self.name = name
        self.source = source
        self.isOptional = isOptional
        self.isSecret = isSecret
        self.isRandom = isRandom
    }
}

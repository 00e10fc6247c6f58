/// A location in a file; lines and columns count from 1, columns in Unicode scalars.
public struct TextLocation: Comparable, Hashable, Sendable {
    /// From 1.
    public var line: Int
    /// From 1, in Unicode scalars.
    public var column: Int

    /// A place.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// Whether the one stands before the other.
    public static func < (one: TextLocation, other: TextLocation) -> Bool {
        (one.line, one.column) < (other.line, other.column)
    }
}

/// A value of a YAML document with its location; aliases and merge keys are resolved.
public struct SourceNode: Sendable {
    /// A text, number or truth value as written.
    public struct Scalar: Sendable {
        /// The value after YAML's own unescaping and folding.
        public var text: String
        /// True where it stands without quotes and could be a number or `true`.
        public var isPlain: Bool
        /// The location of the first character where the value stands in the file as it is, without escapes or folding:
        /// only then do offsets in the value point into the file.
        public var literal: TextLocation?

        /// True for `~`, `null` and an empty plain value.
        public var isNull: Bool { isPlain && ["", "~", "null", "Null", "NULL"].contains(text) }
    }

    /// A key and its value.
    public struct Entry: Sendable {
        /// The key.
        public var key: String
        /// Where the key stands.
        public var location: TextLocation
        /// The value.
        public var value: SourceNode
    }

    /// What a node is.
    public enum Content: Sendable {
        case scalar(Scalar)
        case mapping([Entry])
        case list([SourceNode])
    }

    /// Where it begins.
    public var location: TextLocation
    /// What it is.
    public var content: Content

    /// The scalar, unless it is a mapping or a list, or null.
    public var scalar: Scalar? {
        if case .scalar(let scalar) = content, !scalar.isNull { scalar } else { nil }
    }

    /// True for `~`, `null` and nothing.
    public var isNull: Bool {
        if case .scalar(let scalar) = content { scalar.isNull } else { false }
    }

    /// The location of a character of the scalar, counted from 0 in Unicode scalars; else where the node begins.
    public func location(at offset: Int) -> TextLocation {
        guard case .scalar(let scalar) = content, let literal = scalar.literal else { return location }
        return TextLocation(line: literal.line, column: literal.column + offset)
    }

    /// What the node is, for messages: as written, so that it can't hold a secret.
    public var found: String {
        switch content {
        case .scalar(let scalar) where scalar.isNull: "nothing"
        case .scalar(let scalar): quoted(scalar.text)
        case .mapping: "a mapping"
        case .list: "a list"
        }
    }
}

/// The text in quotes, cut where it is long, without line breaks: fit for a message of one line.
package func quoted(_ text: String) -> String {
    let line = text.unicodeScalars.prefix(61).map { $0.value < 32 || $0.value == 127 ? " " : $0 }
    let isCut = line.count > 60
    return "\"\(String(String.UnicodeScalarView(line.prefix(isCut ? 57 : 60))))\(isCut ? "…" : "")\""
}

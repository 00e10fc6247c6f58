/// The keys of a mapping: what the reader accepts there, and what the schema says of it.
public struct KeyTable: Sendable {
    /// The name in the schema's `$defs`.
    var name: String
    /// What the mapping is for.
    var summary: String
    /// The keys, in the order of the documentation.
    var keys: [KeyDescription]
    /// Keys of which exactly one must be there.
    var exactlyOne: [String] = []
    /// Sets of keys of which one must be there as a whole; the schema says so, the reader in words of its own.
    var atLeastOne: [[String]] = []
    /// Keys that need others beside them, likewise.
    var needing: [(key: String, others: [String])] = []

    /// The key of the name.
    subscript(name: String) -> KeyDescription? { keys.first { $0.name == name } }
}

/// What a key of a mapping is called, and what its value looks like and says.
struct KeyDescription: Sendable {
    var name: String
    /// What its value says.
    var summary: String
    var shape: Shape
    var isRequired = false
    /// True for a key of a later version, which is refused by name.
    var isLater = false

    init(_ name: String, _ shape: Shape, _ summary: String, required: Bool = false) {
        self.name = name
        self.shape = shape
        self.summary = summary
        isRequired = required
    }

    /// A key of a later version.
    static func later(_ name: String, _ summary: String) -> KeyDescription {
        var key = KeyDescription(name, .anything, summary)
        key.isLater = true
        return key
    }
}

/// What a value looks like, as a JSON Schema can say it.
public indirect enum Shape: Sendable {
    /// A text; numbers and truth values are taken as they are written.
    case text
    case boolean
    case integer(minimum: Int, maximum: Int = 999_999_999_999_999_999)
    case number
    case choice([String])
    /// One of the texts, each a number that may stand without quotes.
    case numeral([String])
    /// A text as a regular expression says, with what it is, or one with `${env:…}` in it.
    case pattern(String)
    /// A text as a regular expression says and nothing else.
    case exact(String)
    case list(Shape, atLeast: Int)
    case mapping(KeyTable)
    /// An entry of `verify:`, as the registered kinds make it.
    case verification
    /// Any names, each with a value of one shape.
    case names(Shape)
    case oneOf([Shape])
    case anything

    /// A duration such as `250ms`.
    public static let duration = Shape.pattern(Quantity.durationPattern)
}

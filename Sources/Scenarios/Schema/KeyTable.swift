/// The keys of a mapping: what the reader accepts there, and what the schema says of it.
struct KeyTable: Sendable {
    /// The name in the schema's `$defs`.
    var name: String
    /// What the mapping is for.
    var summary: String
    /// The keys, in the order of the documentation.
    var keys: [Key]
    /// Keys of which exactly one must be there.
    var exactlyOne: [String] = []
    /// Sets of keys of which one must be there as a whole; the schema says so, the reader in words of its own.
    var atLeastOne: [[String]] = []
    /// Keys that need others beside them, likewise.
    var needing: [(key: String, others: [String])] = []

    /// The key of the name.
    subscript(name: String) -> Key? { keys.first { $0.name == name } }
}

/// A key of a mapping.
struct Key: Sendable {
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
    static func later(_ name: String, _ summary: String) -> Key {
        var key = Key(name, .anything, summary)
        key.isLater = true
        return key
    }
}

/// What a value looks like.
indirect enum Shape: Sendable {
    /// A text; numbers and truth values are taken as they are written.
    case text
    case boolean
    case integer(minimum: Int)
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
    /// Any names, each with a value of one shape.
    case names(Shape)
    case oneOf([Shape])
    case anything

    static let duration = Shape.pattern(Quantity.durationPattern)
}

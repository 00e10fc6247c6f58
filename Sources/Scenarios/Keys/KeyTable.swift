/// The keys of a mapping: what the reader accepts there, and what the schema says of it.
public struct KeyTable: Sendable {
    /// The name in the schema's `$defs`.
    var name: String
    /// What the mapping is for.
    var summary: String
    /// The keys, in the order of the documentation.
    var keys: [KeyDescription]
    /// What holds of several of them.
    var rules: [KeyRule] = []

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
    /// True where more is asked of the value than its form does.
    var isReadByHand = false
    /// Reads the value.
    var decode: @Sendable (Reading, SourceNode, KeyContext) -> (any Sendable)?

    init(
        _ name: String, _ shape: Shape, _ summary: String, required: Bool = false, later: Bool = false,
        byHand: Bool = false,
        decode: @escaping @Sendable (Reading, SourceNode, KeyContext) -> (any Sendable)?
    ) {
        self.name = name
        self.shape = shape
        self.summary = summary
        isRequired = required
        isLater = later
        isReadByHand = byHand
        self.decode = decode
    }
}

/// What a value looks like, as a JSON Schema can say it: it must take what the reader of a key takes.
public indirect enum Shape: Sendable {
    /// A text; numbers and truth values are taken as they are written.
    case text
    /// The same, neither empty nor with `${…}` in it.
    case name
    /// The name of a header field or a method (RFC 9110 §5.6.2).
    case token
    /// `true` or `false`, in quotes or not, or `${env:…}`.
    case boolean
    /// A whole number, in quotes or not, or `${env:…}`.
    case integer(ClosedRange<Int>)
    /// A number within bounds, or a text as a regular expression says, or `${env:…}`.
    case number(ClosedRange<Double>, String)
    case choice([String])
    /// One of the texts, each a number that may stand without quotes.
    case numeral([String])
    /// A text as a regular expression says, or one with `${env:…}` in it.
    case pattern(String)
    /// A text as a regular expression says and nothing else.
    case exact(String)
    case list(Shape, atLeast: Int)
    case mapping(KeyTable)
    /// An entry of `steps:`: a step or a block, which has steps in turn.
    case step
    /// An entry of `verify:`, as the registered kinds make it.
    case verification
    /// The name of a registered format of probes.
    case probeFormat
    /// Any names, each with a value of one shape.
    case names(Shape)
    case oneOf([Shape])
    case anything

    /// A duration such as `250ms`, above zero.
    public static let duration = Shape.pattern("(?=.*[1-9])\(Quantity.durationPattern)")
    /// A duration such as `0s`.
    public static let durationOrZero = Shape.pattern(Quantity.durationPattern)
    /// A rate such as `50/s`, above zero.
    public static let rate = Shape.pattern("(?=.*[1-9])\(Quantity.ratePattern)")
    /// A ratio such as `5%` or `0.05`.
    public static let ratio = Shape.number(0...1, Quantity.ratioPattern)
    /// A path or `http[s]://` URL.
    package static let url = Shape.exact("/.*|[Hh][Tt][Tt][Pp][Ss]?://.*|.*\\$\\{.*")
    /// A path or `ws[s]://` URL.
    static let webSocketURL = Shape.exact("/.*|([Ww][Ss]|[Hh][Tt][Tt][Pp])[Ss]?://.*|.*\\$\\{.*")
    /// A status, or two.
    package static let statuses = Shape.oneOf([
        .integer(100...599), .pattern("[1-5][0-9][0-9]\\.\\.[1-5][0-9][0-9]"),
    ])
}

public import Measures

/// The answer to a `FetchRequest`, whatever its status.
public struct FetchAnswer: Sendable {
    /// The status.
    public var status: Int
    /// Its header fields in their order.
    public var fields: [HeaderLine]
    /// Its whole body.
    public var body: [UInt8]
    /// How long this process was held up meanwhile.
    public var heldUp = Span.zero

    /// Makes an answer.
    public init(status: Int, fields: [HeaderLine], body: [UInt8]) {
        self.status = status
        self.fields = fields
        self.body = body
    }
}

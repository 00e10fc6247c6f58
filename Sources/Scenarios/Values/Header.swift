/// A header field to send.
public struct Header: Sendable, Equatable {
    /// The field's name, a token (RFC 9110 §5.1).
    public var name: String
    /// The field's value.
    public var value: Text

    /// Makes a field.
    public init(name: String, value: Text) {
        self.name = name
        self.value = value
    }
}

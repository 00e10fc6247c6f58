/// A header field, as it is sent or as it came.
public struct HeaderLine: Sendable, Equatable {
    /// The field's name; compared regardless of case (RFC 9110 §5.1).
    public var name: String
    /// The field's value without the blanks around it.
    public var value: String

    /// Makes a field.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

extension [HeaderLine] {
    /// The values of all fields of the name, in their order.
    public func values(_ name: String) -> [String] {
        filter { $0.name.utf8.count == name.utf8.count && $0.name.lowercased() == name.lowercased() }.map(\.value)
    }
}

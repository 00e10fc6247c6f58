/// Who the iterations claim to be: identity k of `count`, in turn, in a header field.
///
/// In open load each arrival takes the next identity; in closed load each user keeps one.
public struct Identities: Sendable {
    /// How many there are.
    public var count: Int
    /// The field that carries the identity, e.g. `X-API-Key`.
    public var header: String
    /// The field's value; `${user}` is the number of the identity, 1...count.
    public var value: Text

    /// Makes identities.
    public init(count: Int, header: String, value: Text) {
        self.count = count
        self.header = header
        self.value = value
    }
}

/// Why a name can't be served.
public struct NameServerError: Error, CustomStringConvertible, Equatable {
    /// What is wrong, in a sentence.
    public var description: String

    init(_ description: String) { self.description = description }
}

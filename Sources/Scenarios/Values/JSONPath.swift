/// A way to one value in a JSON document: `$.projects[0].id`, `$["a b"]` (the singular queries of RFC 9535 §2.3.5.1).
public struct JSONPath: Sendable, Hashable {
    /// One step of the way.
    public enum Element: Sendable, Hashable {
        /// A member of an object.
        case name(String)
        /// An element of a list, from 0; below 0 from the end.
        case index(Int)
    }

    /// The steps from the root.
    public var elements: [Element]
    /// The path as written.
    public var source: String

    /// Makes a path.
    public init(elements: [Element], source: String) {
        self.elements = elements
        self.source = source
    }
}

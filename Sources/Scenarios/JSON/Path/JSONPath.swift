/// A way to values of a JSON document (RFC 9535): to one, `$.projects[0].id` (§2.3.5.1), or to several, `$.projects[*].id`.
public struct JSONPath: Sendable, Hashable {
    /// One step of the way to one value.
    public enum Element: Sendable, Hashable {
        /// A member of an object.
        case name(String)
        /// An element of a list, from 0; below 0 from the end.
        case index(Int)
    }

    /// The steps from the root, where it leads to one value.
    public var elements: [Element]
    /// The path as written.
    public var source: String
    /// What it asks for, where it may lead to several values.
    public var query: JSONQuery?

    /// Makes a path to one value.
    public init(elements: [Element], source: String) {
        self.elements = elements
        self.source = source
    }

    /// Makes a path of what was parsed.
    init(_ query: JSONQuery, source: String) {
        elements = query.singularPath ?? []
        self.source = source
        self.query = query.singularPath == nil ? query : nil
    }

    /// True where it may lead to several values.
    public var leadsToSeveral: Bool { query != nil }

    /// The names of the member that it leads to, of the last step that has any.
    package var lastNames: [String] {
        guard let query else {
            return elements.reversed().lazy.compactMap { if case .name(let name) = $0 { [name] } else { nil } }.first
                ?? []
        }
        let names = query.segments.map { segment in
            segment.selectors.compactMap { if case .name(let name) = $0 { name } else { nil } }
        }
        return names.last { !$0.isEmpty } ?? []
    }
}

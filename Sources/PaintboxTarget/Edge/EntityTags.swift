/// The list of an `If-None-Match` field (RFC 9110 §13.1.2).
struct EntityTags {
    private let tags: [Substring]
    private let isAny: Bool

    /// - Parameter values: the field's lines.
    init(_ values: [String]) {
        // Our tags hold no commas, so a tag that does can be cut anywhere without ever matching by mistake.
        tags = values.flatMap { $0.split(separator: ",") }.map { tag in
            let tag = tag.trimmed
            return tag.dropPrefix("W/") ?? tag
        }
        isAny = values.contains { $0.trimmed == "*" }
    }

    /// Whether the list names `tag`, by weak comparison.
    func contains(_ tag: String) -> Bool {
        isAny || tags.contains { $0 == tag }
    }
}

/// A place in a document (RFC 6901), as problems show it.
struct JSONPointer: Hashable, Sendable, CustomStringConvertible {
    /// The pointer; empty for the whole document.
    private(set) var description = ""

    /// The whole document.
    static let root = JSONPointer()

    /// The pointer to a member.
    func appending(_ name: String) -> JSONPointer {
        var pointer = self
        let escaped = name.replacing("~", with: "~0").replacing("/", with: "~1")
        // A message is one line, however wild the names of a document are.
        pointer.description += "/" + String(String.UnicodeScalarView(escaped.unicodeScalars.filter { $0.value >= 32 }))
        return pointer
    }

    /// The names of the way that a reference such as `#/components/schemas/Item` takes; nil where it leads elsewhere.
    static func names(ofReference reference: String) -> [String]? {
        guard reference.hasPrefix("#") else { return nil }
        let pointer = reference.dropFirst()
        if pointer.isEmpty { return [] }
        guard pointer.hasPrefix("/") else { return nil }
        return pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { part in
            let name = PercentCoding.decoded(String(part))
            return name.replacing("~1", with: "/").replacing("~0", with: "~")
        }
    }
}

/// Where a place of a URL stands, found from what stands before it: what is filled in is encoded in a path segment, a
/// parameter's name or value; it is not where it begins the URL or is a part of scheme, host or port, so that it may be a
/// whole URL, and not where it is the whole query (`/search?${query}`).
struct URLPosition {
    /// What was passed, with a letter for each value that an iteration gives.
    private var passed = ""

    /// Goes on behind characters.
    mutating func pass(_ text: String) { passed += text }

    /// Goes on behind what is filled in.
    mutating func pass(_ piece: Text.Piece) {
        switch piece {
        case .literal(let value), .secret(let value, _): passed += value
        case .variable: passed += "x"
        }
    }

    /// True where the URL begins.
    var isStart: Bool { passed.isEmpty }

    /// True where the query begins.
    var isQueryStart: Bool { passed.utf8.last == UInt8(ascii: "?") }

    /// True behind host and port.
    var isInPathOrQuery: Bool {
        var rest = passed.utf8[...]
        // Behind `scheme://` stand host and port.
        if let colon = rest.firstIndex(of: UInt8(ascii: ":")), rest[colon...].starts(with: "://".utf8) {
            rest = rest[colon...].dropFirst(3)
        }
        return rest.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
    }
}

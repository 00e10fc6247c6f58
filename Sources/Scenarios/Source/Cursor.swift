/// A location in a text that is parsed from left to right.
struct Cursor {
    let scalars: [Unicode.Scalar]
    private(set) var offset = 0

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    var isAtEnd: Bool { offset == scalars.count }
    var next: Unicode.Scalar? { offset < scalars.count ? scalars[offset] : nil }

    mutating func advance(by count: Int = 1) { offset = min(scalars.count, offset + count) }
    mutating func move(to index: Int) { offset = min(scalars.count, max(0, index)) }

    mutating func skipSpaces() {
        while let scalar = next, Self.isSpace(scalar) { offset += 1 }
    }

    func starts(with text: String) -> Bool { scalars[offset...].starts(with: text.unicodeScalars) }

    /// The scalars as long as the condition holds.
    mutating func take(while condition: (Unicode.Scalar) -> Bool) -> String {
        let start = offset
        while let scalar = next, condition(scalar) { offset += 1 }
        return text(start..<offset)
    }

    /// What stands up to the next space; empty at the end.
    mutating func word() -> String { take { !Self.isSpace($0) } }

    /// Takes the word if it stands here by itself.
    mutating func take(word: String) -> Bool {
        var probe = self
        guard probe.word() == word else { return false }
        self = probe
        return true
    }

    /// What is left, spaces at its end dropped.
    mutating func rest() -> String {
        var end = scalars.count
        while end > offset, Self.isSpace(scalars[end - 1]) { end -= 1 }
        defer { offset = scalars.count }
        return text(offset..<end)
    }

    /// What is left, spaces at its end dropped, and quotes around it, and where it begins then.
    mutating func unquotedRest() -> (text: String, offset: Int, isQuoted: Bool) {
        let start = offset
        let rest = rest()
        if rest.count >= 2, let quote = rest.first, quote == "\"" || quote == "'", rest.last == quote {
            return (String(rest.dropFirst().dropLast()), start + 1, true)
        }
        return (rest, start, false)
    }

    func text(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(scalars[range])) }

    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r"
    }
}

/// Texts as a terminal shows them.
package enum DisplayWidth {
    /// The columns that a text takes.
    static func of(_ text: String) -> Int { text.reduce(0) { $0 + width($1) } }

    /// The text, cut to at most so many columns with … at its end.
    static func cut(_ text: String, to columns: Int) -> String {
        guard of(text) > columns else { return text }
        guard columns > 0 else { return "" }
        var kept = ""
        var used = 0
        for character in text {
            let next = width(character)
            if used + next > columns - 1 { break }
            kept.append(character)
            used += next
        }
        return kept + "…"
    }

    /// The text, filled with spaces to so many columns.
    static func pad(_ text: String, to columns: Int, right: Bool = false) -> String {
        let spaces = String(repeating: " ", count: max(0, columns - of(text)))
        return right ? spaces + text : text + spaces
    }

    /// The text in lines of at most so many columns, broken between words; a longer word is cut.
    static func wrap(_ text: String, to columns: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            let longer = line.isEmpty ? String(word) : line + " " + word
            if of(longer) <= columns || line.isEmpty {
                line = longer
            } else {
                lines.append(line)
                line = String(word)
            }
        }
        if !line.isEmpty { lines.append(line) }
        return lines.map { cut($0, to: columns) }
    }

    /// The text in lines of at most so many columns, nothing of it lost: broken between words where that leaves no line
    /// less than half full, else anywhere.
    static func fold(_ text: String, to columns: Int) -> [String] {
        var lines: [String] = []
        var rest = text[...]
        while of(String(rest)) > columns {
            var end = rest.startIndex
            var (used, blank) = (0, rest.startIndex)
            while end < rest.endIndex, used + width(rest[end]) <= columns {
                used += width(rest[end])
                if rest[end] == " ", used > columns / 2 { blank = end }
                end = rest.index(after: end)
            }
            // A character wider than the line stands alone.
            if end == rest.startIndex { end = rest.index(after: end) }
            let cut = blank > rest.startIndex ? blank : end
            lines.append(String(rest[..<cut]))
            rest = rest[cut...].drop { $0 == " " }
        }
        if !rest.isEmpty { lines.append(String(rest)) }
        return lines
    }

    /// Facts side by side, a dot between them, in lines of at most so many columns, broken between facts; a fact that is
    /// longer than a line is broken between words.
    static func flow(_ facts: [String], to columns: Int) -> [String] {
        var lines: [String] = []
        for fact in facts {
            if let line = lines.last, of(line) + 3 + of(fact) <= columns {
                lines[lines.count - 1] = line + " · " + fact
            } else {
                lines += wrap(fact, to: columns)
            }
        }
        return lines
    }

    /// The text on one line, without what would act on the terminal: what servers sent may hold escape sequences.
    package static func printable(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x09, 0x0a, 0x0d: shown.append(" ")
            // Controls, and marks that turn the direction of what follows.
            case 0..<0x20, 0x7f..<0xa0, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069: shown.append("\u{fffd}")
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    /// Two columns for wide characters (UAX #11, the blocks in common use), one for others, none for marks alone.
    private static func width(_ character: Character) -> Int {
        character.unicodeScalars.reduce(0) { max($0, width($1)) }
    }

    private static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x300..<0x370, 0x200b...0x200d, 0xfe00...0xfe0f, 0xfeff: 0
        case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f,
            0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f680...0x1f6ff, 0x1f900...0x1f9ff,
            0x20000...0x3fffd:
            2
        default: 1
        }
    }
}

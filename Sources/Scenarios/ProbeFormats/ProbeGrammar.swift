/// Parses what a probe reads and where.
///
///     sum    := name ("+" name)*
///     filter := name ("==" | "!=") value
///     name   := characters but blanks, quotes and any of + = ! { }, or anything in "…" or '…'
///     value  := the rest, quotes around it dropped
enum ProbeGrammar {
    /// A name and where it stands.
    struct Name: Equatable {
        var text: String
        var offset: Int
        var isQuoted: Bool
    }

    /// The names of a sum.
    static func sum(_ source: String, of what: String) throws(GrammarError) -> [Name] {
        var cursor = Cursor(source)
        var names: [Name] = []
        repeat {
            names.append(try name(&cursor, what))
            cursor.skipSpaces()
            guard let next = cursor.next else { return names }
            guard next == "+" else {
                throw GrammarError(
                    offset: cursor.offset, message: "expected + or the end, found \(quoted(cursor.rest()))")
            }
            cursor.advance()
        } while true
    }

    /// A filter.
    static func filter(_ source: String, of what: String) throws(GrammarError) -> (name: Name, filter: Probe.Filter) {
        var cursor = Cursor(source)
        let name = try name(&cursor, what)
        cursor.skipSpaces()
        let offset = cursor.offset
        let comparison = cursor.take { "=!<>~".unicodeScalars.contains($0) }
        guard comparison == "==" || comparison == "!=" else {
            let found = comparison.isEmpty ? "" : ", found \(quoted(comparison))"
            throw GrammarError(
                offset: offset, message: "expected == or != and a value after \(name.text)\(found)")
        }
        cursor.skipSpaces()
        let (value, valueOffset, isQuoted) = cursor.unquotedRest()
        guard !value.isEmpty || isQuoted else {
            throw GrammarError(offset: valueOffset, message: "expected a value after \(comparison)")
        }
        return (name, Probe.Filter(name: name.text, value: value, isEqual: comparison == "=="))
    }

    private static func name(_ cursor: inout Cursor, _ what: String) throws(GrammarError) -> Name {
        cursor.skipSpaces()
        let offset = cursor.offset
        if let quote = cursor.next, quote == "\"" || quote == "'" {
            cursor.advance()
            let text = cursor.take { $0 != quote }
            guard cursor.next == quote else { throw GrammarError(offset: offset, message: "a quote is not closed") }
            cursor.advance()
            guard !text.isEmpty else { throw GrammarError(offset: offset, message: "expected the name of \(what)") }
            return Name(text: text, offset: offset + 1, isQuoted: true)
        }
        let text = cursor.take { !Cursor.isSpace($0) && !"+=!<>~{}\"'".unicodeScalars.contains($0) }
        guard !text.isEmpty else {
            let rest = cursor.rest()
            let found = rest.isEmpty ? "nothing" : quoted(rest)
            throw GrammarError(offset: offset, message: "expected the name of \(what), found \(found)")
        }
        return Name(text: text, offset: offset, isQuoted: false)
    }

    /// True for a metric's name in the Prometheus data model; a label's has no colon.
    static func isMetricName(_ name: String, colon: Bool = true) -> Bool {
        guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= first) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            case UInt8(ascii: ":"): colon
            default: false
            }
        }
    }
}

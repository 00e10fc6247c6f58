/// Parses queries of RFC 9535.
///
///     query    := "$" segment*
///     segment  := "." name | ".*" | ".." name | "..*" | [".."] "[" selector ("," selector)* "]"
///     selector := string | "*" | integer | [integer] ":" [integer] [":" [integer]] | "?" condition
///
/// Blanks may stand in brackets, and in conditions; between segments where `takesBlanks` says so: elsewhere a blank ends the
/// query, since words may follow it there.
struct JSONQueryParser {
    /// The deepest nesting of parentheses, functions and filters.
    static let depthBound = 64
    /// Whole numbers that JSON's readers agree on (RFC 7493 §2.2).
    static let integers = -((1 << 53) - 1)...((1 << 53) - 1)

    var cursor: Cursor
    let takesBlanks: Bool
    var depth = 0

    init(_ cursor: Cursor, takesBlanks: Bool = false) {
        self.cursor = cursor
        self.takesBlanks = takesBlanks
    }

    /// Reads the query at the cursor.
    mutating func query() throws(GrammarError) -> JSONQuery {
        guard cursor.next == "$" else {
            let start = cursor.offset
            let word = cursor.word()
            throw GrammarError(
                offset: start, message: "expected a JSON path such as $.projects[0].id, found \(Self.found(word))")
        }
        cursor.advance()
        return JSONQuery(segments: try segments(inCondition: false))
    }

    static func found(_ word: String) -> String { word.isEmpty ? "nothing" : quoted(word) }

    /// What stands at the cursor, for a message.
    var found: String { cursor.next.map { quoted(String(Character($0))) } ?? "the end" }

    func fail<Result>(_ message: String, at offset: Int? = nil) throws(GrammarError) -> Result {
        throw GrammarError(offset: offset ?? cursor.offset, message: message)
    }

    /// The segments up to what can't begin one. In a condition other things follow a query; elsewhere a blank or the end.
    mutating func segments(inCondition: Bool) throws(GrammarError) -> [JSONQuery.Segment] {
        var segments: [JSONQuery.Segment] = []
        while true {
            let before = cursor
            if inCondition || takesBlanks { cursor.skipSpaces() }
            switch cursor.next {
            case ".": segments.append(try dotted())
            case "[": segments.append(JSONQuery.Segment(descends: false, selectors: try brackets()))
            case let next?:
                guard inCondition || Cursor.isSpace(next) else {
                    return try fail("expected . or [ in the JSON path, found \(found)")
                }
                cursor = before
                return segments
            case nil:
                cursor = before
                return segments
            }
        }
    }

    private mutating func dotted() throws(GrammarError) -> JSONQuery.Segment {
        cursor.advance()
        let descends = cursor.next == "."
        if descends { cursor.advance() }
        switch cursor.next {
        case "*":
            cursor.advance()
            return JSONQuery.Segment(descends: descends, selectors: [.wildcard])
        case "[" where descends: return JSONQuery.Segment(descends: true, selectors: try brackets())
        default: return JSONQuery.Segment(descends: descends, selectors: [.name(try memberName())])
        }
    }

    private mutating func memberName() throws(GrammarError) -> String {
        var isFirst = true
        let name = cursor.take { scalar in
            defer { isFirst = false }
            return switch scalar {
            case "a"..."z", "A"..."Z", "_": true
            case "0"..."9": !isFirst
            // Beyond the standard, and without a meaning of its own there.
            case "-": !isFirst && !takesBlanks
            default: scalar.value >= 0x80
            }
        }
        guard !name.isEmpty else {
            return try fail(
                "expected a name after . in the JSON path (a name with other characters stands as [\"…\"])")
        }
        return name
    }

    private mutating func brackets() throws(GrammarError) -> [JSONQuery.Selector] {
        let start = cursor.offset
        cursor.advance()
        var selectors: [JSONQuery.Selector] = []
        repeat {
            cursor.skipSpaces()
            selectors.append(try selector())
            cursor.skipSpaces()
        } while take(",")
        guard take("]") else { return try fail("[ of the JSON path is not closed by ]", at: start) }
        return selectors
    }

    private mutating func selector() throws(GrammarError) -> JSONQuery.Selector {
        switch cursor.next {
        case "\"", "'": return .name(try string())
        case "*":
            cursor.advance()
            return .wildcard
        case "?":
            cursor.advance()
            return .filter(try condition())
        default: break
        }
        let start = cursor.offset
        let first = try integer()
        let afterFirst = cursor
        cursor.skipSpaces()
        guard take(":") else {
            cursor = afterFirst
            guard let first else {
                let text = cursor.take { $0 != "]" && !Cursor.isSpace($0) }
                return try fail(
                    "expected a number, a quoted name, *, a slice or ?condition in [ ] of the JSON path, found "
                        + Self.found(text), at: start)
            }
            return .index(first)
        }
        cursor.skipSpaces()
        let end = try integer()
        var step: Int?
        let afterEnd = cursor
        cursor.skipSpaces()
        if take(":") {
            cursor.skipSpaces()
            step = try integer()
        } else {
            cursor = afterEnd
        }
        return .slice(start: first, end: end, step: step ?? 1)
    }

    /// A whole number; nil where none stands there.
    private mutating func integer() throws(GrammarError) -> Int? {
        let start = cursor.offset
        let isNegative = take("-")
        let digits = cursor.take { "0"..."9" ~= $0 }
        if digits.isEmpty, !isNegative { return nil }
        guard !digits.isEmpty, digits == "0" ? !isNegative : digits.first != "0", let value = Int(digits),
            Self.integers ~= value
        else {
            return try fail(
                "\(quoted(cursor.text(start..<cursor.offset))) is not a valid index in a JSON path", at: start)
        }
        return isNegative ? -value : value
    }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard cursor.next == scalar else { return false }
        cursor.advance()
        return true
    }

    // MARK: Texts

    /// A text in quotes, of either kind.
    mutating func string() throws(GrammarError) -> String {
        let start = cursor.offset
        let quote = cursor.next
        cursor.advance()
        var text = String.UnicodeScalarView()
        while let scalar = cursor.next, scalar != quote {
            guard scalar.value >= 0x20 else {
                return try fail("a control character in a text of the JSON path: write it as an escape")
            }
            cursor.advance()
            text.append(scalar == "\\" ? try escaped(in: quote) : scalar)
        }
        guard cursor.next == quote else { return try fail("a quote in the JSON path is not closed", at: start) }
        cursor.advance()
        return String(text)
    }

    private mutating func escaped(in quote: Unicode.Scalar?) throws(GrammarError) -> Unicode.Scalar {
        let start = cursor.offset - 1
        let escapes: [Unicode.Scalar: Unicode.Scalar] = [
            "\\": "\\", "/": "/", "b": "\u{8}", "f": "\u{C}", "n": "\n", "r": "\r", "t": "\t",
        ]
        let letter = cursor.next
        cursor.advance()
        if let letter, letter == quote { return letter }
        if let letter, let plain = escapes[letter] { return plain }
        guard letter == "u", let first = hexUnit() else {
            return try fail("unknown escape in the JSON path", at: start)
        }
        guard 0xD800..<0xDC00 ~= first else {
            guard let scalar = Unicode.Scalar(first) else {
                return try fail("half of a surrogate pair in the JSON path", at: start)
            }
            return scalar
        }
        guard take("\\"), take("u"), let second = hexUnit(), 0xDC00..<0xE000 ~= second,
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { return try fail("half of a surrogate pair in the JSON path", at: start) }
        return scalar
    }

    private mutating func hexUnit() -> UInt32? {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = cursor.next.flatMap({ Character($0).isASCII ? Character($0).hexDigitValue : nil }) else {
                return nil
            }
            unit = unit << 4 | UInt32(digit)
            cursor.advance()
        }
        return unit
    }
}

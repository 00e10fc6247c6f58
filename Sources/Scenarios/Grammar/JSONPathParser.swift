extension JSONPath {
    /// Parses a path that is all of the text.
    ///
    ///     path    := "$" element*
    ///     element := "." name | "[" integer "]" | "[" string "]"
    ///     name    := (letter | "_" | above ASCII) (letter | digit | "_" | "-" | above ASCII)*
    ///     string  := in "…" or '…', with JSON's escapes
    ///
    /// - Throws: A problem whose column is the character in the text.
    public init(parsing source: String) throws(Problem) {
        var cursor = Cursor(source)
        do throws(GrammarError) {
            self = try Self.parse(&cursor)
            guard cursor.isAtEnd else {
                throw GrammarError(offset: cursor.offset, message: Self.unexpected(cursor))
            }
        } catch {
            throw Problem(file: "JSON path", line: 1, column: error.offset + 1, message: error.message)
        }
    }

    /// Parses a path and leaves the cursor behind it, where a space or the end must be.
    static func parse(_ cursor: inout Cursor) throws(GrammarError) -> JSONPath {
        let start = cursor.offset
        guard cursor.next == "$" else {
            let word = cursor.word()
            throw GrammarError(
                offset: start, message: "expected a JSON path such as $.projects[0].id, found \(found(word))")
        }
        cursor.advance()
        var elements: [Element] = []
        while let next = cursor.next, !Cursor.isSpace(next) {
            switch next {
            case ".": elements.append(try memberName(&cursor))
            case "[": elements.append(try bracket(&cursor))
            default: throw GrammarError(offset: cursor.offset, message: unexpected(cursor))
            }
        }
        return JSONPath(elements: elements, source: cursor.text(start..<cursor.offset))
    }

    private static func found(_ word: String) -> String { word.isEmpty ? "nothing" : quoted(word) }

    private static func unexpected(_ cursor: Cursor) -> String {
        let next = cursor.next.map { quoted(String(Character($0))) } ?? "the end"
        return "expected . or [ in the JSON path, found \(next)"
    }

    private static func memberName(_ cursor: inout Cursor) throws(GrammarError) -> Element {
        cursor.advance()
        if cursor.next == "." || cursor.next == "*" {
            throw GrammarError(
                offset: cursor.offset - 1, message: "a JSON path names one value: .. and * are not supported")
        }
        var isFirst = true
        let name = cursor.take { scalar in
            defer { isFirst = false }
            return switch scalar {
            case "a"..."z", "A"..."Z", "_": true
            case "0"..."9", "-": !isFirst
            default: scalar.value >= 0x80
            }
        }
        guard !name.isEmpty else {
            throw GrammarError(
                offset: cursor.offset,
                message: "expected a name after . in the JSON path (a name with other characters stands as [\"…\"])")
        }
        return .name(name)
    }

    private static func bracket(_ cursor: inout Cursor) throws(GrammarError) -> Element {
        let start = cursor.offset
        cursor.advance()
        let element: Element
        if let quote = cursor.next, quote == "\"" || quote == "'" {
            element = .name(try string(&cursor, quote: quote))
        } else {
            let text = cursor.take { $0 != "]" && !Cursor.isSpace($0) }
            let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
            guard let value = Quantity.integer(digits), digits == "0" || digits.first != "0", text != "-0" else {
                throw GrammarError(
                    offset: start + 1,
                    message: "expected a number or a quoted name in [ ] of the JSON path, found \(found(text))")
            }
            element = .index(text.hasPrefix("-") ? -value : value)
        }
        guard cursor.next == "]" else {
            throw GrammarError(offset: start, message: "[ of the JSON path is not closed by ]")
        }
        cursor.advance()
        return element
    }

    private static func string(_ cursor: inout Cursor, quote: Unicode.Scalar) throws(GrammarError) -> String {
        let start = cursor.offset
        cursor.advance()
        var name = String.UnicodeScalarView()
        while let scalar = cursor.next, scalar != quote {
            cursor.advance()
            guard scalar == "\\" else {
                name.append(scalar)
                continue
            }
            let escapes: [Unicode.Scalar: Unicode.Scalar] = [
                "\"": "\"", "'": "'", "\\": "\\", "/": "/", "b": "\u{8}", "f": "\u{C}", "n": "\n", "r": "\r",
                "t": "\t",
            ]
            guard let next = cursor.next, let escaped = escapes[next] else {
                throw GrammarError(offset: cursor.offset - 1, message: "unknown escape in the JSON path")
            }
            name.append(escaped)
            cursor.advance()
        }
        guard cursor.next == quote else {
            throw GrammarError(offset: start, message: "a quote in the JSON path is not closed")
        }
        cursor.advance()
        return String(name)
    }
}

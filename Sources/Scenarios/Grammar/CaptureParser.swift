/// Parses where a value is captured, and where a server says how long it calculated.
///
///     capture     := source [ "random" ] [ "optional" ] [ "secret" ], in any order
///     source      := "json" PATH | "header" NAME | "regex" "/" regex "/" [flags] | "cookie" NAME | "status" | "body"
///                  | "hex" [ "/" regex "/" [flags] ]
///     server time := "header" "Server-Timing" METRIC | "header" NAME | "json" PATH
enum CaptureParser {
    static let kinds = ["json", "header", "regex", "cookie", "status", "body", "hex"]

    /// The capture under a name.
    static func capture(_ name: String, _ text: String) throws(GrammarError) -> Capture {
        var rest = text
        var words: Set<String> = []
        while let (head, word) = lastWord(of: rest), words.insert(word).inserted { rest = head }
        let source = try source(rest)
        if words.contains("random") {
            guard case .json(let path) = source, path.leadsToSeveral else {
                throw GrammarError(
                    message: "random takes one of several values: a JSON path such as $.items[*].id leads to them")
            }
        }
        return Capture(
            name: name, source: source, isOptional: words.contains("optional"), isSecret: words.contains("secret"),
            isRandom: words.contains("random"))
    }

    /// A text that ends in `optional`, `secret` or `random`, and what stands before it; nil where it doesn't.
    private static func lastWord(of text: String) -> (head: String, word: String)? {
        let cursor = Cursor(text)
        var end = cursor.scalars.count
        while end > 0, Cursor.isSpace(cursor.scalars[end - 1]) { end -= 1 }
        var start = end
        while start > 0, !Cursor.isSpace(cursor.scalars[start - 1]) { start -= 1 }
        let (head, word) = (cursor.text(0..<start), cursor.text(start..<end))
        // `cookie optional` is a cookie of that name: the word stands behind a whole source only.
        let before = head.unicodeScalars.split(whereSeparator: Cursor.isSpace).map { String($0) }
        guard ["optional", "secret", "random"].contains(word),
            before.count >= 2 || before == ["status"] || before == ["body"] || before == ["hex"]
        else { return nil }
        return (head, word)
    }

    static func source(_ text: String) throws(GrammarError) -> Capture.Source {
        var cursor = Cursor(text)
        cursor.skipSpaces()
        let start = cursor.offset
        let kind = cursor.word()
        cursor.skipSpaces()
        let source: Capture.Source
        switch kind {
        case "json": source = .json(try JSONPath.parseQuery(&cursor))
        case "status": source = .status
        case "body": source = .body
        case "header": source = .header(try token(&cursor, "header field"))
        case "cookie": source = .cookie(try token(&cursor, "cookie"))
        case "hex":
            let offset = cursor.offset
            source = .hex(cursor.isAtEnd ? nil : try RegexText.parse(cursor.rest(), offset: offset))
        case "regex":
            let offset = cursor.offset
            source = .regex(try RegexText.parse(cursor.rest(), offset: offset))
        default:
            let hint = Suggestion.hint(for: kind, among: kinds)
            throw GrammarError(
                offset: start,
                message:
                    "expected json $.path, header NAME, regex /…/, cookie NAME, status, body or hex, found \(quoted(text))\(hint)"
            )
        }
        try finish(&cursor)
        return source
    }

    static func serverTime(_ text: String) throws(GrammarError) -> Calculation.ServerTime {
        var cursor = Cursor(text)
        cursor.skipSpaces()
        let start = cursor.offset
        let kind = cursor.word()
        cursor.skipSpaces()
        let time: Calculation.ServerTime
        switch kind {
        case "json": time = .json(try JSONPath.parse(&cursor))
        case "header":
            let name = try token(&cursor, "header field")
            cursor.skipSpaces()
            if name.lowercased() == "server-timing" {
                let offset = cursor.offset
                guard !cursor.isAtEnd else {
                    throw GrammarError(
                        offset: offset, message: "expected a metric after Server-Timing, such as calc, found nothing")
                }
                time = .serverTiming(metric: try token(&cursor, "metric"))
            } else {
                time = .header(name)
            }
        default:
            throw GrammarError(
                offset: start,
                message: "expected header Server-Timing METRIC, header NAME or json $.path, found \(quoted(text))")
        }
        try finish(&cursor)
        return time
    }

    private static func token(_ cursor: inout Cursor, _ what: String) throws(GrammarError) -> String {
        let offset = cursor.offset
        let name = cursor.word()
        guard HeaderName.isToken(name) else {
            let found = name.isEmpty ? "nothing" : quoted(name)
            throw GrammarError(offset: offset, message: "expected the name of a \(what), found \(found)")
        }
        return name
    }

    private static func finish(_ cursor: inout Cursor) throws(GrammarError) {
        cursor.skipSpaces()
        guard cursor.isAtEnd else {
            let offset = cursor.offset
            throw GrammarError(offset: offset, message: "unexpected \(quoted(cursor.rest()))")
        }
    }
}

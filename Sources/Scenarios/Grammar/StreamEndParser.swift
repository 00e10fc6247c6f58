/// Parses what ends a stream of events; the grammar stands at `EventStream.End`.
enum StreamEndParser {
    static let expected =
        "expected what ends the stream: event done, 10 events, data [DONE], json $.state == done or 30s"

    static func parse(_ text: String) throws(GrammarError) -> EventStream.End {
        var cursor = Cursor(text)
        cursor.skipSpaces()
        let start = cursor.offset
        let word = cursor.word()
        switch word {
        case "event": return .event(try value(&cursor, "the name of an event after event, such as event done"))
        case "data": return .data(try value(&cursor, "a text after data, such as data [DONE]"))
        case "json": return .json(try check(text))
        default: break
        }
        cursor.skipSpaces()
        let offset = cursor.offset
        let noun = cursor.rest()
        if noun == "events" || noun == "event" {
            guard let count = Quantity.integer(word), count >= 1 else {
                throw GrammarError(
                    offset: start, message: "expected a number of events, 1 or more, found \(quoted(word))")
            }
            return .count(count)
        }
        guard word.first?.isNumber == true else {
            throw GrammarError(offset: start, message: "\(expected), found \(text.isEmpty ? "nothing" : quoted(text))")
        }
        guard noun.isEmpty else {
            throw GrammarError(offset: offset, message: "unexpected \(quoted(noun)) after \(word)")
        }
        if Quantity.integer(word) != nil {
            throw GrammarError(
                offset: start, message: "a number of what? \(word) events, or a duration such as \(word)s")
        }
        let time = try Quantity.duration(word)
        guard time > .zero else { throw GrammarError(offset: start, message: "expected a duration above zero") }
        return .time(time)
    }

    /// What is left of the text; quotes around it are dropped.
    private static func value(_ cursor: inout Cursor, _ what: String) throws(GrammarError) -> String {
        cursor.skipSpaces()
        let offset = cursor.offset
        let (value, _, isQuoted) = cursor.unquotedRest()
        guard !value.isEmpty || isQuoted else { throw GrammarError(offset: offset, message: "expected \(what)") }
        return value
    }

    private static func check(_ text: String) throws(GrammarError) -> Check {
        var parser = CheckParser(text) { text, _ in Text(text) }
        return try parser.parse()
    }
}

/// Parses checks; the grammar stands at `Check`.
struct CheckParser {
    static let comparisons = ["==", "!=", "<", "<=", ">", ">="]
    static let predicates = comparisons + ["within", "in", "contains", "matches", "exists", "absent"]

    private let source: String
    private var cursor: Cursor
    /// Gives the text with its places to fill in; what is wrong in it is reported where it comes from.
    private let template: (_ text: String, _ offset: Int) -> Text

    init(_ source: String, template: @escaping (_ text: String, _ offset: Int) -> Text) {
        self.source = source
        self.template = template
        cursor = Cursor(source)
    }

    /// The check.
    mutating func parse() throws(GrammarError) -> Check {
        let isOfEvery = takeEvery()
        let subject = try subject(isOfEvery: isOfEvery)
        let predicate = try predicate(of: subject)
        cursor.skipSpaces()
        guard cursor.isAtEnd else {
            let offset = cursor.offset
            throw GrammarError(offset: offset, message: "unexpected \(quoted(cursor.rest())) after the check")
        }
        var check = Check(subject: subject, predicate: predicate, source: source)
        check.isOfEvery = isOfEvery
        return check
    }

    /// Takes `every` in front of a subject.
    private mutating func takeEvery() -> Bool {
        cursor.skipSpaces()
        return cursor.take(word: "every")
    }

    private mutating func subject(isOfEvery: Bool) throws(GrammarError) -> Check.Subject {
        cursor.skipSpaces()
        let offset = cursor.offset
        let word = cursor.take { !Cursor.isSpace($0) && !Self.isOperator($0) }
        if isOfEvery, word != "json", word != "body" {
            throw GrammarError(
                offset: offset,
                message: "expected json $.path or body after every, found \(word.isEmpty ? "nothing" : quoted(word))")
        }
        switch word {
        case "status": return .status
        case "header":
            cursor.skipSpaces()
            let start = cursor.offset
            let name = cursor.take { !Cursor.isSpace($0) && $0 != "=" && $0 != "<" && $0 != ">" }
            guard HeaderName.isToken(name) else {
                let found = name.isEmpty ? "nothing" : quoted(name)
                throw GrammarError(offset: start, message: "expected the name of a header field, found \(found)")
            }
            return .header(name)
        case "body":
            cursor.skipSpaces()
            var probe = cursor
            if probe.take(while: { !Cursor.isSpace($0) && !Self.isOperator($0) }) == "size" {
                if isOfEvery {
                    throw GrammarError(offset: offset, message: "body size is of the whole answer, not of every event")
                }
                cursor = probe
                return .bodySize
            }
            return .body
        case "hex": return .hex
        case "json":
            cursor.skipSpaces()
            let path = try JSONPath.parseQuery(&cursor)
            cursor.skipSpaces()
            var probe = cursor
            if probe.take(while: { !Cursor.isSpace($0) && !Self.isOperator($0) }) == "count" {
                cursor = probe
                return .jsonCount(path)
            }
            return .json(path)
        case "response_time": return .responseTime
        case "service_time": return .serviceTime
        case "events": return .events
        case "first_event": return .firstEvent
        case "event_gap": return .eventGap
        case "":
            throw GrammarError(
                offset: offset,
                message: "expected a check such as status == 200, found \(cursor.isAtEnd ? "nothing" : quoted(source))")
        default:
            let subjects = [
                "status", "header", "body", "hex", "json", "response_time", "service_time", "events", "first_event",
                "event_gap",
            ]
            let hint = Suggestion.hint(for: word, among: subjects, otherwise: "expected")
            throw GrammarError(offset: offset, message: "unknown subject \(quoted(word)) of a check\(hint)")
        }
    }

    private mutating func predicate(of subject: Check.Subject) throws(GrammarError) -> Check.Predicate {
        cursor.skipSpaces()
        let offset = cursor.offset
        let isSymbol = cursor.next.map(Self.isOperator) ?? false
        let word = isSymbol ? cursor.take(while: Self.isOperator) : cursor.word()
        if let comparison = Check.Comparison(rawValue: word) { return try compare(comparison, subject) }
        switch word {
        case "within":
            try requireNumber(subject, word, offset)
            return .within(try range(subject))
        case "in": return .oneOf(try choices(subject))
        case "contains":
            try requireText(subject, word, offset)
            return .contains(try text(after: word, of: subject))
        case "matches":
            try requireText(subject, word, offset)
            cursor.skipSpaces()
            let start = cursor.offset
            return .matches(try RegexText.parse(cursor.rest(), offset: start))
        case "exists", "absent":
            switch subject {
            case .header, .json: return word == "exists" ? .exists : .absent
            default:
                throw GrammarError(offset: offset, message: "\(word) doesn't fit \(Self.shown(subject))")
            }
        case "":
            throw GrammarError(
                offset: offset,
                message:
                    "expected a comparison after \(Self.shown(subject)): \(Self.predicates.joined(separator: ", "))")
        default:
            let hint = Suggestion.hint(for: word, among: Self.predicates, otherwise: "expected")
            throw GrammarError(offset: offset, message: "unknown comparison \(quoted(word))\(hint)")
        }
    }

    private mutating func compare(
        _ comparison: Check.Comparison, _ subject: Check.Subject
    ) throws(GrammarError) -> Check.Predicate {
        cursor.skipSpaces()
        let offset = cursor.offset
        let isEquality = comparison == .equal || comparison == .notEqual
        switch subject {
        case .status, .bodySize, .jsonCount, .events:
            return .number(comparison, try number(cursor.rest(), subject, offset))
        case .responseTime, .serviceTime, .firstEvent, .eventGap:
            if !isEquality { return .number(comparison, try number(cursor.rest(), subject, offset)) }
            throw GrammarError(
                offset: offset,
                message: "\(comparison.rawValue) doesn't fit \(Self.shown(subject)): a time is never the same twice")
        case .header, .body, .hex:
            if isEquality { return .text(comparison, try text(after: comparison.rawValue, of: subject)) }
            if subject == .body || subject == .hex {
                throw GrammarError(
                    offset: offset,
                    message:
                        "\(comparison.rawValue) doesn't fit \(Self.shown(subject)): compare body size, or use contains")
            }
            return .number(comparison, try number(cursor.rest(), subject, offset))
        case .json:
            var probe = cursor
            let rest = probe.rest()
            if let value = DecimalNumber(rest) {
                cursor = probe
                return .number(comparison, value)
            }
            if isEquality { return .text(comparison, try text(after: comparison.rawValue, of: subject)) }
            return .number(comparison, try number(cursor.rest(), subject, offset))
        }
    }

    /// The text that is left, with quotes around it dropped.
    private mutating func text(after word: String, of subject: Check.Subject) throws(GrammarError) -> Text {
        cursor.skipSpaces()
        guard !cursor.isAtEnd else {
            throw GrammarError(offset: cursor.offset, message: "expected a text after \(word)")
        }
        let (text, offset, _) = cursor.unquotedRest()
        let expected = template(text, offset)
        return subject == .hex ? Text(pieces: expected.pieces.map(Self.digits)) : expected
    }

    /// What stands in the file of hexadecimal digits, as an answer's are written.
    private static func digits(_ piece: Text.Piece) -> Text.Piece {
        guard case .literal(let text) = piece else { return piece }
        return .literal(text.filter { $0 != " " }.lowercased())
    }

    private func number(_ text: String, _ subject: Check.Subject, _ offset: Int) throws(GrammarError) -> DecimalNumber {
        let isTime = [.responseTime, .serviceTime, .firstEvent, .eventGap].contains(subject)
        if !isTime, let value = DecimalNumber(text) { return value }
        guard !text.isEmpty else {
            throw GrammarError(
                offset: offset, message: "expected \(isTime ? "a duration such as 500ms" : "a number"), found nothing")
        }
        if isTime {
            do throws(GrammarError) {
                // To the nanosecond: what a comparison is made with is as exact as what was measured.
                let time = try Quantity.duration(text).components
                return DecimalNumber(Int(time.seconds) * 1_000_000_000 + Int(time.attoseconds / 1_000_000_000))
            } catch {
                throw GrammarError(offset: offset, message: error.message)
            }
        }
        if subject == .bodySize {
            do throws(GrammarError) {
                let size = try Quantity.size(text)
                guard let bytes = DecimalNumber(size) else { throw GrammarError(offset: 0, message: "too large") }
                return bytes
            } catch {
                throw GrammarError(offset: offset, message: error.message)
            }
        }
        throw GrammarError(offset: offset, message: "expected a number, found \(quoted(text))")
    }

    /// `[200, 404]`: what the subject may be.
    private mutating func choices(_ subject: Check.Subject) throws(GrammarError) -> [Check.Choice] {
        cursor.skipSpaces()
        let start = cursor.offset
        let text = cursor.rest()
        guard text.hasPrefix("["), text.hasSuffix("]"), text.count > 2 else {
            let found = text.isEmpty ? "nothing" : quoted(text)
            throw GrammarError(offset: start, message: "expected values such as [200, 404] after in, found \(found)")
        }
        var list = Cursor(String(text.dropFirst().dropLast()))
        var choices: [Check.Choice] = []
        repeat {
            list.skipSpaces()
            let offset = start + 1 + list.offset
            if let quote = list.next, quote == "\"" || quote == "'" {
                list.advance()
                let word = list.take { $0 != quote }
                guard list.next == quote else { throw GrammarError(offset: offset, message: "a quote is not closed") }
                list.advance()
                try requireText(subject, "a text", offset)
                choices.append(.text(word))
            } else {
                var word = list.take { $0 != "," }
                while let last = word.unicodeScalars.last, Cursor.isSpace(last) { word.unicodeScalars.removeLast() }
                guard !word.isEmpty else {
                    throw GrammarError(offset: offset, message: "expected a value, found nothing")
                }
                guard !word.contains("${") else {
                    throw GrammarError(offset: offset, message: "${…} can't stand in the values of in")
                }
                choices.append(try choice(word, subject, offset))
            }
            list.skipSpaces()
            guard list.isAtEnd || list.next == "," else {
                throw GrammarError(
                    offset: start + 1 + list.offset, message: "expected , or ], found \(quoted(list.rest()))")
            }
            if list.isAtEnd { return choices }
            list.advance()
        } while true
    }

    private func choice(
        _ word: String, _ subject: Check.Subject, _ offset: Int
    ) throws(GrammarError) -> Check.Choice {
        switch subject {
        case .status, .bodySize, .jsonCount, .events: return .number(try number(word, subject, offset))
        case .responseTime, .serviceTime, .firstEvent, .eventGap:
            throw GrammarError(
                offset: offset, message: "in doesn't fit \(Self.shown(subject)): compare it, such as < 500ms")
        case .header, .body: return .text(word)
        case .hex: return .text(word.filter { $0 != " " }.lowercased())
        case .json: return DecimalNumber(word).map { .number($0) } ?? .text(word)
        }
    }

    private mutating func range(_ subject: Check.Subject) throws(GrammarError) -> ClosedRange<DecimalNumber> {
        cursor.skipSpaces()
        let offset = cursor.offset
        let text = cursor.rest()
        guard let dots = text.firstRange(of: "..") else {
            let found = text.isEmpty ? "nothing" : quoted(text)
            throw GrammarError(
                offset: offset, message: "expected two numbers such as 200..299 after within, found \(found)")
        }
        let low = try number(String(text[..<dots.lowerBound]), subject, offset)
        let high = try number(String(text[dots.upperBound...]), subject, offset)
        guard low <= high else {
            throw GrammarError(offset: offset, message: "\(quoted(text)) is empty: the first is the greater")
        }
        return low...high
    }

    private func requireNumber(_ subject: Check.Subject, _ word: String, _ offset: Int) throws(GrammarError) {
        if subject == .body || subject == .hex {
            throw GrammarError(offset: offset, message: "\(word) doesn't fit \(Self.shown(subject)): it is a text")
        }
    }

    private func requireText(_ subject: Check.Subject, _ word: String, _ offset: Int) throws(GrammarError) {
        switch subject {
        case .status, .bodySize, .jsonCount, .responseTime, .serviceTime, .events, .firstEvent, .eventGap:
            throw GrammarError(
                offset: offset, message: "\(word) doesn't fit \(Self.shown(subject)): it is a number")
        case .header, .body, .hex, .json: break
        }
    }

    private static func shown(_ subject: Check.Subject) -> String {
        switch subject {
        case .status: "status"
        case .header(let name): "header \(name)"
        case .body: "body"
        case .hex: "hex"
        case .bodySize: "body size"
        case .json(let path): "json \(path.source)"
        case .jsonCount(let path): "json \(path.source) count"
        case .responseTime: "response_time"
        case .serviceTime: "service_time"
        case .events: "events"
        case .firstEvent: "first_event"
        case .eventGap: "event_gap"
        }
    }

    private static func isOperator(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "=" || scalar == "<" || scalar == ">" || scalar == "!"
    }
}

extension Check {
    /// Parses a check whose texts have no places to fill in.
    ///
    /// - Throws: A problem whose column is the character in the text.
    public init(parsing source: String) throws(Problem) {
        var parser = CheckParser(source) { text, _ in Text(text) }
        do {
            self = try parser.parse()
        } catch {
            throw Problem(file: "check", line: 1, column: error.offset + 1, message: error.message)
        }
    }
}

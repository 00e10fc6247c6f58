/// Parses conditions; the grammar stands at `Condition`.
struct ConditionParser {
    static let expected = "expected a condition such as ${role} == admin, or ${token}"

    private let source: String
    private let isNegated: Bool
    private var cursor: Cursor
    /// Gives the text with its places to fill in; what is wrong in it is reported where it comes from.
    private let template: (_ text: String, _ offset: Int) -> Text

    init(_ source: String, isNegated: Bool, template: @escaping (_ text: String, _ offset: Int) -> Text) {
        self.source = source
        self.isNegated = isNegated
        self.template = template
        cursor = Cursor(source)
    }

    /// The condition.
    mutating func parse() throws(GrammarError) -> Condition {
        cursor.skipSpaces()
        let start = cursor.offset
        guard skipSubject() else {
            throw GrammarError(offset: start, message: "\(Self.expected), found \(quoted(source))")
        }
        var end = cursor.offset
        while end > start, Cursor.isSpace(cursor.scalars[end - 1]) { end -= 1 }
        let subject = template(cursor.text(start..<end), start)
        return Condition(subject: subject, predicate: try predicate(), isNegated: isNegated, source: source)
    }

    /// Moves behind the subject: to the first sign of a comparison that stands outside of `${…}`, or to the end. False
    /// where nothing is filled in: what is always the same decides nothing.
    private mutating func skipSubject() -> Bool {
        var hasPlace = false
        while let scalar = cursor.next, !Self.isOperator(scalar) {
            if cursor.starts(with: "$${") {
                cursor.advance(by: 3)
            } else if cursor.starts(with: "${") {
                hasPlace = true
                _ = cursor.take { $0 != "}" }
                cursor.advance()
            } else {
                cursor.advance()
            }
        }
        return hasPlace
    }

    private mutating func predicate() throws(GrammarError) -> Condition.Predicate {
        guard !cursor.isAtEnd else { return .exists }
        let offset = cursor.offset
        let word = cursor.take(while: Self.isOperator)
        guard let comparison = Check.Comparison(rawValue: word) else {
            let hint = Suggestion.hint(for: word, among: CheckParser.comparisons, otherwise: "expected")
            throw GrammarError(offset: offset, message: "unknown comparison \(quoted(word))\(hint)")
        }
        cursor.skipSpaces()
        guard !cursor.isAtEnd else {
            throw GrammarError(offset: cursor.offset, message: "expected a value after \(word)")
        }
        let (value, valueOffset, isQuoted) = cursor.unquotedRest()
        if !isQuoted, let number = DecimalNumber(value) { return .number(comparison, number) }
        let text = template(value, valueOffset)
        if comparison == .equal || comparison == .notEqual { return .text(comparison, text) }
        // Of the environment may come a number, too.
        if let number = text.constant.flatMap({ DecimalNumber($0) }) { return .number(comparison, number) }
        throw GrammarError(offset: valueOffset, message: "expected a number after \(word), found \(quoted(value))")
    }

    private static func isOperator(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "=" || scalar == "<" || scalar == ">" || scalar == "!"
    }
}

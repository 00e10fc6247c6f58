import Foundation

/// Regular expressions between slashes, with flags behind them: `/…/`, `/…/i`, in ICU syntax.
enum RegexText {
    /// What may stand behind the last slash: regardless of case, `.` matches ends of lines, `^` and `$` match at each line,
    /// blanks and comments are left out.
    static let flags = "ismx"

    /// The pattern of a text that is an expression as a whole, checked by compiling it. Flags stand in it as `(?i)`.
    static func parse(_ text: String, offset: Int) throws(GrammarError) -> String {
        guard text.first == "/", let last = text.lastIndex(of: "/"), last > text.startIndex else {
            let found = text.isEmpty ? "nothing" : quoted(text)
            throw GrammarError(offset: offset, message: "expected a regular expression as /…/, found \(found)")
        }
        let flags = text[text.index(after: last)...]
        for flag in flags where !Self.flags.contains(flag) || flags.count(where: { $0 == flag }) > 1 {
            throw GrammarError(
                offset: offset + text.unicodeScalars.count - flags.unicodeScalars.count,
                message: "\(quoted(String(flags))) are not flags of a regular expression: i, s, m and x, each once")
        }
        let pattern = text[text.index(after: text.startIndex)..<last]
        guard !pattern.isEmpty else {
            throw GrammarError(offset: offset, message: "the regular expression is empty")
        }
        let whole = flags.isEmpty ? String(pattern) : "(?\(flags))\(pattern)"
        guard (try? NSRegularExpression(pattern: whole)) != nil else {
            throw GrammarError(offset: offset, message: "\(quoted(text)) is not a valid regular expression")
        }
        return whole
    }
}

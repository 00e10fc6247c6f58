import Foundation

/// Regular expressions between slashes: `/…/`, in ICU syntax.
enum RegexText {
    /// The pattern of a text that is `/…/` as a whole, checked by compiling it.
    static func parse(_ text: String, offset: Int) throws(GrammarError) -> String {
        guard text.count >= 2, text.first == "/", text.last == "/" else {
            let found = text.isEmpty ? "nothing" : quoted(text)
            throw GrammarError(offset: offset, message: "expected a regular expression as /…/, found \(found)")
        }
        let pattern = String(text.dropFirst().dropLast())
        guard !pattern.isEmpty else {
            throw GrammarError(offset: offset, message: "the regular expression is empty")
        }
        guard (try? NSRegularExpression(pattern: pattern)) != nil else {
            throw GrammarError(offset: offset, message: "\(quoted(text)) is not a valid regular expression")
        }
        return pattern
    }
}

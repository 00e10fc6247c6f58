/// What probes read as a text.
enum ProbeText {
    /// The text of what was printed, a byte order mark apart.
    static func of(_ bytes: [UInt8]) throws(ProbeFailure) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ProbeFailure(reason: "what was printed is not UTF-8")
        }
        return text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    }

    /// A text for a message: in quotes and cut, or the word for nothing.
    static func shown(_ text: some StringProtocol) -> String {
        // What is cut off isn't looked at: it may be a megabyte.
        var line = text.drop(while: \.isWhitespace).prefix(80)
        while line.last?.isWhitespace == true { line.removeLast() }
        return line.isEmpty ? "an empty text" : quoted(String(line))
    }
}

extension Suggestion {
    /// ` (did you mean "name"?)`, or nothing.
    static func hint(for word: String, amongSeen names: some Sequence<String>) -> String {
        nearest(to: word, among: names).map { " (did you mean \(quoted($0))?)" } ?? ""
    }
}

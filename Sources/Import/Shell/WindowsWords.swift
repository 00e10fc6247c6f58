/// Takes commands for Windows' command prompt apart, as browsers copy them: first the prompt's carets, then the quotes and
/// backslashes of the C runtime (Microsoft, "Parsing C command-line arguments").
enum WindowsWords {
    /// True where carets continue lines or stand before quotes.
    static func isWritten(in text: String) -> Bool {
        let lines = text.split(whereSeparator: \.isNewline)
        return text.contains("^\"") || lines.contains { $0.last == "^" && !$0.contains("'") }
    }

    /// The words of each command.
    static func commands(_ text: String) throws(InvalidSource) -> [[String]] {
        guard text.utf8.count <= ShellWords.maximumBytes else {
            throw InvalidSource("curl", "the command is larger than 1 MiB")
        }
        if text.unicodeScalars.contains(where: { $0.value == 0 || 0x10FFF0...0x10FFF1 ~= $0.value }) {
            throw InvalidSource("curl", "the command holds a character that no text has")
        }
        return try lines(text).map { line throws(InvalidSource) in try words(line) }.filter { !$0.isEmpty }
    }

    /// Commands without the prompt's carets: outside quotes a caret takes the next character as it is, and before the end of
    /// a line continues it; a second line end behind it is one that is meant. `&` ends a command.
    private static func lines(_ text: String) -> [String.UnicodeScalarView] {
        let scalars = Array(text.unicodeScalars.filter { $0 != "\r" })
        var result: [String.UnicodeScalarView] = []
        var line = String.UnicodeScalarView()
        var isQuoted = false
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            index += 1
            switch scalar {
            case "^" where !isQuoted:
                guard index < scalars.count else { break }
                if scalars[index] == "\n" {
                    index += 1
                    if index < scalars.count, scalars[index] == "\n" {
                        line.append("\n")
                        index += 1
                    }
                } else {
                    line.append(scalars[index])
                    index += 1
                }
            case "\n":
                isQuoted = false
                result.append(line)
                line = .init()
            case "&" where !isQuoted:
                result.append(line)
                line = .init()
            case "\"":
                isQuoted.toggle()
                line.append(scalar)
            default: line.append(scalar)
            }
        }
        return result + [line]
    }

    /// Words between blanks; quotes hold them together, `\"` and `""` within quotes are quotes.
    private static func words(_ line: String.UnicodeScalarView) throws(InvalidSource) -> [String] {
        let scalars = Array(line)
        var words: [String] = []
        var word: String.UnicodeScalarView?
        var isQuoted = false
        var index = 0
        while index < scalars.count {
            var slashes = 0
            while index < scalars.count, scalars[index] == "\\" {
                slashes += 1
                index += 1
            }
            let next = index < scalars.count ? scalars[index] : nil
            if slashes > 0 {
                word = word ?? .init()
                // Backslashes are themselves, unless a quote follows: then two make one, and an odd one makes the quote one.
                let count = next == "\"" ? slashes / 2 : slashes
                word?.append(contentsOf: Array(repeating: "\\", count: count))
                if next == "\"", !slashes.isMultiple(of: 2) {
                    word?.append("\"")
                    index += 1
                }
                continue
            }
            guard let next else { break }
            index += 1
            switch next {
            case "\"":
                word = word ?? .init()
                if isQuoted, index < scalars.count, scalars[index] == "\"" {
                    word?.append("\"")
                    index += 1
                } else {
                    isQuoted.toggle()
                }
            case " ", "\t":
                if isQuoted {
                    word?.append(next)
                } else if let done = word {
                    words.append(String(done))
                    word = nil
                }
            default:
                word = word ?? .init()
                word?.append(next)
            }
        }
        if isQuoted { throw InvalidSource("curl", "a quote \" is not closed") }
        if let word { words.append(String(word)) }
        return words
    }
}

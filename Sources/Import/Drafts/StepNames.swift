/// Makes names of steps and flows unique, and fit to be names.
struct StepNames {
    private static let maximumLength = 120

    private var taken: Set<String> = []
    /// How many follow a name, so that a thousand equal ones don't cost a million tries.
    private var numbers: [String: Int] = [:]

    /// The name, or the name with a number behind it where it is taken.
    mutating func unique(_ wanted: String, otherwise fallback: String = "step") -> String {
        let base = Self.fit(wanted, otherwise: fallback)
        var name = base
        while !taken.insert(name).inserted {
            let number = (numbers[base] ?? 1) + 1
            numbers[base] = number
            name = "\(base) (\(number))"
        }
        return name
    }

    /// A name takes no `${`, and is one line.
    static func fit(_ text: String, otherwise fallback: String) -> String {
        // A byte order mark at the beginning is none of the text, for who reads it.
        let line = line(TextSearch.replacing("\u{FEFF}", in: text, with: ""))
        var name = TextSearch.replacing("${", in: line, with: "$(")
        while name.first?.isWhitespace ?? false { name.removeFirst() }
        name = String(name.prefix(maximumLength))
        while name.last?.isWhitespace ?? false { name.removeLast() }
        return name.isEmpty ? fallback : name
    }

    /// The text in one line, as a header field needs it.
    static func line(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : $0 }))
    }

    /// A name of letters, digits and dashes, in lower case, for a scenario or file.
    static func slug(_ text: String, otherwise fallback: String) -> String {
        var slug = ""
        for character in text.lowercased() {
            if character.isASCII, character.isLetter || character.isNumber {
                slug.append(character)
            } else if slug.last != "-", !slug.isEmpty {
                slug.append("-")
            }
        }
        slug = String(slug.prefix(60))
        while slug.last == "-" { slug.removeLast() }
        return slug.isEmpty ? fallback : slug
    }
}

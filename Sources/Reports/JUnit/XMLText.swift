/// Texts as XML 1.0 takes them.
enum XMLText {
    /// The text between tags.
    static func content(_ text: String) -> String { escaped(text, inAttribute: false) }

    /// The text in an attribute, whose blanks a parser would else make one kind of (XML 1.0, section 3.3.3).
    static func attribute(_ text: String) -> String { escaped(text, inAttribute: true) }

    private static func escaped(_ text: String, inAttribute: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            // Also where it ends no CDATA section, "]]>" must not stand in a text (section 2.4).
            case ">": result += "&gt;"
            case "\"" where inAttribute: result += "&quot;"
            case "\t" where inAttribute: result += "&#9;"
            case "\n" where inAttribute: result += "&#10;"
            // In a text, too, a parser would make a line break of it.
            case "\r": result += "&#13;"
            default: result.unicodeScalars.append(isAllowed(scalar) ? scalar : "\u{fffd}")
            }
        }
        return result
    }

    /// The production Char of section 2.2. No reference can stand for the others either.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}

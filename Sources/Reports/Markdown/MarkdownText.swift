/// Foreign texts in Markdown (GitHub Flavored Markdown, as GitLab reads it, too): they show as they are, and neither format,
/// nor link, nor call anybody.
enum MarkdownText {
    /// The text among others.
    static func plain(_ text: String, limit: Int = 120) -> String {
        var result = ""
        var before: Unicode.Scalar = " "
        for scalar in shown(text, limit).unicodeScalars {
            switch scalar {
            case "\\", "`", "*", "_", "[", "]", "|", "$": result += "\\\(scalar)"
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            // A mention, a reference to an issue and an address are found in the text itself, after escapes are gone; a
            // space without width behind their mark keeps them from being found.
            case "@", "#": result += "\(scalar)\(noWidth)"
            case "!", "~": result += "\\\(scalar)\(noWidth)"
            case "." where before == "w" || before == "W": result += "\(noWidth)."
            case "/" where before == ":": result += "\(noWidth)/"
            default: result.unicodeScalars.append(scalar)
            }
            before = scalar
        }
        return result
    }

    /// The text as code, in a table's cell or elsewhere.
    static func code(_ text: String, inTable: Bool, limit: Int = 200) -> String {
        let shown = shown(text, limit)
        guard !shown.isEmpty else { return "" }
        // The fence must be longer than any row of backticks in the text. All by scalars, since a mark on a character makes
        // another one of it for Swift, but not for Markdown.
        let rows = shown.unicodeScalars.split(whereSeparator: { $0 != "`" })
        let fence = String(repeating: "`", count: (rows.map(\.count).max() ?? 0) + 1)
        let isAtEdge = shown.unicodeScalars.first == "`" || shown.unicodeScalars.last == "`"
        let space = isAtEdge ? " " : ""
        var code = ""
        for scalar in (fence + space + shown + space + fence).unicodeScalars {
            // Cells are parted before code is looked for.
            if inTable, scalar == "|" { code += "\\" }
            code.unicodeScalars.append(scalar)
        }
        return code
    }

    /// The text as a block of code, line by line, cut where it is long.
    static func block(_ text: String, limit: Int) -> [String] {
        let short = String(text.prefix(limit))
        let rows = short.unicodeScalars.split(whereSeparator: { $0 != "`" })
        let fence = String(repeating: "`", count: max(3, (rows.map(\.count).max() ?? 0) + 1))
        let lines = short.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        return ["\(fence)text"] + lines.map { DisplayWidth.printable(String($0)) }
            + (short.endIndex == text.endIndex || short.count == text.count ? [] : ["… (cut)"]) + [fence]
    }

    /// The text as the destination of a link, in angle brackets (CommonMark 0.31, section 6.3).
    static func destination(_ text: String) -> String {
        var result = "<"
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": result += "%3C"
            case ">": result += "%3E"
            case "\\": result += "%5C"
            case "\n", "\r": break
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + ">"
    }

    /// On one line, cut to the limit; what is far beyond it is not even looked at.
    private static func shown(_ text: String, _ limit: Int) -> String {
        DisplayWidth.cut(DisplayWidth.printable(String(text.prefix(2 * limit))), to: limit)
    }

    private static let noWidth = "\u{200b}"
}

/// Foreign texts in Markdown (GitHub Flavored Markdown, as GitLab reads it, too): they show as they are, and neither format,
/// nor link, nor call anybody.
enum MarkdownText {
    /// The text among others.
    static func plain(_ text: String, limit: Int = 300) -> String {
        var result = ""
        var before: Unicode.Scalar = " "
        for scalar in DisplayWidth.cut(DisplayWidth.printable(text), to: limit).unicodeScalars {
            switch scalar {
            case "\\", "`", "*", "_", "[", "]", "|", "~", "$", "!": result += "\\\(scalar)"
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            // A mention, a reference to an issue and an address are found in the text itself, after escapes are gone; a
            // space without width behind their mark keeps them from being found.
            case "@", "#": result += "\(scalar)\(noWidth)"
            case "/" where before == ":": result += "\(noWidth)/"
            default: result.unicodeScalars.append(scalar)
            }
            before = scalar
        }
        return result
    }

    /// The text as code, in a table's cell or elsewhere.
    static func code(_ text: String, inTable: Bool, limit: Int = 200) -> String {
        let shown = DisplayWidth.cut(DisplayWidth.printable(text), to: limit)
        guard !shown.isEmpty else { return "" }
        // The fence must be longer than any row of backticks in the text.
        let rows = shown.split(whereSeparator: { $0 != "`" })
        let fence = String(repeating: "`", count: (rows.map(\.count).max() ?? 0) + 1)
        let space = shown.hasPrefix("`") || shown.hasSuffix("`") ? " " : ""
        let code = fence + space + shown + space + fence
        // Cells are parted before code is looked for.
        return inTable ? code.replacing("|", with: "\\|") : code
    }

    private static let noWidth = "\u{200b}"
}

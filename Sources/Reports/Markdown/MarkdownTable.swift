/// A table of GitHub Flavored Markdown. Its cells are Markdown already.
struct MarkdownTable {
    private let titles: [String]
    /// How many columns of the left are of text; those after them are of numbers, which stand right.
    private let texts: Int
    private var rows: [[String]] = []

    init(_ titles: [String], texts: Int) {
        self.titles = titles
        self.texts = texts
    }

    mutating func add(_ cells: [String]) { rows.append(cells) }

    /// The lines, at most `limit` rows; what is left out is told by its number.
    func lines(limit: Int, noun: String) -> [String] {
        guard !rows.isEmpty else { return [] }
        let marks = titles.indices.map { $0 < texts ? "---" : "---:" }
        var lines = ([titles, marks] + rows.prefix(limit)).map { "| \($0.joined(separator: " | ")) |" }
        // A line straight behind a table would be a row of it.
        if rows.count > limit { lines += ["", "… and \(rows.count - limit) more \(noun)"] }
        return lines
    }
}

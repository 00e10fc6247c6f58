/// A table of plain text: columns as wide as they need, one of which gives way where the width doesn't suffice.
struct TextTable {
    /// A column's heading and side.
    struct Column {
        var title: String
        var right = true
    }

    /// A text and how it is coloured; the colour takes no column.
    struct Cell {
        var text: String
        var colour: Colour?

        init(_ text: String, _ colour: Colour? = nil) {
            self.text = DisplayWidth.printable(text)
            self.colour = colour
        }
    }

    var columns: [Column]
    /// The index of the column that is cut where the table is too wide.
    var flexible: Int
    /// The rows, each with lines that follow it.
    private var rows: [(cells: [Cell], notes: [String])] = []

    init(_ columns: [Column], flexible: Int) {
        self.columns = columns
        self.flexible = flexible
    }

    mutating func add(_ cells: [Cell], notes: [String] = []) { rows.append((cells, notes)) }

    /// The lines of the table, indented by two columns, at most `width` wide where the other columns leave 12.
    func lines(width: Int, style: TerminalSummary.Style) -> [String] {
        var widths = columns.indices.map { index in
            max(
                DisplayWidth.of(columns[index].title), rows.map { DisplayWidth.of($0.cells[index].text) }.max() ?? 0)
        }
        let excess = 2 + widths.reduce(0, +) + 2 * (columns.count - 1) - width
        if excess > 0 { widths[flexible] = min(widths[flexible], max(12, widths[flexible] - excess)) }

        func line(_ cells: [Cell]) -> String {
            let shown = cells.indices.map { index in
                let cut = DisplayWidth.cut(cells[index].text, to: widths[index])
                // Nothing stands behind the last one.
                let isFree = index == cells.count - 1 && !columns[index].right
                let padded = isFree ? cut : DisplayWidth.pad(cut, to: widths[index], right: columns[index].right)
                return style.paint(padded, cells[index].colour)
            }
            var text = "  " + shown.joined(separator: "  ")
            while text.hasSuffix(" ") { text.removeLast() }
            return text
        }
        var lines = [line(columns.map { Cell($0.title, .faint) })]
        for row in rows {
            lines.append(line(row.cells))
            for note in row.notes.flatMap({ DisplayWidth.wrap($0, to: width - 6) }) {
                lines.append("      " + style.paint(note, .faint))
            }
        }
        return lines
    }
}

/// The colours of a terminal that reports use (ECMA-48 SGR).
enum Colour: String {
    case green = "32"
    case red = "31"
    case yellow = "33"
    case faint = "2"
    case bold = "1"
}

extension TerminalSummary.Style {
    /// The text in a colour where colours are wanted.
    func paint(_ text: String, _ colour: Colour?) -> String {
        guard self == .colour, let colour, !text.isEmpty else { return text }
        return "\u{1b}[\(colour.rawValue)m\(text)\u{1b}[0m"
    }
}

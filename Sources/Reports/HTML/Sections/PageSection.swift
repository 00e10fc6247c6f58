internal import VerificationKit

/// A part of the page under a heading of its own.
protocol PageSection {
    /// The name by which links find it.
    var name: String { get }
    /// Its heading.
    var title: String { get }
    /// True where there is nothing to show: then it is left out.
    var isEmpty: Bool { get }
    /// Writes what stands below the heading.
    func write(to page: inout HTMLWriter)
}

/// How parts of many sections are written.
extension HTMLWriter {
    /// A text of the scenario or of a server, cut where it is very long.
    mutating func foreign(_ text: String, atMost limit: Int) {
        let short = text.prefix(limit)
        foreign(short.endIndex == text.endIndex ? text : "\(short)… (cut; the rest is in result.json)")
    }

    /// A line that says what was left out; none where nothing was.
    mutating func more(_ count: Int, _ what: String) {
        if count > 0 {
            element("p", ["class": "faint"], text: "… and \(Figure.counted(count)) more \(what) in result.json.")
        }
    }

    /// A table that scrolls by itself where the screen is narrow.
    mutating func scrolling(_ label: String, _ content: (inout HTMLWriter) -> Void) {
        // With the keyboard, too.
        element(
            "div", ["class": "scroll", "role": "region", "tabindex": "0", "aria-label": label], content)
    }

    /// A table with a row for each element, which `cells` fills.
    mutating func table<Row>(
        _ label: String, _ titles: [String], rows: some Sequence<Row>, isWide: Bool = false, isSortable: Bool = false,
        _ cells: (Row, inout HTMLWriter) -> Void
    ) {
        scrolling(label) { page in
            page.element("table", ["data-sortable": isSortable ? "" : nil, "class": isWide ? "wide" : nil]) { page in
                page.tableHead(titles)
                page.element("tbody") { page in
                    for row in rows { page.element("tr") { cells(row, &$0) } }
                }
            }
        }
    }

    /// The cell that names its row.
    mutating func rowHead(_ text: String, atMost limit: Int = 300) {
        element("th", ["scope": "row"]) { $0.foreign(text, atMost: limit) }
    }

    /// The head of a table; columns of numbers are marked by a leading `#`.
    mutating func tableHead(_ titles: [String]) {
        element("thead") { page in
            page.element("tr") { page in
                for title in titles {
                    let isNumber = title.hasPrefix("#")
                    page.element(
                        "th", ["scope": "col", "class": isNumber ? "number" : nil],
                        text: isNumber ? String(title.dropFirst()) : title)
                }
            }
        }
    }

    /// A cell of a number, with the value that the table is sorted by.
    mutating func number(_ value: Double?, _ shown: (Double) -> String, class name: String? = nil) {
        element(
            "td", ["class": name.map { "number \($0)" } ?? "number", "data-value": value.map { "\($0)" } ?? "-1"],
            text: value.map(shown) ?? "–")
    }

    /// A name with its value in a list of facts.
    mutating func fact(_ name: String, _ value: String?) {
        guard let value else { return }
        element("div") { page in
            page.element("dt", text: name)
            page.element("dd") { $0.foreign(value) }
        }
    }
}

extension Figure {
    /// A whole number that can't be negative.
    static func counted(_ count: Int) -> String { grouped(UInt64(max(0, count))) }

    /// Milliseconds, with as many decimals as help.
    static func latency(_ value: Double) -> String { fixed(value, decimals: value < 100 ? 3 : value < 10_000 ? 1 : 0) }
}

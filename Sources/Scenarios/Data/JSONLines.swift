/// Parses JSON lines: an object a line, each with the same members.
struct JSONLines {
    private(set) var columns: [String] = []
    private(set) var rows: [[String]] = []
    /// Which values of each column are texts.
    private var texts: [[Bool]] = []
    private(set) var problems: [(location: TextLocation, message: String)] = []
    /// How many problems there are besides the ones kept.
    private(set) var furtherProblems = 0

    /// Parses a whole file; empty lines are skipped.
    init(_ text: String) {
        var line = 0
        for bytes in Array(text.utf8).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            line += 1
            if bytes.allSatisfy({ $0 == 32 || $0 == 9 || $0 == 13 }) { continue }
            var scanner = JSONLineParser(Array(bytes))
            do throws(GrammarError) {
                accept(try scanner.object(), line: line)
            } catch {
                report(TextLocation(line: line, column: error.offset + 1), error.message)
            }
        }
        if rows.isEmpty, problems.isEmpty { report(TextLocation(line: 1, column: 1), "the file has no rows") }
    }

    /// How each column's values stand in JSON.
    var forms: [ColumnForm] {
        texts.map { column in
            if !column.contains(true) { return .json }
            return column.contains(false) ? .ofRows(column.map { !$0 }) : .text
        }
    }

    private mutating func report(_ location: TextLocation, _ message: String) {
        if problems.count < CSV.maximumProblems {
            problems.append((location, message))
        } else {
            furtherProblems += 1
        }
    }

    private mutating func accept(_ members: [JSONLineParser.Member], line: Int) {
        let start = TextLocation(line: line, column: 1)
        var row: [String: JSONLineParser.Member] = [:]
        for member in members {
            let location = TextLocation(line: line, column: member.offset + 1)
            if row.updateValue(member, forKey: member.name) != nil {
                report(location, "the member \(quoted(member.name)) occurs more than once")
                return
            }
            if !columns.isEmpty, !columns.contains(member.name) {
                report(location, "the member \(quoted(member.name)) isn't in the first row")
                return
            }
        }
        if columns.isEmpty {
            columns = members.map(\.name)
            texts = columns.map { _ in [] }
            if columns.isEmpty { report(start, "the object has no members") }
        }
        if let missing = columns.first(where: { row[$0] == nil }) {
            report(start, "the member \(quoted(missing)) of the first row is missing")
            return
        }
        guard !columns.isEmpty else { return }
        rows.append(columns.map { row[$0]?.value ?? "" })
        for (index, column) in columns.enumerated() { texts[index].append(row[column]?.isText ?? true) }
    }
}

extension Reading {
    /// Bytes of a data file at most.
    static let maximumDataBytes = 1 << 30

    /// The tables that could be read, and the names and columns of all: nil columns where a table couldn't be read.
    func data(
        _ given: [NamedValue<KeyValues<DataKeys>>]?
    ) -> (tables: [DataTable], names: [(name: String, columns: [String]?)]) {
        var tables: [DataTable] = []
        var names: [(name: String, columns: [String]?)] = []
        for entry in given ?? [] {
            checkVariableName(entry.name, at: entry.location)
            // `${message.id}` would be a column of it, or not.
            if entry.name == "message" {
                report(entry.location, "\"message\" has a meaning of its own in ${…}: choose another name")
            }
            let table = entry.value.flatMap { dataTable(entry.name, $0) }
            if let table { tables.append(table) }
            names.append((entry.name, table?.columns))
        }
        return (tables, names)
    }

    /// Why the values of a column aren't all numbers; nil where they are, or nothing is known of them.
    func notNumbers(table name: String, column: String) -> String? {
        guard let table = tables.first(where: { $0.name == name }), let index = table.columns.firstIndex(of: column),
            let row = table.rows.firstIndex(where: { DecimalNumber($0[index]) == nil })
        else { return nil }
        return
            "\(quoted("\(name).\(column)")) is not a column of numbers: row \(row + 1) has \(quoted(table.rows[row][index]))"
    }

    private func dataTable(_ name: String, _ keys: KeyValues<DataKeys>) -> DataTable? {
        guard let node = keys.file, let text = constant(node, "a path"), let path = text.constant else {
            return nil
        }
        let bytes: [UInt8]
        noteFile(SourceFile.path(path, in: folder))
        do throws(SourceFile.Unreadable) {
            bytes = try SourceFile.read(SourceFile.path(path, in: folder), maximumBytes: Self.maximumDataBytes)
        } catch {
            report(node.location, "the file \(quoted(text.shown)) can't be read: \(error.reason)")
            return nil
        }
        let shown = SourceFile.path(text.shown, in: folder)
        switch SourceFile.text(bytes) {
        case .failure(let error):
            reportData(file: shown, error.location, "the file is not UTF-8")
            return nil
        case .success(let contents):
            let isJSON = [".jsonl", ".ndjson", ".json"].contains { path.lowercased().hasSuffix($0) }
            return table(name, contents, isJSON: isJSON, order: keys.order ?? .sequential, shown: shown)
        }
    }

    private func table(
        _ name: String, _ contents: String, isJSON: Bool, order: DataTable.Order, shown: String
    ) -> DataTable? {
        let (columns, rows): ([String], [[String]])
        var forms: [ColumnForm]?
        let (problems, further): ([(location: TextLocation, message: String)], Int)
        if isJSON {
            let lines = JSONLines(contents)
            (columns, rows, problems, further) = (lines.columns, lines.rows, lines.problems, lines.furtherProblems)
            forms = lines.forms
        } else {
            let csv = CSV(contents)
            (columns, rows, problems, further) = (csv.columns, csv.rows, csv.problems, csv.furtherProblems)
        }
        for problem in problems { reportData(file: shown, problem.location, problem.message) }
        if further > 0, let last = problems.last {
            reportData(file: shown, last.location, "and \(further) more problems")
        }
        // Columns of a file with ragged rows are known all the same.
        guard !columns.isEmpty else { return nil }
        return DataTable(name: name, columns: columns, rows: rows, forms: forms, order: order)
    }
}

/// Rows that feed iterations: a CSV file with a header, or JSON lines.
public struct DataTable: Sendable {
    /// In which order iterations take rows.
    public enum Order: String, CaseIterable, Sendable {
        /// One after the other, and again from the first.
        case sequential
        /// At random, each row equally likely.
        case random
        /// One after the other, each once; iterations that find none left are dropped and counted.
        case once
    }

    /// The name in `${name.column}`.
    public var name: String
    /// The columns' names.
    public var columns: [String]
    /// The rows, a value per column. Of JSON lines: texts as they are, other values as JSON.
    public var rows: [[String]]
    /// For each column how its values stand in JSON.
    public var forms: [ColumnForm]
    /// In which order rows are taken.
    public var order: Order

    /// Makes a table; without `forms` those of a CSV file's columns.
    public init(
        name: String, columns: [String], rows: [[String]], forms: [ColumnForm]? = nil, order: Order = .sequential
    ) {
        self.name = name
        self.columns = columns
        self.rows = rows
        self.forms =
            forms ?? columns.indices.map { column in ColumnForm(ofValues: rows.lazy.map { $0[column] }) }
        self.order = order
    }
}

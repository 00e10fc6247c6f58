import Scenarios

/// The scenario's tables in one block of memory, so that taking a cell touches no reference count.
struct RowTables {
    private struct Table {
        var firstCell: Int
        var columns: Int
        var rows: Int
        var order: DataTable.Order
    }

    private let tables: UnsafeMutableBufferPointer<Table>
    /// Where each cell ends in `bytes`; a cell begins where the one before it ends.
    private let ends: UnsafeMutableBufferPointer<Int>
    /// For each cell whether it is a JSON value as it is written.
    private let areJSON: UnsafeMutableBufferPointer<Bool>
    private var bytes = ByteStore()

    init(_ data: [DataTable]) {
        tables = .allocate(capacity: data.count)
        ends = .allocate(capacity: data.reduce(1) { $0 + $1.rows.count * $1.columns.count })
        ends.initialize(repeating: 0)
        areJSON = .allocate(capacity: ends.count)
        areJSON.initialize(repeating: false)
        var cell = 1
        for (index, table) in data.enumerated() {
            tables.initializeElement(
                at: index,
                to: Table(
                    firstCell: cell, columns: table.columns.count, rows: table.rows.count, order: table.order))
            for (number, row) in table.rows.enumerated() {
                for (column, value) in row.enumerated() {
                    var value = value
                    value.withUTF8 { bytes.append($0) }
                    ends[cell] = bytes.count
                    areJSON[cell] = table.forms[column].isJSON(row: number)
                    cell += 1
                }
            }
        }
    }

    var count: Int { tables.count }

    func order(_ table: Int) -> DataTable.Order { tables[table].order }

    func rows(_ table: Int) -> Int { tables[table].rows }

    /// The cell of the row that `rows` names for the table.
    func cell(table: Int, column: Int, rows: UnsafeMutablePointer<Int>?) -> UnsafeBufferPointer<UInt8> {
        let cell = index(table: table, column: column, rows: rows)
        return UnsafeBufferPointer(rebasing: bytes.bytes[ends[cell - 1]..<ends[cell]])
    }

    /// True where that cell is a JSON value as it is written.
    func isJSON(table: Int, column: Int, rows: UnsafeMutablePointer<Int>?) -> Bool {
        areJSON[index(table: table, column: column, rows: rows)]
    }

    private func index(table: Int, column: Int, rows: UnsafeMutablePointer<Int>?) -> Int {
        let shape = tables[table]
        return shape.firstCell + (rows?[table] ?? 0) * shape.columns + column
    }

    func release() {
        var bytes = bytes
        bytes.release()
        tables.deallocate()
        ends.deallocate()
        areJSON.deallocate()
    }
}

import Scenarios

/// Deals a table's rows to the iterations of one reactor: of n parts, part p takes every n-th row.
struct RowCursor {
    private let order: DataTable.Order
    private let rows: Int
    private let stride: Int
    private var next: Int

    init(order: DataTable.Order, rows: Int, part: Int, stride: Int) {
        self.order = order
        self.rows = rows
        self.stride = stride
        next = part
    }

    /// The next row; nil where each may be used once and none is left.
    mutating func take(random: inout SeededRandom) -> Int? {
        switch order {
        case .random: return Int(random.below(UInt64(rows)))
        case .sequential:
            defer { next += stride }
            return next % rows
        case .once:
            guard next < rows else { return nil }
            defer { next += stride }
            return next
        }
    }
}

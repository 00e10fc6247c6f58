import Measures
import Scenarios

/// Deals a table's rows to the iterations of one reactor: rows in order are dealt over all reactors of the process.
///
/// Of several processes that carry a run together (`--segment`) each has the rows of its own whose number is its index
/// modulo their count, so that none is used by two of them; a table with fewer rows than processes is used by all.
struct RowCursor {
    private let order: DataTable.Order
    private let counter: NumberDealer.Counter
    /// The process's own rows: how many, the first one, and from one to the next.
    private let rows: Int
    private let first: Int
    private let step: Int

    init(order: DataTable.Order, rows: Int, segment: RunSegment, counter: NumberDealer.Counter) {
        self.order = order
        self.counter = counter
        let own = max(0, (rows - segment.index + segment.count - 1) / segment.count)
        let isShared = own == 0 && order != .once
        self.rows = isShared ? rows : own
        first = isShared ? 0 : segment.index
        step = isShared ? 1 : segment.count
    }

    /// The next row; nil where each may be used once and none is left.
    func take(random: inout SeededRandom) -> Int? {
        switch order {
        case .random: return row(Int(random.below(UInt64(rows))))
        case .sequential: return row(NumberDealer.next(of: counter) % rows)
        case .once:
            let number = NumberDealer.next(of: counter)
            return number < rows ? row(number) : nil
        }
    }

    private func row(_ number: Int) -> Int { first + step * number }
}

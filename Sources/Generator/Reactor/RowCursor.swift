import Measures
import Scenarios
import Synchronization

/// Counts the rows of a table that are used once each, over all reactors of a process: whichever reactor needs a row
/// takes the next one, so that none is left over while another reactor has run out.
final class RowCounter: Sendable {
    private let taken: Atomic<Int>
    private let step: Int

    /// Of `segment.count` processes, this one uses the rows whose number is `segment.index` modulo that.
    init(segment: LoadRun.Segment) {
        taken = Atomic(segment.index)
        step = segment.count
    }

    /// The number of the next row.
    func next() -> Int { taken.add(step, ordering: .relaxed).oldValue }
}

/// Deals a table's rows to the iterations of one reactor.
struct RowCursor {
    private let order: DataTable.Order
    private let rows: Int
    private let stride: Int
    private let once: RowCounter
    private var next: Int

    /// Sequential rows: of `stride` parts, this one takes the rows whose number is `part` modulo that.
    init(order: DataTable.Order, rows: Int, part: Int, stride: Int, once: RowCounter) {
        self.order = order
        self.rows = rows
        self.stride = stride
        self.once = once
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
            let row = once.next()
            return row < rows ? row : nil
        }
    }
}

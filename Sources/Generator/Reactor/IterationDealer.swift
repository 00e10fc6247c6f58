import Measures
import Scenarios

/// What an iteration of a load is to do: its number, its flow, its rows of the tables.
struct IterationDealer {
    private let share: Reactor.Share
    private let dealer: NumberDealer
    private let rows: [RowCursor]
    /// The next number of a closed-load iteration, which all reactors of the process take in turn.
    private let numbers: NumberDealer.Counter
    private var mix: FlowMix
    /// Closed-load iterations begun so far; makes their places in the mix of flows.
    private var closedIterations = 0

    /// `weights`: those of the flows. The dealer has a counter for each table, which all loads share, and one more for the
    /// iterations of each load.
    init(
        weights: [Double], tables: [(order: DataTable.Order, rows: Int)], share: Reactor.Share, dealer: NumberDealer,
        load: Int = 0, seed: UInt64 = LoadPlan.seed
    ) {
        self.share = share
        self.dealer = dealer
        rows = tables.enumerated().map { number, table in
            RowCursor(order: table.order, rows: table.rows, segment: share.segment, counter: dealer.counter(number))
        }
        numbers = dealer.counter(tables.count + load)
        mix = FlowMix(weights: weights, seed: seed)
    }

    /// The flow that has a place in the mix.
    @inline(__always)
    mutating func flow(at index: Int) -> Int { mix.flow(ofIteration: index) }

    /// The next iteration of a stage of users: its number in the stage, and its place in the mix of flows.
    @inline(__always)
    mutating func nextOfUsers() -> (number: Int, index: Int) {
        // Reactors get differently far, so each has a mix of its own: weights then hold over what was begun.
        let index = mix.blockLength * (share.part << 32) + closedIterations
        closedIterations += 1
        return (share.segment.index + share.segment.count * NumberDealer.next(of: numbers), index)
    }

    /// The next row of a table; nil where each may be used once and none is left.
    mutating func row(of table: Int, random: inout SeededRandom) -> Int? { rows[table].take(random: &random) }
}

import Measures
import Scenarios
import Testing

@testable import Generator

@Suite("Rows and iterations: RowCursor and IterationDealer") struct IterationDealerTests {
    private func cursor(
        _ order: DataTable.Order, rows: Int, _ dealer: NumberDealer, segment: LoadRun.Segment = LoadRun.Segment()
    ) -> RowCursor {
        RowCursor(order: order, rows: rows, segment: segment, counter: dealer.counter(0))
    }

    @Test("Rows that are used once: each by one reactor of one process, and none is left out", arguments: 1...4)
    func once(processes: Int) {
        var random = SeededRandom(seed: 1)
        var taken: [Int] = []
        for process in 0..<processes {
            let dealer = NumberDealer(kinds: 1)
            let segment = LoadRun.Segment(index: process, count: processes)
            let reactors = (0..<2).map { _ in cursor(.once, rows: 11, dealer, segment: segment) }
            // A cursor has the address of a counter, which lives as long as its dealer.
            withExtendedLifetime(dealer) {
                // Reactors that take in turn, and far more often than there are rows.
                for turn in 0..<40 {
                    if let row = reactors[turn % 2].take(random: &random) { taken.append(row) }
                }
            }
        }
        #expect(taken.sorted() == Array(0..<11))
    }

    @Test("Rows in order begin again after the last one, over all reactors of the process")
    func sequential() {
        var random = SeededRandom(seed: 1)
        let dealer = NumberDealer(kinds: 1)
        let reactors = (0..<2).map { _ in cursor(.sequential, rows: 3, dealer) }
        withExtendedLifetime(dealer) {
            #expect([0, 1, 1, 0, 1, 0, 0].map { reactors[$0].take(random: &random) } == [0, 1, 2, 0, 1, 2, 0])
        }
    }

    @Test("Of several processes each has the rows whose number is its index modulo their count")
    func segments() {
        var random = SeededRandom(seed: 1)
        let dealer = NumberDealer(kinds: 3)
        func cursor(_ order: DataTable.Order, rows: Int, process: Int, counter: Int) -> RowCursor {
            RowCursor(
                order: order, rows: rows, segment: LoadRun.Segment(index: process, count: 3),
                counter: dealer.counter(counter))
        }
        withExtendedLifetime(dealer) {
            let second = cursor(.sequential, rows: 8, process: 1, counter: 0)
            #expect((0..<4).map { _ in second.take(random: &random) } == [1, 4, 7, 1])
            // Two rows for three processes: the third has none of its own. Used once, it has none at all.
            #expect(cursor(.once, rows: 2, process: 2, counter: 1).take(random: &random) == nil)
            let shared = cursor(.sequential, rows: 2, process: 2, counter: 2)
            #expect((0..<3).map { _ in shared.take(random: &random) } == [0, 1, 0])
        }
    }

    @Test("Iterations of users have numbers of their own in each process, whichever reactor begins them")
    func numbers() {
        var numbers: [Int] = []
        for process in 0..<2 {
            let dealer = NumberDealer(kinds: 1)
            let segment = LoadRun.Segment(index: process, count: 2)
            var dealers = (0..<3).map { reactor in
                IterationDealer(
                    weights: [1], tables: [],
                    share: Reactor.Share(part: process + 2 * reactor, stride: 6, segment: segment), dealer: dealer)
            }
            for turn in 0..<12 { numbers.append(dealers[turn * turn % 3].nextOfUsers().number) }
        }
        #expect(numbers.sorted() == Array(0..<24))
    }

    @Test("The flows of a reactor's iterations have their weights, however far the others get")
    func mix() {
        let dealer = NumberDealer(kinds: 2)
        var dealers = (0..<2).map { part in
            IterationDealer(
                weights: [3, 1], tables: [(.once, 1)], share: Reactor.Share(part: part, stride: 2), dealer: dealer)
        }
        for (reactor, count) in [(0, 40), (1, 12)] {
            var flows = [0, 0]
            for _ in 0..<count { flows[dealers[reactor].flow(at: dealers[reactor].nextOfUsers().index)] += 1 }
            // 3 : 1 in each block of four.
            #expect(flows == [count * 3 / 4, count / 4])
        }
        // Rows are dealt beside the numbers.
        var random = SeededRandom(seed: 1)
        #expect(dealers[1].row(of: 0, random: &random) == 0)
        #expect(dealers[0].row(of: 0, random: &random) == nil)
    }
}

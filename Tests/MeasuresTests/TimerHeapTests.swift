import Measures
import Testing

@Suite("The heap of timers")
struct TimerHeapTests {
    private func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    @Test("Timers come out in the order of time, whatever the order in which they went in")
    func order() {
        var random = SeededRandom(seed: 11)
        var heap = TimerHeap<Int>()
        var expected: [Int64] = []
        for user in 0..<500 {
            // Few different instants, so that many are equal.
            let due = Int64(random.below(50))
            expected.append(due)
            heap.add(TimerHeap<Int>.Timer(due: at(due), waiter: user))
        }
        #expect(heap.earliest == at(expected.min() ?? 0))
        var taken: [Int64] = []
        var users: Set<Int> = []
        while let timer = heap.takeDue(at: at(50)) {
            taken.append(timer.due.nanoseconds / 1_000_000)
            users.insert(timer.waiter)
        }
        #expect(taken == expected.sorted())
        #expect(users.count == 500)
        #expect(heap.earliest == .distantFuture)
    }

    @Test("Only what is due is taken, and what is added meanwhile takes its bucket")
    func due() {
        var heap = TimerHeap<Int>()
        for (due, waiter) in [(30, 0), (10, 1), (20, 2)] as [(Int64, Int)] {
            heap.add(TimerHeap<Int>.Timer(due: at(due), waiter: waiter))
        }
        #expect(heap.takeDue(at: at(9)) == nil)
        #expect(heap.takeDue(at: at(25))?.waiter == 1)
        heap.add(TimerHeap<Int>.Timer(due: at(5), waiter: 3))
        #expect(heap.takeDue(at: at(25))?.waiter == 3)
        #expect(heap.takeDue(at: at(25))?.waiter == 2)
        #expect(heap.takeDue(at: at(25)) == nil)
        #expect(heap.earliest == at(30))
    }
}

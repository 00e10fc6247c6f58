import Measures
import NIOConcurrencyHelpers
import Testing

@testable import Failover

@Suite("The order of attempts") struct AttemptOrderTests {
    private static func attempt(_ milliseconds: Int64, number: UInt64 = 0) -> Attempt {
        let instant = Instant(nanoseconds: milliseconds * 1_000_000)
        return Attempt(
            step: 0, intended: instant, sent: instant, finished: instant, outcome: .ok, iteration: number)
    }

    @Test("Attempts are taken once, in order, as soon as nothing earlier can come", arguments: 1...20)
    func order(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var order = AttemptOrder(timeout: Span(seconds: 3))
        var taken: [Attempt] = []
        var number: UInt64 = 0
        for second in 0..<30 {
            // Two reactors hand over what ended in this second, sent up to three seconds before.
            for _ in 0..<2 {
                let batch = (0..<random.below(40)).map { _ in
                    number += 1
                    return Self.attempt(Int64(second * 1_000) - Int64(random.below(3_000)), number: number)
                }
                order.add(batch)
            }
            // Up to 3 s of timeout and 2 s more wait.
            let limit = Int64(second - 5) * 1_000
            let now = order.take(at: Instant(nanoseconds: Int64(second) * 1_000_000_000))
            #expect(now.allSatisfy { $0.intended.nanoseconds < limit * 1_000_000 })
            taken += now
        }
        taken += order.take(at: .distantFuture)
        #expect(taken.map(\.intended) == taken.map(\.intended).sorted())
        #expect(Set(taken.map(\.iteration)) == Set(1...max(1, number)))
        #expect(taken.count == Int(number))
    }

    @Test("What waits is not sorted again: comparisons grow with what arrives, not with what waits") func cost() {
        /// Comparisons of a run of so many seconds at 1,000 attempts a second, of which so many seconds wait.
        func comparisons(seconds: Int, waiting: Int) -> Int {
            let count = NIOLockedValueBox(0)
            var runs = SortedRuns<Int> { one, other in
                count.withLockedValue { $0 += 1 }
                return one < other
            }
            var random = SeededRandom(seed: 3)
            for second in 0..<seconds {
                runs.add((0..<1_000).map { _ in second * 1_000 - Int(random.below(2_000)) })
                _ = runs.take { $0 < (second - waiting) * 1_000 }
            }
            _ = runs.take { _ in true }
            return count.withLockedValue { $0 }
        }
        let (short, long) = (comparisons(seconds: 100, waiting: 2), comparisons(seconds: 100, waiting: 60))
        // Sorting a batch of 1,000 takes about 1,000 · log2(1,000) ≈ 10,000 comparisons, and merging what is taken of three
        // batches 2,000: some 12,000 to 24,000 for each of 100 seconds, as the sort does it. Merging the last 60 batches at once
        // takes log2(60) ≈ 6 times 60,000 more. Looking at 60,000 that wait every second would take six million more.
        #expect(short < 2_500_000)
        #expect(long < short + 500_000)
    }
}

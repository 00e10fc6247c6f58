import Measures
import Testing

@testable import Failover

@Suite("Outages in attempts") struct OutageTrackerTests {
    static func at(_ milliseconds: Int) -> Instant { Instant(nanoseconds: Int64(milliseconds) * 1_000_000) }

    private func attempt(_ intended: Int, _ finished: Int, ok: Bool, isStalled: Bool = false) -> Attempt {
        Attempt(
            step: 0, intended: Self.at(intended), sent: Self.at(intended), finished: Self.at(finished),
            outcome: ok ? .ok : .responseTimeout, isStalled: isStalled)
    }

    /// In the order of intended sends, as the tracker wants them.
    private func outages(_ attempts: [Attempt]) -> [[Int?]] {
        var tracker = OutageTracker()
        for attempt in attempts.sorted(by: { $0.intended < $1.intended }) { tracker.take(attempt) }
        return tracker.finish().map { outage in
            [Int(outage.start.nanoseconds / 1_000_000), outage.end.map { Int($0.nanoseconds / 1_000_000) }]
        }
    }

    @Test("From the first failed send to the next success") func simple() {
        #expect(
            outages([
                attempt(0, 5, ok: true), attempt(10, 12, ok: false), attempt(20, 22, ok: false),
                attempt(30, 33, ok: true),
            ])
                == [[10, 33]])
    }

    @Test("A slow success of an earlier send ends nothing") func slow() {
        // The answer at 25 is to what was sent before the failure.
        #expect(
            outages([attempt(0, 25, ok: true), attempt(10, 12, ok: false), attempt(30, 33, ok: true)]) == [[10, 33]])
    }

    @Test("The success that ends first counts, whichever was sent first") func earliest() {
        #expect(
            outages([attempt(10, 12, ok: false), attempt(20, 90, ok: true), attempt(30, 35, ok: true)]) == [[10, 35]])
    }

    @Test("A success before another failure parts two outages; one after it doesn't") func parts() {
        #expect(
            outages([
                attempt(10, 11, ok: false), attempt(20, 22, ok: true), attempt(30, 31, ok: false),
                attempt(40, 44, ok: true),
            ]) == [[10, 22], [30, 44]])
        // The success at 50 is known only after the failure at 30 was sent.
        #expect(
            outages([
                attempt(10, 11, ok: false), attempt(20, 50, ok: true), attempt(30, 31, ok: false),
                attempt(60, 62, ok: true),
            ])
                == [[10, 62]])
    }

    @Test("Without a success there is no end") func endless() {
        #expect(outages([attempt(0, 1, ok: true), attempt(10, 12, ok: false)]) == [[10, nil]])
        #expect(outages([]) == [])
    }

    @Test("The same as the definition, of thousands of random courses") func definition() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<3_000 {
            var attempts: [Attempt] = []
            var isUp = true
            for index in 0..<Int(random.below(24)) {
                if random.below(4) == 0 { isUp.toggle() }
                let intended = index * 10
                attempts.append(
                    attempt(intended, intended + 1 + Int(random.below(40)), ok: isUp != (random.below(9) == 0)))
            }
            #expect(
                outages(attempts) == Self.naive(attempts), "\(attempts.map { ($0.intended, $0.finished, $0.outcome) })")
        }
    }

    /// The union of [intended, next success] of each failure by itself.
    private static func naive(_ attempts: [Attempt]) -> [[Int?]] {
        var spans: [(Int64, Int64)] = []
        for failure in attempts where failure.outcome != .ok {
            let next = attempts.filter { $0.outcome == .ok && $0.intended >= failure.intended }.map(\.finished).min()
            spans.append((failure.intended.nanoseconds, next?.nanoseconds ?? .max))
        }
        var union: [(Int64, Int64)] = []
        for span in spans.sorted(by: { $0.0 < $1.0 }) {
            if let last = union.last, span.0 <= last.1 {
                union[union.count - 1].1 = max(last.1, span.1)
            } else {
                union.append(span)
            }
        }
        return union.map { [Int($0.0 / 1_000_000), $0.1 == .max ? nil : Int($0.1 / 1_000_000)] }
    }
}

import Measures
import Testing

@testable import Generator

@Suite("What is kept of exchanges") struct EvidenceSelectionTests {
    private func exchange(_ step: Int, intended: Int64 = 0) -> Exchange {
        Exchange(step: Int32(step), measured: true, intended: Instant(nanoseconds: intended))
    }

    /// Ends an exchange in a store, if that wants it.
    private func end(_ store: inout EvidenceStore, _ step: Int, _ outcome: Outcome, at instant: Int64, bytes: Int = 0) {
        let exchange = exchange(step)
        let finished = Instant(nanoseconds: instant)
        guard store.concerns(exchange, outcome, finished: finished) else { return }
        var kept = store.begin(exchange, outcome, finished: finished)
        kept.head = Array(repeating: 0, count: bytes)
        store.keep(kept)
    }

    @Test("Several reactors keep what one would have kept")
    func reactors() {
        let outcomes: [Outcome] = [.ok, .http4xx, .http5xx, .rateLimited, .checkFailed]
        var random = SeededRandom(seed: 3)
        var whole = EvidenceStore(steps: 4)
        var parts = (0..<3).map { _ in EvidenceStore(steps: 4) }
        for instant in 1...2_000 {
            let step = Int(random.below(4))
            let outcome = outcomes[Int(random.below(5))]
            // No two ends are at the same instant.
            end(&whole, step, outcome, at: Int64(instant))
            end(&parts[Int(random.below(3))], step, outcome, at: Int64(instant))
        }
        var one = EvidenceSelection(steps: 4)
        one.add(failed: whole.failed, slow: whole.slow)
        var many = EvidenceSelection(steps: 4)
        for part in parts.reversed() { many.add(failed: part.failed, slow: part.slow) }
        #expect(one.chosen.map(\.finished) == many.chosen.map(\.finished))
        // Four steps, four outcomes that are bad, three of each; and three slow ones of each step, the last to end.
        #expect(many.chosen.filter { $0.kind == .failed }.count == 4 * 4 * 3)
        #expect(many.chosen.filter { $0.kind == .slow }.count == 4 * 3)
        whole.release()
        for part in parts { part.release() }
    }

    @Test("Bytes are bounded, and a full store wants nothing more")
    func bytes() {
        var store = EvidenceStore(steps: 300)
        for step in 0..<300 { end(&store, step, .http5xx, at: Int64(step + 1), bytes: 1 << 20) }
        // The eighth of a mebibyte each fills it.
        #expect(store.failed.count == 8)
        #expect(!store.wants(.reset, of: 299))
        #expect(store.wantedStatuses(of: 299) == [])
        store.release()
    }

    @Test("Of ten thousand steps as many are kept as there are places")
    func steps() {
        var store = EvidenceStore(steps: 10_000)
        for step in 0..<10_000 {
            end(&store, step, .ok, at: Int64(step + 1))
            end(&store, step, .refused, at: Int64(step + 1))
        }
        #expect(store.failed.count == ExchangeEvidence.bound && store.slow.count == ExchangeEvidence.bound)
        store.release()
    }

    @Test("The slowest stay, whatever comes after")
    func slowest() {
        var store = EvidenceStore(steps: 1)
        for time: Int64 in [5, 9, 1, 7, 3, 8, 2] { end(&store, 0, .ok, at: time) }
        #expect(store.slow.map(\.finished.nanoseconds).sorted() == [7, 8, 9])
        #expect(store.limit(of: 0) == 7)
        store.release()
    }
}

import Measures
import Scenarios
import Testing

@testable import Failover

/// Which address got its last request when: also where nobody answered.
@Suite("What addresses got in a drill") struct AddressUseTests {
    private static let start = Instant(nanoseconds: 5_000_000_000)

    private func at(_ seconds: Double) -> Instant { Self.start + Span(seconds: seconds) }

    private func attempt(
        _ sent: Double, to address: UInt16, step: UInt16 = 0, _ outcome: Outcome = .ok, isFresh: Bool = false
    ) -> Attempt {
        Attempt(
            step: step, intended: at(sent), sent: at(sent), finished: at(sent + 0.01), outcome: outcome,
            isFresh: isFresh, address: address)
    }

    /// Ten a second: a kept connection to the first address up to 4 s, then refused ones to it up to 9 s, then the second.
    private var log: AddressLog {
        var log = AddressLog()
        for index in 0..<200 {
            let time = Double(index) / 10
            switch time {
            case ..<4: log.take(attempt(time, to: 0), start: Self.start)
            case ..<9: log.take(attempt(time, to: 0, .refused, isFresh: true), start: Self.start)
            default: log.take(attempt(time, to: 1, isFresh: time < 9.5), start: Self.start)
            }
        }
        return log
    }

    private let addresses = [["127.0.0.2", "127.0.0.3"]]

    @Test("A dead address is told of by what was meant for it, new and kept connections apart")
    func dead() throws {
        let uses = log.uses(of: addresses, start: Self.start, between: at(4), and: at(14))
        #expect(uses.map(\.address) == ["127.0.0.2", "127.0.0.3"])
        // 40 answered and 50 refused; the rest of 200.
        #expect(uses[0].sent.reduce(0, +) == 90 && uses[0].failed.reduce(0, +) == 50)
        #expect(uses[1].sent.reduce(0, +) == 110 && uses[1].failed.reduce(0, +) == 0)
        #expect(uses[0].sent.count == 20 && uses[0].sent[3] == 10 && uses[0].failed[3] == 0 && uses[0].failed[4] == 10)
        // The last refused one was sent at 8.9 s, 4.9 s after the fault; on a kept connection none was after 3.9 s.
        let last = try #require(uses[0].lastFresh)
        #expect(abs(last.seconds - 4.9) < 0.001)
        #expect(uses[0].lastPooled == nil && uses[0].last == last)
        // The second one's last before the restore was sent at 13.9 s.
        #expect(abs(try #require(uses[1].lastPooled).seconds - 9.9) < 0.001)
        #expect(abs(try #require(uses[1].lastFresh).seconds - 5.4) < 0.001)
    }

    @Test("The same address of several steps is one; numbers that nobody knows are left out")
    func steps() {
        var log = AddressLog()
        log.take(attempt(1, to: 0, step: 0), start: Self.start)
        // The other step's endpoint has numbers of its own.
        log.take(attempt(1.5, to: 1, step: 1), start: Self.start)
        log.take(attempt(1.6, to: 7, step: 1), start: Self.start)
        log.take(attempt(1.7, to: Attempt.noAddress), start: Self.start)
        let uses = log.uses(
            of: [["127.0.0.2"], ["127.0.0.3", "127.0.0.2"]], start: Self.start, between: nil, and: at(2))
        #expect(uses.map(\.address) == ["127.0.0.2"])
        #expect(uses[0].sent == [0, 2] && uses[0].last == nil)
    }

    @Test("Memory is bounded by the number of pairs of steps and addresses")
    func bound() {
        var log = AddressLog()
        for address in 0..<1_000 { log.take(attempt(1, to: UInt16(address)), start: Self.start) }
        let texts = [(0..<1_000).map { "127.1.\($0 / 250).\($0 % 250)" }]
        #expect(log.uses(of: texts, start: Self.start, between: nil, and: at(2)).count == 256)
    }
}

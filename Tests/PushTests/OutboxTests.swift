import Measures
import Testing

@testable import Push

@Suite("What waits to be pushed") struct OutboxTests {
    private func at(_ seconds: Double) -> Instant { Instant(nanoseconds: Int64(seconds * 1e9)) }

    private func bytes(_ step: Outbox.Step) -> [UInt8]? {
        if case .send(let message, _) = step { message.bytes } else { nil }
    }

    /// Sends what is next, with what comes of it.
    private func send(_ outbox: inout Outbox, at seconds: Double, _ reception: Reception) -> [UInt8]? {
        guard case .send(let message, _) = outbox.next(at: at(seconds)) else { return nil }
        outbox.take(reception, of: message, at: at(seconds))
        return message.bytes
    }

    @Test("messages go in their order, and the last one behind them")
    func order() {
        var outbox = Outbox(isCumulative: true)
        #expect(outbox.next(at: at(0)) == .wait(until: nil))
        for number in 1...3 { outbox.offer([UInt8(number)]) }
        #expect(send(&outbox, at: 1, .taken) == [1])
        outbox.end([9], at: at(1))
        outbox.offer([4])
        #expect(send(&outbox, at: 1, .taken) == [2])
        #expect(send(&outbox, at: 1, .taken) == [3])
        #expect(send(&outbox, at: 1, .taken) == [9])
        #expect(outbox.next(at: at(1)) == .stop)
        #expect(outbox.counts == PushCounts(sent: 3, isComplete: true))
    }

    @Test("a receiver that is slow costs the oldest messages, and no memory beyond thirty")
    func slow() {
        var outbox = Outbox(isCumulative: false)
        for number in 1...40 { outbox.offer([UInt8(number)]) }
        #expect(outbox.counts.dropped == 10)
        #expect(bytes(outbox.next(at: at(0))) == [11])
    }

    @Test("a message that is taken after it was given up counts as sent")
    func late() {
        var outbox = Outbox(isCumulative: false)
        outbox.offer([1])
        guard case .send(let first, _) = outbox.next(at: at(0)) else {
            Issue.record("nothing to send")
            return
        }
        for number in 2...31 { outbox.offer([UInt8(number)]) }
        #expect(outbox.counts.dropped == 1)
        outbox.take(.taken, of: first, at: at(1))
        #expect(outbox.counts.dropped == 0)
        #expect(outbox.counts.sent == 1)
    }

    @Test("attempts in vain are 1, 2, 4 and 8 s apart, and the receiver's own word comes first")
    func pauses() {
        var outbox = Outbox(isCumulative: true)
        outbox.offer([1])
        var now = 0.0
        for pause in [1.0, 2, 4, 8, 8] {
            #expect(send(&outbox, at: now, .later(after: nil, reason: "refused")) == [1])
            #expect(outbox.next(at: at(now + pause - 0.1)) == .wait(until: at(now + pause)))
            now += pause
        }
        let told = Reception.later(after: Span(seconds: 60), reason: "status 429")
        #expect(send(&outbox, at: now, told) == [1])
        #expect(outbox.next(at: at(now + 59)) == .wait(until: at(now + 60)))
        #expect(send(&outbox, at: now + 60, .taken) == [1])
        #expect(outbox.counts.reason == "status 429")
        // What went well begins anew.
        outbox.offer([2])
        #expect(send(&outbox, at: now + 61, .later(after: nil, reason: "refused")) == [2])
        #expect(outbox.next(at: at(now + 61.5)) == .wait(until: at(now + 62)))
    }

    @Test("what is refused for good isn't sent again")
    func refused() {
        var outbox = Outbox(isCumulative: true)
        outbox.offer([1])
        outbox.offer([2])
        #expect(send(&outbox, at: 0, .refused(reason: "status 400")) == [1])
        #expect(send(&outbox, at: 0, .partly(rejected: 7, reason: "old")) == [2])
        #expect(outbox.counts == PushCounts(sent: 1, refused: 1, rejected: 7, reason: "old"))
    }

    @Test("a receiver that isn't there is tried once more at the end, at once")
    func gone() {
        var outbox = Outbox(isCumulative: false)
        outbox.offer([1])
        outbox.offer([2])
        #expect(send(&outbox, at: 0, .later(after: nil, reason: "refused")) == [1])
        outbox.end([9], at: at(0.5))
        #expect(send(&outbox, at: 0.5, .later(after: nil, reason: "refused")) == [9])
        #expect(outbox.next(at: at(0.5)) == .stop)
        #expect(outbox.counts == PushCounts(dropped: 2, reason: "refused"))
    }

    @Test("one that comes back at the end has the end, and then what waited where that says more")
    func back() {
        for isCumulative in [false, true] {
            var outbox = Outbox(isCumulative: isCumulative)
            outbox.offer([1])
            outbox.offer([2])
            #expect(send(&outbox, at: 0, .later(after: nil, reason: "refused")) == [1])
            outbox.end([9], at: at(0.5))
            #expect(send(&outbox, at: 0.5, .taken) == [9])
            if !isCumulative {
                #expect(send(&outbox, at: 0.6, .taken) == [1])
                #expect(send(&outbox, at: 0.7, .taken) == [2])
            }
            #expect(outbox.next(at: at(0.8)) == .stop)
            #expect(outbox.counts.isComplete)
            #expect(outbox.counts.dropped == (isCumulative ? 2 : 0))
        }
    }

    @Test("the end waits half of its time for what is before it, and ends with its time")
    func bound() {
        var outbox = Outbox(isCumulative: true)
        for number in 1...9 { outbox.offer([UInt8(number)]) }
        guard case .send(let under, let bound) = outbox.next(at: at(99)) else {
            Issue.record("nothing to send")
            return
        }
        #expect(bound == nil)
        outbox.end([9], at: at(100))
        #expect(!outbox.isOver(under, at: at(102.4)))
        #expect(outbox.isOver(under, at: at(102.5)))
        outbox.take(.later(after: nil, reason: "slow"), of: under, at: at(102.5))
        #expect(outbox.next(at: at(102.5)) == .wait(until: at(103.5)))
        guard case .send(let last, let end) = outbox.next(at: at(103.5)) else {
            Issue.record("the end is not sent")
            return
        }
        #expect(last.bytes == [9])
        #expect(end == at(105))
        #expect(!outbox.isOver(last, at: at(104.9)))
        #expect(outbox.isOver(last, at: at(105)))
        outbox.take(.later(after: nil, reason: "slow"), of: last, at: at(105))
        #expect(outbox.next(at: at(105)) == .stop)
        #expect(outbox.counts == PushCounts(dropped: 9, reason: "slow"))
    }

    @Test("who is told to wait beyond the end isn't asked again")
    func told() {
        var outbox = Outbox(isCumulative: true)
        outbox.offer([1])
        #expect(send(&outbox, at: 0, .later(after: Span(seconds: 60), reason: "status 429")) == [1])
        outbox.end([9], at: at(1))
        #expect(outbox.next(at: at(1)) == .stop)
        #expect(!outbox.counts.isComplete)
    }

    @Test("giving up ends it, before the end and in it")
    func givingUp() {
        var outbox = Outbox(isCumulative: true)
        outbox.offer([1])
        outbox.giveUp(at: at(1))
        #expect(outbox.next(at: at(1)) == .stop)
        outbox.end([9], at: at(2))
        #expect(outbox.next(at: at(2)) == .stop)
        #expect(outbox.counts.dropped == 1)
    }
}

import Measures
import Testing

@testable import Generator

@Suite("Stalls of this process") struct StallTests {
    private static func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }
    private static func ms(_ milliseconds: Int64) -> Span { Span(nanoseconds: milliseconds * 1_000_000) }

    @Test("A stall is what lies beyond the sleep that was meant; what it met is told from what it didn't")
    func watch() {
        var watch = StallWatch(at: Self.at(0))
        #expect(watch.see(Self.at(1)) == nil)
        // Slept as long as meant, and 5 ms more; then woken early.
        #expect(watch.see(Self.at(56), asleep: Self.ms(50)) == nil)
        #expect(watch.see(Self.at(60), asleep: Self.ms(50)) == nil)
        // Meant to sleep until 110, and woke at 3,110.
        #expect(watch.see(Self.at(3_110), asleep: Self.ms(50)) == Self.ms(3_000))
        #expect(watch.touched(Self.at(10), Self.at(111)))
        #expect(watch.touched(Self.at(3_000), Self.at(3_200)))
        // Dated by the kernel before it, begun after it.
        #expect(!watch.touched(Self.at(10), Self.at(109)))
        #expect(!watch.touched(Self.at(3_111), Self.at(3_200)))
        // A shorter one puts deadlines off, and is not told.
        #expect(watch.see(Self.at(3_150)) == Self.ms(40))
        #expect(!watch.touched(Self.at(3_111), Self.at(3_200)))
    }

    @Test("Deadlines are put off by a stall, and those set after it are not")
    func deadlines() {
        let connections = UnsafeMutablePointer<Connection>.allocate(capacity: 3)
        connections.initialize(repeating: Connection(), count: 3)
        defer { connections.deallocate() }
        var lists = DeadlineLists(classes: 1, connections: connections)
        defer { lists.release() }
        lists.set(ConnectionID(0), timeoutClass: 0, deadline: Self.at(1_000))
        lists.putOff(by: Self.ms(3_000))
        #expect(lists.earliest == Self.at(4_000))
        #expect(lists.expired(at: Self.at(3_999)) == nil)
        lists.set(ConnectionID(1), timeoutClass: 0, deadline: Self.at(4_100))
        #expect(lists.expired(at: Self.at(4_000)) == ConnectionID(0))
        lists.lift(ConnectionID(0))
        #expect(lists.earliest == Self.at(4_100))
        lists.lift(ConnectionID(1))
        #expect(lists.earliest == .distantFuture)
    }

    @Test("All that came in until an instant was read once each socket had its turn since")
    func sweep() {
        var sweep = ReadSweep()
        sweep.take(3, atMost: 256, sockets: 1_000, at: Self.at(1))
        #expect(sweep.done == Self.at(1))
        // Interrupted: nothing was read.
        sweep.take(-4, atMost: 256, sockets: 1_000, at: Self.at(2))
        #expect(sweep.done == Self.at(1))
        // 256 of 300 sockets, then 256 more: the round that began at 3 is over.
        sweep.take(256, atMost: 256, sockets: 300, at: Self.at(3))
        #expect(sweep.done == Self.at(1))
        sweep.take(256, atMost: 256, sockets: 300, at: Self.at(4))
        #expect(sweep.done == Self.at(3))
        sweep.take(256, atMost: 256, sockets: 300, at: Self.at(5))
        sweep.take(10, atMost: 256, sockets: 300, at: Self.at(6))
        #expect(sweep.done == Self.at(6))
    }
}

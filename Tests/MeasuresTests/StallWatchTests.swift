import Testing

@testable import Measures

@Suite("Stalls of this process and suspensions of the machine") struct StallWatchTests {
    private static func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }
    private static func ms(_ milliseconds: Int64) -> Span { Span(nanoseconds: milliseconds * 1_000_000) }

    @Test(
        "A machine was suspended where its clock went on and the monotonic one stood; in a time namespace both differ always"
    )
    func suspension() {
        var watch = StallWatch(at: Self.at(0))
        // The clocks differ by an hour from the beginning.
        var found = [
            watch.look(Self.at(0), machine: Self.at(3_600_000)), watch.look(Self.at(50), machine: Self.at(3_600_050)),
        ]
        found.append(watch.see(Self.at(50), asleep: Self.ms(50)))
        #expect(found == [nil, nil, nil])
        // 12 s pass, of which the monotonic clock knows 50 ms.
        found = [watch.look(Self.at(100), machine: Self.at(3_612_100))]
        found.append(watch.see(Self.at(100), asleep: Self.ms(50)))
        // Told once.
        found.append(watch.look(Self.at(150), machine: Self.at(3_612_150)))
        #expect(found == [Self.ms(12_000), nil, nil])
        // What was under way when it began is marked, what begins after it is not.
        #expect(watch.touched(Self.at(40), Self.at(120)))
        #expect(!watch.touched(Self.at(100), Self.at(120)))
        #expect(!watch.touched(Self.at(10), Self.at(49)))
    }

    @Test("What comes between the readings of both clocks is no suspension")
    func interrupted() {
        var watch = StallWatch(at: Self.at(0))
        _ = watch.look(Self.at(0), machine: Self.at(0))
        // 2 s between the reading of the machine's clock and that of the other, then none.
        let found = [
            watch.look(Self.at(2_050), machine: Self.at(50)), watch.look(Self.at(2_100), machine: Self.at(2_100)),
        ]
        #expect(found == [nil, nil])
    }

    @Test("A time limit counts only the time in which this process ran")
    func limit() {
        var limit = TimeLimit(Self.ms(1_000), from: Self.at(0), machine: Self.at(0))
        // Slept 50 ms as meant.
        let short = limit.see(Self.at(50), machine: Self.at(50), asleep: Self.ms(50))
        #expect(!short)
        #expect(limit.left(at: Self.at(50)) == Self.ms(950))
        // Meant to sleep 50 ms, and slept 3,050.
        let long = limit.see(Self.at(3_100), machine: Self.at(3_100), asleep: Self.ms(50))
        #expect(long)
        #expect(limit.heldUp == Self.ms(3_000))
        #expect(!limit.isOver(at: Self.at(3_999)))
        #expect(limit.isOver(at: Self.at(4_000)))
        // Somebody else was waited for, and was held up for 500 ms of it: 4,000 + 500.
        limit.pass(Self.at(3_900), machine: Self.at(3_900), heldUp: Self.ms(500))
        #expect(limit.end == Self.at(4_500))
        #expect(limit.heldUp == Self.ms(3_500))
        // A suspension puts nothing off, and is told: 3,500 + 9,000.
        let suspended = limit.see(Self.at(3_950), machine: Self.at(12_950), asleep: Self.ms(50))
        #expect(!suspended)
        #expect(limit.heldUp == Self.ms(12_500))
        #expect(limit.end == Self.at(4_500))
    }

    @Test("A limit without end has none after a stall, either")
    func endless() {
        var limit = TimeLimit(Span(nanoseconds: .max), from: Self.at(5), machine: Self.at(5))
        limit.see(Self.at(4_000), machine: Self.at(4_000))
        #expect(limit.end == .distantFuture)
    }

    @Test(
        "A stall is told in tenths of a second",
        arguments: [(3_000, "3.0"), (1_649, "1.6"), (1_650, "1.7"), (-1, "0.0")])
    func text(milliseconds: Int64, shown: String) {
        #expect(HeldUp.text(Self.ms(milliseconds)) == "this process was held up for \(shown) s")
    }
}

import Measures
import Testing

@testable import Generator

@Suite("Timers: DeadlineLists, SecondClock and ReadyUsers") struct TimerTests {
    @Test("Deadlines of several timeouts: the earliest of all, and any of them lifted from its list")
    func deadlines() {
        var table = ConnectionTable(capacity: 5)
        defer { table.release() }
        let ids = (0..<5).compactMap { _ in table.take() }
        let lists = DeadlineLists(classes: 2, connections: table.base)
        defer { lists.release() }
        #expect(lists.earliest == .distantFuture)
        // Timeouts of 100 ms and of 1,000 ms, begun at 0, 10, 20.
        for (number, id) in ids[..<3].enumerated() {
            lists.set(id, timeoutClass: 1, deadline: at(1_000 + 10 * Int64(number)))
        }
        lists.set(ids[3], timeoutClass: 0, deadline: at(130))
        lists.set(ids[4], timeoutClass: 0, deadline: at(140))
        #expect(lists.earliest == at(130))
        #expect(lists.expired(at: at(129)) == nil)
        #expect(lists.expired(at: at(130)) == ids[3])
        lists.lift(ids[3])
        lists.lift(ids[4])
        // From the middle, then twice, which changes nothing, then the first one.
        lists.lift(ids[1])
        lists.lift(ids[1])
        #expect(lists.earliest == at(1_000))
        lists.lift(ids[0])
        #expect(lists.earliest == at(1_020))
        #expect(lists.expired(at: at(1_020)) == ids[2])
        lists.lift(ids[2])
        #expect(lists.earliest == .distantFuture)
    }

    @Test("Seconds end one after the other, and processor time belongs to the one in which it is taken")
    func seconds() {
        var clock = SecondClock(start: at(500))
        #expect(clock.second == 0 && clock.end == at(1_500))
        clock.begin(cpu: 7)
        #expect(clock.take(cpu: 10) == Span(nanoseconds: 3))
        clock.advance()
        #expect(clock.second == 1 && clock.end == at(2_500))
        #expect(clock.take(cpu: 10) == .zero)
    }

    @Test("Ready users have their turn in order; those added meanwhile wait for the next one")
    func ready() {
        var ready = ReadyUsers()
        for user in 0..<5 { ready.add(UserID(user), intended: at(0)) }
        #expect(ready.turn(bound: 3) == 3)
        for user in 0..<3 {
            #expect(ready.next()?.user == UserID(user))
            ready.add(UserID(10 + user), intended: at(1))
        }
        #expect(ready.endTurn() == true)
        // 5 − 3 + 3.
        #expect(ready.turn(bound: 100) == 5)
        #expect((0..<5).compactMap { _ in ready.next()?.user.slot } == [3, 4, 10, 11, 12])
        #expect(ready.next() == nil)
        #expect(ready.endTurn() == false)
        #expect(ready.isEmpty && ready.turn(bound: 1) == 0)
    }

    @Test("Users who are ready again as soon as they began do not make the queue grow")
    func readyAgain() {
        var ready = ReadyUsers()
        ready.add(UserID(0), intended: at(0))
        ready.add(UserID(1), intended: at(0))
        for turn in 0..<1_000 {
            for _ in 0..<ready.turn(bound: 1) {
                guard let next = ready.next() else { break }
                #expect(next.user == UserID(turn % 2))
                ready.add(next.user, intended: at(0))
            }
            #expect(ready.endTurn() == true)
            #expect(ready.turn(bound: .max) == 2)
        }
        ready.removeAll()
        #expect(ready.isEmpty)
    }
}

import Measures
import Scenarios
import Testing

@testable import Generator

@Suite("Arrivals of a load that was changed by hand") struct PacedLevelTests {
    private func schedule(_ from: Double, _ to: Double, seconds: Int, _ spacing: ArrivalStage.Spacing = .even)
        -> ArrivalSchedule
    {
        ArrivalSchedule(ArrivalStage(from: from, to: to, duration: .seconds(seconds), spacing: spacing), seed: 7)
    }

    /// Goes on with a cursor up to its end, and gives the seconds of the arrivals.
    private func rest(_ cursor: inout ArrivalCursor) -> [Double] {
        var times: [Double] = []
        while let arrival = cursor.next() { times.append(arrival.offset.seconds) }
        return times
    }

    @Test("Without a change the level is what was planned, up and down")
    func planned() {
        let schedule = schedule(0, 20, seconds: 10)
        let level = PacedLevel(schedule)
        for time in stride(from: 0.0, through: 10, by: 0.5) {
            // 0 to 20/s in 10 s: N(t) = t².
            #expect(abs(level.level(at: time) - time * time) < 1e-9)
        }
        #expect(abs((level.time(ofLevel: 25) ?? 0) - 5) < 1e-9)
        #expect(level.time(ofLevel: 101) == nil)
    }

    @Test("A change keeps what was before it, and the level goes on from there at the new pace")
    func change() {
        var level = PacedLevel(schedule(10, 10, seconds: 10))
        level.change(to: .scaled(2), at: 4)
        level.change(to: .paused, at: 5)
        level.change(to: .rate(5), at: 7)
        level.change(to: .planned, at: 9)
        // 10/s × 4 s = 40; 20/s × 1 s = 20; nothing for 2 s; 5/s × 2 s = 10; 10/s × 1 s = 10.
        let levels = [(3.0, 30.0), (4, 40), (4.5, 50), (5, 60), (6, 60), (7, 60), (8, 65), (9, 70), (10, 80)]
        for (time, expected) in levels { #expect(abs(level.level(at: time) - expected) < 1e-9, "\(time)") }
        #expect(level.time(ofLevel: 39).map { abs($0 - 3.9) < 1e-9 } == true)
        #expect(level.time(ofLevel: 50).map { abs($0 - 4.5) < 1e-9 } == true)
        #expect(level.time(ofLevel: 62).map { abs($0 - 7.4) < 1e-9 } == true)
        #expect(level.time(ofLevel: 79).map { abs($0 - 9.9) < 1e-9 } == true)
        #expect(level.time(ofLevel: 81) == nil)
    }

    @Test("No arrival is left out or comes twice at a change, on any number of parts", arguments: [1, 2, 3])
    func parts(stride: Int) {
        for spacing in [ArrivalStage.Spacing.even, .poisson] {
            let schedule = schedule(20, 40, seconds: 10, spacing)
            var numbers: [Int] = []
            var times: [Int: Double] = [:]
            for part in 0..<stride {
                var cursor = schedule.cursor(part: part, stride: stride)
                var pending = cursor.next()
                while let arrival = pending, arrival.offset.seconds < 5 {
                    numbers.append(arrival.number)
                    pending = cursor.next()
                }
                pending = cursor.change(to: .scaled(3), at: Span(seconds: 5), pending: pending != nil)
                while let arrival = pending {
                    #expect(arrival.offset.seconds >= 5)
                    numbers.append(arrival.number)
                    times[arrival.number] = arrival.offset.seconds
                    pending = cursor.next()
                }
            }
            #expect(numbers.sorted() == Array(0..<numbers.count))
            // 125 planned up to 5 s, three times 175 behind it.
            if spacing == .even { #expect(numbers.count == 125 + 3 * 175) }
            #expect(times.sorted { $0.key < $1.key }.map(\.value).isSorted)
        }
    }

    @Test("A pause ends with the stage, or with the next change; what was due before it still comes")
    func pause() {
        let schedule = schedule(10, 10, seconds: 4)
        var cursor = schedule.cursor(part: 0, stride: 1)
        // Three arrivals have begun; the one due at 0.3 s is late when the load is paused at 1 s.
        for _ in 0..<3 { _ = cursor.next() }
        let late = cursor.next()
        #expect(late?.number == 3)
        let pending = cursor.change(to: .paused, at: Span(seconds: 1), pending: true)
        #expect(pending == late)
        #expect(rest(&cursor).map { ($0 * 10).rounded() } == [4, 5, 6, 7, 8, 9])
        let next = cursor.change(to: .planned, at: Span(seconds: 3), pending: false)
        #expect(next?.number == 10 && next.map { abs($0.offset.seconds - 3) < 1e-9 } == true)
        #expect(rest(&cursor).count == 9)
    }
}

extension [Double] {
    fileprivate var isSorted: Bool { zip(self, dropFirst()).allSatisfy { $0 <= $1 } }
}

import Measures
import Scenarios
import Testing

@testable import Generator

@Suite("Arrival schedule")
struct ArrivalScheduleTests {
    private func schedule(
        _ from: Double, to: Double? = nil, seconds: Int, _ spacing: ArrivalStage.Spacing = .even
    ) -> ArrivalSchedule {
        ArrivalSchedule(
            ArrivalStage(from: from, to: to ?? from, duration: .seconds(seconds), spacing: spacing), seed: 7)
    }

    private func offsets(_ cursor: ArrivalCursor) -> [Double] {
        var cursor = cursor
        var offsets: [Double] = []
        while let arrival = cursor.next() { offsets.append(arrival.offset.seconds) }
        return offsets
    }

    @Test("Counting on gives what counting again would, forward, at the same time again, and back")
    func countedOn() {
        for spacing in [ArrivalStage.Spacing.even, .poisson] {
            let schedule = self.schedule(10, to: 50, seconds: 4, spacing)
            var counter = ArrivalCounter(schedule)
            for time in [0, 0.5, 1, 1, 2.25, 3, 2, 3.5, 4, 9] {
                #expect(counter.count(before: time) == schedule.count(before: time), "\(spacing), \(time)")
            }
        }
    }

    @Test("A constant rate puts arrival k at k / rate, the first at once")
    func constantRate() {
        let offsets = offsets(schedule(4, seconds: 2).cursor(part: 0, stride: 1))
        #expect(offsets == [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75])
    }

    @Test("A ramp from nothing puts arrival k where the area under the rate is k")
    func rampFromNothing() {
        // N(t) = 10·t² / (2·10) = t²/2 = k, so t = √(2k): 0, 1.414, 2, 2.449 …; N(10) = 50 arrivals.
        let offsets = offsets(schedule(0, to: 10, seconds: 10).cursor(part: 0, stride: 1))
        #expect(offsets.count == 50)
        for (k, offset) in offsets.enumerated() { #expect(abs(offset - (2 * Double(k)).squareRoot()) < 1e-8) }
    }

    @Test("A ramp down to nothing keeps its last arrivals within the stage")
    func rampDown() {
        // N(t) = 10·t − t²/2; N(10) = 50. Arrival 49 is where t² − 20t + 98 = 0: t = 10 − √2.
        let offsets = offsets(schedule(10, to: 0, seconds: 10).cursor(part: 0, stride: 1))
        #expect(offsets.count == 50)
        #expect(abs((offsets.last ?? 0) - (10 - 2.0.squareRoot())) < 1e-8)
    }

    @Test(
        "Rates that floating point can't hold give whole counts",
        arguments: [(0.1, 30, 3), (20, 5, 100), (33.3, 10, 333)])
    func wholeCounts(rate: Double, seconds: Int, count: Int) {
        #expect(schedule(rate, seconds: seconds).count(before: Double(seconds)) == count)
        #expect(offsets(schedule(rate, seconds: seconds).cursor(part: 0, stride: 1)).count == count)
    }

    @Test(
        "Parts together have exactly the arrivals of the whole, evenly spaced or not",
        arguments: ArrivalStage.Spacing.allCases)
    func parts(spacing: ArrivalStage.Spacing) {
        let whole = schedule(50, to: 200, seconds: 3, spacing)
        let together = (0..<3).flatMap { offsets(whole.cursor(part: $0, stride: 3)) }.sorted()
        #expect(together == offsets(whole.cursor(part: 0, stride: 1)))
    }

    @Test("Poisson distances have mean and deviation 1 / rate, and the count deviates by about its root")
    func poisson() {
        let offsets = offsets(schedule(1_000, seconds: 20, .poisson).cursor(part: 0, stride: 1))
        // 20,000 ± 4·√20,000 = ± 566
        #expect(abs(offsets.count - 20_000) < 566)
        let distances = zip(offsets.dropFirst(), offsets).map { $0 - $1 }
        let mean = distances.reduce(0, +) / Double(distances.count)
        let variance = distances.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(distances.count)
        #expect(abs(mean - 0.001) < 0.00004)
        #expect(abs(variance.squareRoot() - 0.001) < 0.00005)
    }

    @Test("The same seed gives the same arrivals")
    func reproducible() {
        let first = offsets(schedule(100, seconds: 5, .poisson).cursor(part: 0, stride: 1))
        #expect(first == offsets(schedule(100, seconds: 5, .poisson).cursor(part: 0, stride: 1)))
    }
}

@Suite("User schedule")
struct UserScheduleTests {
    private func activity(_ from: Int, _ to: Int, _ user: Int) -> [Double]? {
        UserSchedule(UserStage(from: from, to: to, duration: .seconds(10))).activity(of: user).map {
            [$0.begin.seconds, $0.end.seconds]
        }
    }

    @Test("A constant number of users works from beginning to end")
    func constant() {
        #expect(activity(3, 3, 0) == [0, 10])
        #expect(activity(3, 3, 2) == [0, 10])
        #expect(activity(3, 3, 3) == nil)
    }

    @Test("On the way up users begin at equal distances")
    func up() {
        #expect(activity(1, 5, 0) == [0, 10])
        #expect(activity(1, 5, 1) == [0, 10])
        #expect(activity(1, 5, 2) == [2.5, 10])
        #expect(activity(1, 5, 4) == [7.5, 10])
        #expect(activity(1, 5, 5) == nil)
    }

    @Test("On the way down users stop at equal distances")
    func down() {
        #expect(activity(4, 0, 3) == [0, 2.5])
        #expect(activity(4, 0, 0) == [0, 10])
    }
}

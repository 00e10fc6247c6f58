import Measures
import Scenarios
import Testing
import VerificationKit

@testable import Objectives

@Suite("Exchanges that the run's end cut off") struct UnfinishedTests {
    private static func finding(
        _ objective: Objective, _ milliseconds: [Double], unfinished: UInt64
    ) -> ObjectiveFinding {
        var tally = Fixtures.tally(milliseconds)
        tally.outcomes[.unfinished] = unfinished
        return Fixtures.finding(objective, tally)
    }

    private static let p95 = Fixtures.objective(.percentile(95), .responseTime, .less(10))

    @Test("are outside of availability and errors, whose samples are the others")
    func availability() {
        let availability = Self.finding(
            Fixtures.objective(nil, .availability, .greater(0.9)), Array(repeating: 1, count: 100), unfinished: 50)
        #expect(availability.verdict == .pass)
        #expect(availability.observed == 1)
        #expect(availability.samples == 100)
        let errors = Fixtures.objective(.count, .errors, .equal(0))
        #expect(Self.finding(errors, [1], unfinished: 50).verdict == .pass)
        #expect(Self.finding(errors, [], unfinished: 50).verdict == .noData)
    }

    @Test("leave a percentile open that they might break, and mark it as a lower bound")
    func mightBreak() {
        // The 114th of 120 may be any of the 20 that are not known.
        let open = Self.finding(Self.p95, Array(repeating: 1, count: 100), unfinished: 20)
        #expect(open.verdict == .inconclusive)
        #expect(open.observed == 1)
        #expect(open.isAtLeast)
        #expect(
            open.note
                == "20 exchanges were cut off by the run's end and might change this: a longer limits.graceful_stop "
                + "lets them end")
        // The 955th of 1,005 is known, and so is the rank of its upper bound.
        let shown = Self.finding(Self.p95, Array(repeating: 1, count: 1_000), unfinished: 5)
        #expect(shown.verdict == .pass)
        #expect(shown.isAtLeast)
        #expect(!Self.finding(Self.p95, Array(repeating: 1, count: 1_000), unfinished: 0).isAtLeast)
    }

    @Test("don't fail a percentile that they might put right, and don't save one that they can't")
    func mightMend() {
        let slow = (0..<100).map { $0 < 90 ? 1.0 : 20 }
        #expect(Self.finding(Self.p95, slow, unfinished: 0).verdict == .fail)
        // With all 200 below the others, the 285th of 300 is the 85th of the known: 1 ms.
        #expect(Self.finding(Self.p95, slow, unfinished: 200).verdict == .inconclusive)
        // With 5 below, the 100th of 105 is the 95th of the known: 20 ms.
        #expect(Self.finding(Self.p95, slow, unfinished: 5).verdict == .fail)
    }

    @Test("leave a mean and a maximum open that they might break, and no minimum that they can't")
    func plain() {
        let most = Fixtures.objective(.maximum, .responseTime, .less(10))
        let mean = Fixtures.objective(.mean, .responseTime, .less(10))
        let least = Fixtures.objective(.minimum, .responseTime, .less(10))
        #expect(Self.finding(most, [1, 2], unfinished: 1).verdict == .inconclusive)
        #expect(Self.finding(most, [1, 20], unfinished: 1).verdict == .fail)
        #expect(Self.finding(mean, [1, 2], unfinished: 1).verdict == .inconclusive)
        // 40 / 3 ms even if the third took no time.
        #expect(Self.finding(mean, [20, 20], unfinished: 1).verdict == .fail)
        #expect(Self.finding(least, [1, 2], unfinished: 1).verdict == .pass)
    }

    @Test("say nothing of the parts that an exchange had before its end")
    func parts() {
        var tally = Fixtures.tally([1])
        tally.outcomes[.unfinished] = 50
        for _ in 0..<100 { tally.record(Fixtures.ms(1), as: .connect) }
        #expect(Fixtures.finding(Fixtures.objective(.percentile(95), .connect, .less(10)), tally).verdict == .pass)
    }
}

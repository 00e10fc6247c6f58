import Measures
import Testing

@Suite struct BlockTallyTests {
    private static func ms(_ value: Double) -> Span { Span(seconds: value / 1_000) }

    @Test("rounds are exact up to 2,047, and to three digits beyond")
    func rounds() {
        var counts = RoundCounts()
        for rounds in 1...2_047 { counts.record(rounds) }
        #expect(counts.count == 2_047)
        #expect(counts.minimum == 1 && counts.maximum == 2_047)
        // (1 + … + 2047) / 2047
        #expect(counts.mean == 1_024)
        // The 1,024th of 2,047 is the median, ⌈0.95 × 2047⌉ = 1,945 the 95th percentile.
        #expect(counts.percentile(50) == 1_024)
        #expect(counts.percentile(95) == 1_945)
        var large = RoundCounts()
        for rounds in [999_000, 1_000_000] { large.record(rounds) }
        #expect(large.maximum == 1_000_000)
        #expect(abs((large.percentile(50) ?? 0) / 999_000 - 1) < 0.001)
        counts.add(large)
        #expect(counts.count == 2_049)
        #expect(RoundCounts().mean == nil && RoundCounts().percentile(50) == nil)
    }

    @Test("tallies add up; what has no time is what was begun beyond those that have one")
    func add() {
        var one = BlockTally()
        one.begun = 5
        one.complete(in: Self.ms(10), hasFailed: false)
        one.complete(in: Self.ms(20), hasFailed: true)
        one.givenUp = 1
        #expect((one.completed, one.failed, one.times.count, one.withoutTime) == (2, 1, 2, 3))
        var other = BlockTally()
        other.begun = 2
        other.reach(in: Self.ms(30), rounds: 4)
        other.miss()
        #expect((other.completed, other.failed, other.times.count, other.withoutTime) == (2, 1, 1, 1))
        var sum = one
        sum.add(other)
        #expect((sum.begun, sum.completed, sum.failed, sum.givenUp) == (7, 4, 2, 1))
        #expect(sum.times.maximum == Self.ms(30) && sum.rounds.maximum == 4)
        #expect(sum != one)
        #expect(
            one
                == BlockTally(
                    begun: 5, completed: 2, failed: 1, givenUp: 1, times: one.times, rounds: RoundCounts()))
    }

    @Test("intervals add their blocks, and hold none where nothing was counted")
    func intervals() {
        var tally = BlockTally()
        tally.begun = 1
        var interval = Interval(steps: 1, flows: 1, blocks: 2)
        #expect(interval.blocks == [nil, nil])
        var second = interval
        second.blocks[1] = tally
        interval.add(second)
        interval.add(second)
        #expect(interval.blocks[0] == nil && interval.blocks[1]?.begun == 2)
    }
}

import Measures
import Testing

@Suite("Counts of events") struct EventCountsTests {
    @Test("Streams are counted, and counts of counts are those of all streams") func counting() {
        var one = EventCounts()
        #expect(one.isEmpty && one.mean == nil)
        for events in [5, 3, 0] as [UInt64] { one.count(events) }
        #expect(one.fewest == 0 && one.most == 5 && one.total == 8 && one.streams == 3)
        var other = EventCounts()
        other.silent = 2
        other.add(one)
        // Nothing was fewer than nothing before it was there.
        #expect(other.fewest == 0 && other.most == 5 && other.streams == 3 && other.silent == 2)
        var third = EventCounts()
        third.count(7)
        third.cutOff = 1
        third.stalledGaps = 4
        var sum = third
        sum.add(EventCounts())
        #expect(sum == third)
        sum.add(one)
        #expect(sum.fewest == 0 && sum.most == 7 && sum.total == 15 && sum.mean == 15.0 / 4 && sum.cutOff == 1)
    }
}

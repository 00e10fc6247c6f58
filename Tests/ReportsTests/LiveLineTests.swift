import Measures
import Testing

@testable import Reports

@Suite struct LiveLineTests {
    private static func line(_ interval: Interval, bad: UInt64 = 0, dropped: UInt64 = 0, second: Int) -> LiveLine {
        var before = ProgressLine.Totals()
        before.bad = bad
        before.dropped = dropped
        let progress = ProgressLine(
            second: second, measured: true, stage: "2/3 100/s", interval: interval, before: before)
        return LiveLine(elapsed: Span(seconds: Double(second)), total: Span(seconds: 60), line: progress)
    }

    @Test("without a terminal a second is a plain line")
    func plain() {
        #expect(
            Self.line(Fixtures.second(bad: 2), bad: 1_300, dropped: 5, second: 12).plain
                == "12s/60s  2/3 100/s  110/s  p50 1.04  p95 2.35  p99 2.35 ms  errors 1,302  users 3  dropped 5")
    }

    @Test("a second without an answer says so")
    func silent() {
        #expect(
            Self.line(Interval(steps: 3, flows: 2), second: 1).plain
                == "1s/60s  2/3 100/s  0/s  no answer  errors 0  users 0  dropped 0")
    }

    @Test("time is shown in seconds, then minutes, then hours")
    func clock() {
        #expect(LiveLine.clock(Span(seconds: 95.9)) == "95s")
        #expect(LiveLine.clock(Span(seconds: 125)) == "2m05s")
        #expect(LiveLine.clock(Span(seconds: 3_610)) == "1h00m10s")
        #expect(LiveLine.clock(Span(seconds: -1)) == "0s")
    }

    @Test("progress ends at the end: a load of 12.3 s has 13 lines, then only what is still under way")
    func end() {
        func line(_ second: Int, of total: Double?, stage: String?, users: Int) -> LiveLine {
            var interval = Interval(steps: 3, flows: 2)
            interval.users = users
            let progress = ProgressLine(
                second: second, measured: true, stage: stage, interval: interval, before: ProgressLine.Totals())
            return LiveLine(
                elapsed: Span(seconds: Double(second + 1)), total: total.map { Span(seconds: $0) }, line: progress)
        }
        #expect(line(12, of: 12.3, stage: "1/1 100/s", users: 0).isToldAtAll)
        #expect(line(12, of: 12.3, stage: "1/1 100/s", users: 0).plain.hasPrefix("13s/13s  1/1 100/s  "))
        // The tail of the last exchange is no second of the load.
        #expect(!line(12, of: 12, stage: nil, users: 0).isToldAtAll)
        let late = line(13, of: 12, stage: nil, users: 2)
        #expect(late.isToldAtAll)
        #expect(late.plain == "12s/12s  ending  0/s  no answer  errors 0  users 2  dropped 0")
        // Of a load that ends with its last iteration.
        #expect(line(4, of: nil, stage: "1/1 10 iterations", users: 0).isToldAtAll)
        #expect(!line(5, of: nil, stage: nil, users: 0).isToldAtAll)
    }
}

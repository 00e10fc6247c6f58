import Measures
import Scenarios
import Testing

@testable import Generator

@Suite("Stage spans") struct StageSpansTests {
    private func measured(_ spans: StageSpans, at now: Instant) -> [[Int64]] {
        spans.measured(at: now).map { [$0.start.nanoseconds / 1_000_000, $0.end.nanoseconds / 1_000_000] }
    }

    @Test("Stages with a duration follow each other; warm-up is not measured")
    func durations() {
        let spans = StageSpans(
            plan: .of(.rate(1, seconds: 2, warmup: true), .rate(1, seconds: 3), .constant(users: 1, seconds: 1)),
            start: at(500))
        // 2 + 3 + 1 s.
        #expect(spans.planned == ms(6_000))
        #expect(
            [499, 500, 2_499, 2_500, 5_499, 5_500, 6_499, 6_500].map { spans.stage(at: at($0)) }
                == [nil, 0, 0, 1, 1, 2, 2, nil])
        #expect(measured(spans, at: at(2_500)) == [])
        #expect(measured(spans, at: at(4_000)) == [[2_500, 4_000]])
        #expect(measured(spans, at: at(9_000)) == [[2_500, 5_500], [5_500, 6_500]])
        #expect(!spans.isMeasured(from: at(2_499), to: at(3_499)))
        #expect(spans.isMeasured(from: at(2_500), to: at(3_500)))
        // Across two measured stages, and beyond the load's end.
        #expect(spans.isMeasured(from: at(5_000), to: at(6_000)))
        #expect(!spans.isMeasured(from: at(6_000), to: at(7_000)))
    }

    @Test("A stage of fixed iterations lasts until it is done, and what follows begins then")
    func fixed() {
        var spans = StageSpans(plan: .of(.fixed(5, users: 1), .rate(1, seconds: 1), .fixed(1, users: 1)), start: at(0))
        #expect(spans.planned == nil)
        #expect(spans.stage(at: at(60_000)) == 0)
        spans.end(stage: 0, at: at(700))
        #expect(spans.stage(at: at(699)) == 0)
        #expect(spans.stage(at: at(700)) == 1)
        #expect(spans.stage(at: at(1_700)) == 2)
        #expect(spans.planned == nil)
        #expect(measured(spans, at: at(2_000)) == [[0, 700], [700, 1_700], [1_700, 2_000]])
        spans.end(stage: 2, at: at(1_900))
        #expect(measured(spans, at: at(2_000)) == [[0, 700], [700, 1_700], [1_700, 1_900]])
        #expect(spans.stage(at: at(1_900)) == nil)
    }

    @Test("A stop cuts what was measured; only the first one counts")
    func stop() {
        var spans = StageSpans(plan: .of(.rate(1, seconds: 2), .rate(1, seconds: 2)), start: at(0))
        spans.stop(at: at(2_500))
        spans.stop(at: at(3_000))
        #expect(measured(spans, at: at(9_000)) == [[0, 2_000], [2_000, 2_500]])
        #expect(spans.stage(at: at(2_499)) == 1)
        #expect(spans.stage(at: at(2_500)) == nil)
    }
}

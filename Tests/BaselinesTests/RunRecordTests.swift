import Measures
import Testing

@testable import Baselines

@Suite("Records of runs")
struct RunRecordTests {
    @Test("have the figures of the histogram beside them, and of the outcomes")
    func figures() {
        var histogram = LatencyHistogram()
        for milliseconds in 1...99 { histogram.record(Span(nanoseconds: Int64(milliseconds) * 1_000_000)) }
        let step = StepRecord(
            name: "a", measure: .responseTime, histogram: SparseHistogram(histogram),
            outcomes: ["ok": 90, "http_5xx": 6, "refused": 4], seconds: 2)
        // Upper edges of places of 16 µs, at three digits.
        #expect(step.samples == 99 && abs((step.p50 ?? 0) - 50) < 0.05 && abs((step.p95 ?? 0) - 95) < 0.1)
        #expect(step.p99 == 99)
        // An answer arrived whole in 96 exchanges, 4 were refused; 10 of 100 were bad.
        #expect(step.throughput == 48 && step.errorRatio == 0.1)
        let record = RunRecord(started: "2026-01-31T12:00:00Z", seconds: 2, steps: [step])
        #expect(record["a"] == step && record["b"] == nil)
    }

    @Test("of a step without any answer have no percentile")
    func unanswered() {
        let step = StepRecord(
            name: "a", measure: .roundTrip, histogram: nil, outcomes: ["refused": 4], seconds: 2)
        #expect(step.samples == 0 && step.p95 == nil && step.throughput == 0 && step.errorRatio == 1)
    }
}

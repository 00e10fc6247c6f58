import Measures
import Scenarios
import Testing

@testable import Reports

@Suite("Probes in reports")
struct ProbeSummaryTests {
    /// A sample each second from second 0 on, one of them failed.
    private static var series: ProbeSeries {
        var series = ProbeSeries(name: "pool", every: Span(seconds: 1))
        for (second, value) in [5.0, 5, 9, 20, 9, 5].enumerated() {
            let time = Span(seconds: Double(second))
            series.append(
                ProbeSample(
                    asked: time, answered: time,
                    reading: second == 4 ? .failed("no answer, \(Fixtures.secret)") : .value(value)))
        }
        return series
    }

    @Test("a result has figures of the measured load and the numbers over the whole run, without secrets")
    func figures() {
        let probe = ProbeResult(
            Self.series, within: [Span(seconds: 1)..<Span(seconds: 5.5)],
            redact: Fixtures.scenario.secrets.redact)
        // Seconds 1, 2, 3 and 5; the fourth failed.
        #expect([probe.min, probe.mean, probe.max] == [5, 9.75, 20])
        #expect(probe.samples == 5)
        #expect(probe.failed == 1)
        #expect(probe.failures == [.init(message: "no answer, ${env:TOKEN}", count: 1)])
        #expect(probe.series == [[0, 5, 5, 5], [1, 5, 5, 5], [2, 9, 9, 9], [3, 20, 20, 20], [5, 5, 5, 5]])
    }

    @Test("the terminal shows a row for each, with its course and the first reason of failures")
    func lines() {
        let probe = ProbeResult(
            Self.series, within: [Span(seconds: 0)..<Span(seconds: 6)], redact: Fixtures.scenario.secrets.redact)
        #expect(
            ProbeSummary(probes: ["pool": probe], style: .plain, width: 100).lines.joined(separator: "\n") == """
                Probes  over the measured load
                  probe  samples  failed  min  mean  max  per s  over time
                  pool         5       1    5   8.8   20      4  ▁▁▃█▁
                      no answer, ${env:TOKEN}
                """)
    }

    @Test("a line over time has a block for each share of the numbers")
    func sparkline() {
        #expect(Sparkline.line([0, 1, 2, 3, 4, 5, 6, 7], columns: 8) == "▁▂▃▄▅▆▇█")
        #expect(Sparkline.line([0, 0, 8, 8], columns: 2) == "▁█")
        #expect(Sparkline.line([3, 3], columns: 8) == "▅▅")
        #expect(Sparkline.line([], columns: 8) == "")
    }
}

import Foundation
import Measures
import Testing

@testable import Reports

/// What reports show of streams of events.
@Suite("Streams of events in results and reports") struct StreamReportTests {
    /// Step `show-project` had a stream of 3 events and one of 5, first ones after 10 and 20 ms, gaps of 0.1 to 0.6 ms.
    private static func result(silent: UInt64 = 1) -> RunResult {
        Fixtures.result { _, measurement in
            var tally = measurement.total.steps[1] ?? StepTally()
            for time in [10, 20] as [Int64] { tally.record(Span(nanoseconds: time * 1_000_000), as: .firstEvent) }
            for time in 1...6 as ClosedRange<Int64> { tally.record(Span(nanoseconds: time * 100_000), as: .eventGap) }
            tally.events.count(3)
            tally.events.count(5)
            tally.events.silent = silent
            tally.events.cutOff = 2
            tally.events.stalledGaps = 1
            measurement.total.steps[1] = tally
        }
    }

    @Test("Events, first ones and gaps stand in the result, as its schema has them") func contents() throws {
        let result = Self.result()
        let step = try #require(result.steps["show-project"])
        #expect(
            step.events
                == EventsResult(streams: 2, total: 8, min: 3, mean: 4, max: 5, silent: 1, cutOff: 2, stalledGaps: 1))
        #expect(step.firstEvent?.min == 10 && step.firstEvent?.max == 20 && step.eventGap?.p50 == 0.3)
        // The 3rd of 3 may be the one that had no event.
        #expect(step.firstEvent?.atLeast?.contains("max") == true && step.eventGap?.atLeast == nil)
        #expect(step.distributions?["first_event"] != nil && step.distributions?["event_gap"] != nil)
        #expect(result.steps["list-projects"]?.events == nil)
        let json = try ResultFile.json(of: result)
        #expect(try SchemaCheck(ResultSchema.json).faults(of: json) == [])
        #expect(try JSONDecoder().decode(RunResult.self, from: Data(json.utf8)) == result)
    }

    @Test("People read of them in every report, where there are some") func shown() {
        let result = Self.result()
        let words = "8 in 2 streams, 3 to 5 in each, 1 without an event, 2 cut off"
        for text in [
            TerminalSummary(result, width: 200).text(), HTMLReport.text(of: result), MarkdownReport.text(of: result),
        ] {
            #expect(text.contains(words))
            #expect(text.contains("Streams"))
        }
        for text in [
            TerminalSummary(Fixtures.result()).text(), HTMLReport.text(of: Fixtures.result()),
            MarkdownReport.text(of: Fixtures.result()),
        ] {
            #expect(!text.contains("Streams"))
        }
        let narrow = TerminalSummary(result, width: 80).text().split(separator: "\n").filter {
            $0.contains("gap") || $0.contains("events:")
        }
        #expect(narrow.count >= 2 && narrow.allSatisfy { $0.count <= 80 }, "\(narrow)")
    }

    @Test("Prometheus gets distributions and a count") func prometheus() {
        let check = PrometheusCheck(PrometheusReport.text(of: Self.result()))
        #expect(check.faults == [])
        let step = ["flow": "browse", "step": "show-project"]
        #expect(check.value("loadgate_events_total", step) == 8)
        #expect(check.value("loadgate_first_event_seconds_count", step) == 2)
        #expect(check.value("loadgate_event_gap_seconds_sum", step) == 0.0021)
        #expect(!check.samples.contains { $0.name == "loadgate_events_total" && $0.labels["step"] == "list-projects" })
    }

    @Test("A second's events come back from the progress log") func progress() throws {
        var interval = Interval(steps: 1, flows: 1)
        var tally = StepTally()
        tally.events.count(3)
        tally.events.silent = 2
        tally.record(Span(nanoseconds: 5_000_000), as: .firstEvent)
        interval.steps[0] = tally
        let line = ProgressLine(second: 0, measured: true, interval: interval)
        let read = try JSONDecoder().decode(ProgressLine.self, from: JSONEncoder().encode(line))
        let again = read.interval(steps: 1, flows: 1).steps[0]
        #expect(again?.events == tally.events)
        #expect(again?[.firstEvent]?.count == 1)
    }

    @Test("An outcome of its own is counted in every report") func outcome() {
        let result = Fixtures.result { _, measurement in measurement.total.steps[0]?.outcomes[.streamEnded] = 4 }
        #expect(result.steps["list-projects"]?.outcomes["stream_ended"] == 4)
        #expect(SeriesCSV.columns.contains("outcome_stream_ended"))
        let check = PrometheusCheck(PrometheusReport.text(of: result))
        #expect(check.value("loadgate_exchanges_total", ["step": "list-projects", "outcome": "stream_ended"]) == 4)
    }
}

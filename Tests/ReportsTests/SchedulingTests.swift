import Foundation
import Measures
import Testing

@testable import Reports

@Suite("How reactors were scheduled, in results") struct SchedulingTests {
    private static let refused = RunScheduling(asked: .auto, isRealtime: false, reason: "it is not granted")
    private static let busy = RunScheduling(
        asked: .realtime, isRealtime: true, fellBack: Span(nanoseconds: 2_500_000_000))

    private func result(_ scheduling: RunScheduling?) -> RunResult { Fixtures.result { $1.scheduling = scheduling } }

    @Test("result.json says what was asked for, what was used and why, and the schema knows it")
    func json() throws {
        let check = try SchemaCheck(ResultSchema.json)
        let keys = [
            (Self.refused, #"{"asked":"auto","reason":"it is not granted","used":"normal"}"#),
            (Self.busy, #"{"asked":"realtime","fell_back_seconds":2.5,"used":"realtime"}"#),
            (RunScheduling(asked: .auto, isRealtime: true), #"{"asked":"auto","used":"realtime"}"#),
        ]
        for (scheduling, expected) in keys {
            let part = try #require(result(scheduling).generator.scheduling)
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            #expect(String(decoding: try encoder.encode(part), as: UTF8.self) == expected)
            let whole = String(decoding: try encoder.encode(result(scheduling)), as: UTF8.self)
            #expect(try check.faults(of: whole) == [])
        }
        #expect(result(nil).generator.scheduling == nil)
    }

    @Test("Terminal and report say it, the report with the reason")
    func shown() {
        let terminal = TerminalSummary(result(Self.refused)).text()
        #expect(terminal.contains("scheduling normal"))
        #expect(
            TerminalSummary(result(Self.busy), width: 200).text()
                .contains("scheduling real-time, normal for 2.5 s while reactors were busy"))
        #expect(!TerminalSummary(result(nil)).text().contains("scheduling"))
        #expect(HTMLReport.text(of: result(Self.refused)).contains("normal (it is not granted)"))
    }

    @Test("A result made again from the progress log says the same")
    func rebuilt() throws {
        let scenario = Fixtures.scenario
        let header = ProgressHeader(scenario: scenario, info: Fixtures.info, reactors: 1, scheduling: Self.busy)
        let read = try JSONDecoder().decode(ProgressHeader.self, from: JSONEncoder().encode(header))
        #expect(read.scheduling?.measured == RunScheduling(asked: .realtime, isRealtime: true))
        var measurement = RunMeasurement(steps: 3, flows: 2, reactors: 1)
        measurement.scheduling = Self.busy
        let end = try JSONDecoder().decode(
            ProgressEnd.self, from: JSONEncoder().encode(ProgressEnd(measurement, redact: { $0 })))
        #expect(end.fellBack == 2_500_000_000)
    }
}

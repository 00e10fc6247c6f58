import Foundation
import Measures
import Objectives
import Scenarios
import Testing
import VerificationKit

@testable import Reports

@Suite("Reports of killed runs") struct RebuildTests {
    private static func second(_ number: Int) -> Interval {
        var interval = Fixtures.second(bad: number == 2 ? 1 : 0)
        for _ in 0..<100 { interval.steps[0]?.record(Span(nanoseconds: 20_000), as: .startLag) }
        interval.inTime = 100
        return interval
    }

    private static var scenario: Scenario {
        var scenario = Fixtures.scenario
        scenario.description = "with \(Fixtures.secret)"
        scenario.flows[0].tags = ["team": "web"]
        scenario.login = Flow(name: Scenario.loginName, actions: [.request(Step(name: "sign-in", url: Text("/")))])
        scenario.objectives.append(
            Objective(
                source: "p95 response_time of team=web < 3ms in any 2s", statistic: .percentile(95),
                measure: .responseTime, selector: .tag(name: "team", value: "web"), comparison: .less(3),
                window: .seconds(2)))
        return scenario
    }

    /// Writes the log of a run of some seconds, and gives what was measured and the result that it would have had.
    private static func run(
        _ count: Int, to path: String, ends: Bool
    ) throws -> (measurement: RunMeasurement, result: RunResult) {
        let scenario = scenario
        var info = Fixtures.info
        info.transports = ["native", "curl", "native", "native"]
        let log = try ProgressLog(path: path, header: ProgressHeader(scenario: scenario, info: info, reactors: 2))
        var measurement = RunMeasurement(steps: 4, flows: 2, reactors: 2)
        var watch = ObjectiveWatch(scenario)
        var before: ProgressLine.Totals?
        for number in 0..<count {
            var second = Self.second(number)
            second.steps.append(nil)
            measurement.total.add(second)
            measurement.total.users = second.users
            measurement.series.append(second)
            _ = watch.feed(second)
            var load = MeasuredLoad()
            load.length = Span(seconds: Double(number + 1))
            load.openLength = load.length
            load.intendedArrivals = UInt64(100 * (number + 1))
            let line = ProgressLine(
                second: number, measured: true, interval: second, before: before, load: load,
                process: .init(cpuSeconds: 3.2, peakMemoryBytes: 41_000_000))
            before = line.total
            try log.append(line)
        }
        measurement.measured = Span(seconds: Double(count) - 0.25)
        measurement.openLoad = measurement.measured
        measurement.wall = Span(nanoseconds: Int64(count) * 1_000_000_000 + 1_234_567)
        measurement.intendedArrivals = UInt64(100 * count)
        measurement.arrivalsInTime = measurement.total.inTime
        measurement.saturation = [0.1, 0.25]
        measurement.examples[0] = ["status 500: token \(Fixtures.secret)"]
        measurement.wrongAnswers[1] = [
            WrongAnswer(
                kind: .value, input: "{}", path: "$.total", expected: "1", observed: "2", time: Span(seconds: 1.5))
        ]
        if ends { try log.append(ProgressEnd(measurement, redact: scenario.secrets.redact)) }
        let judgement = RunJudgement(scenario: scenario, measurement: measurement, watch: watch)
        return (
            measurement, RunResult(scenario: scenario, measurement: measurement, judgement: judgement, info: info)
        )
    }

    @Test("the log of a whole run makes its result again, but for the verdict")
    func whole() throws {
        try Fixtures.withFolder { folder in
            let path = folder + "/progress.jsonl"
            var expected = try Self.run(30, to: path, ends: true).result
            let rebuilt = RunResult(rebuiltFrom: try ProgressLog.read(path))
            #expect(rebuilt.steps == expected.steps)
            #expect(rebuilt.series == expected.series)
            #expect(rebuilt.outcomes == expected.outcomes)
            #expect(rebuilt.objectives == expected.objectives)
            // The p95 of 110 a second is 2.346 ms in every window.
            #expect(rebuilt.objectives[3].verdict == .pass)
            #expect(rebuilt.objectives[3].note == "worst window: 0 to 2 s")
            expected.partial = true
            expected.rebuilt = ["the load came to its end, but the run left no result"]
            #expect(rebuilt == expected)
            #expect(!(try ResultFile.json(of: rebuilt)).contains(Fixtures.secret))
            #expect(try SchemaCheck(ResultSchema.json).faults(of: ResultFile.json(of: rebuilt)) == [])
        }
    }

    @Test("a killed run has its seconds, is partial, and is never shown to pass")
    func killed() throws {
        try Fixtures.withFolder { folder in
            let path = folder + "/progress.jsonl"
            _ = try Self.run(2, to: path, ends: false)
            // The third line was being written.
            let handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data("{\"second\":2,\"measu".utf8))
            try handle.close()
            let result = RunResult(rebuiltFrom: try ProgressLog.read(path))
            #expect(result.verdict == .inconclusive)
            #expect(result.partial)
            #expect(result.ending == .interrupted)
            #expect(result.outcomes == ["ok": 220])
            #expect(result.seconds == 2)
            #expect(result.wallSeconds == 2)
            #expect(result.generator.intendedRate == 100)
            #expect(result.generator.achievedRate == 100)
            #expect(result.generator.peakMemoryBytes == 41_000_000)
            #expect(result.steps["show-project"]?.transport == "curl")
            #expect(result.steps["sign-in"]?.number == 3)
            // 2 × 100 samples show a p95 of 200 ms.
            #expect(result.objectives[0].verdict == .pass)
            #expect(result.objectives[0].criterion == "API response time p95 < 200 ms")
            let notes = try #require(result.rebuilt)
            #expect(notes[0].contains("2 seconds are in its log"))
            let text = TerminalSummary(result).text()
            #expect(text.hasPrefix("INCONCLUSIVE  signoff: the run left no result of its own\n"))
            #expect(text.contains("2 seconds are in its log"))
            #expect(MarkdownReport.text(of: result).contains("- the run was killed"))
            #expect(JUnitReport.text(of: result).contains("<error message=\"made from the progress log"))
        }
    }

    @Test("a log without a single second is no pass either")
    func nothing() throws {
        try Fixtures.withFolder { folder in
            let path = folder + "/progress.jsonl"
            _ = try Self.run(0, to: path, ends: false)
            let result = RunResult(rebuiltFrom: try ProgressLog.read(path))
            #expect(result.verdict == .noData)
            #expect(result.seconds == 0)
            // No exchange was kept.
            for entry in ReportFiles.all where entry.name != "failures" {
                #expect(!entry.format.text(of: result).isEmpty)
            }
            _ = TerminalSummary(result).text()
        }
    }

    @Test("what a log can't tell is said: verifications, probes, objectives that can't be read again")
    func gaps() throws {
        try Fixtures.withFolder { folder in
            let path = folder + "/progress.jsonl"
            _ = try Self.run(1, to: path, ends: false)
            var log = try ProgressLog.read(path)
            log.header.plan?.verifications = ["rate_limit api"]
            log.header.plan?.probes = ["pool"]
            log.header.plan?.objectives[0].objective = "p95 ${env:TOKEN} < 1ms"
            log.header.plan?.objectives[1].objective = "max pool < 3"
            let result = RunResult(rebuiltFrom: log)
            #expect(result.rebuilt?.contains("verifications are not in the log: rate_limit api") == true)
            #expect(result.rebuilt?.contains("the samples of probes are not in the log: pool") == true)
            #expect(result.objectives.map(\.verdict) == [.noData, .noData, .noData, .noData])
            #expect(result.objectives[0].note?.hasPrefix("it can't be read again: ") == true)
            #expect(result.objectives[0].criterion == "API response time p95 < 200 ms")
            #expect(result.verdict == .noData)
            log.header.plan = nil
            log.header.flowNames = nil
            let old = RunResult(rebuiltFrom: log)
            #expect(old.objectives.isEmpty)
            #expect(old.outcomes == ["ok": 110])
            #expect(old.verdict == .inconclusive)
        }
    }

    @Test("lines that no run writes are told by their numbers, all at once, and nothing overflows")
    func damaged() throws {
        try Fixtures.withFolder { folder in
            let path = folder + "/progress.jsonl"
            _ = try Self.run(5, to: path, ends: true)
            let whole = try String(contentsOfFile: path, encoding: .utf8)
            var lines = whole.split(separator: "\n").map(String.init)
            func fault(of changed: [String]) throws -> String {
                try Data((changed.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path))
                do {
                    _ = RunResult(rebuiltFrom: try ProgressLog.read(path))
                    return "none"
                } catch let error as ResultFile.Malformed {
                    return error.reason
                }
            }
            #expect(try fault(of: lines) == "none")
            var changed = lines
            changed[2] = "\u{0}\u{0}garbage"
            changed[4] = "[]"
            let told = try fault(of: changed)
            #expect(told.wholeMatch(of: #/line 3: [^;]+; line 5: [^;]+/#) != nil, "\(told)")
            changed = lines
            changed.remove(at: 2)
            #expect(try fault(of: changed) == "line 3: it is of second 2, expected 1")
            #expect(try fault(of: lines + [lines[5]]) == "line 8: it comes after the end of the load")
            lines[1] = lines[1].replacing("\"started\":100", with: "\"started\":18446744073709551615")
            #expect(try fault(of: lines).contains("line 2: a count in it is out of range"))
            lines[1] = lines[1].replacing("18446744073709551615", with: "100")
            changed = lines.map { $0.replacing("\"users\":3", with: "\"users\":9223372036854775807") }
            #expect(try fault(of: changed).hasPrefix("line 2: a count in it is out of range; line 3: "))
            lines[1] = lines[1].replacing("\"step\":0", with: "\"step\":-1")
            #expect(try fault(of: lines).contains("line 2: a step or a distribution in it is out of range"))
            lines[1] = lines[1].replacing("\"step\":-1", with: "\"step\":999999")
            #expect(try fault(of: lines) == "none")
            lines[1] = lines[1].replacing(#/"max_ns":\d+/#, with: "\"max_ns\":-5")
            #expect(try fault(of: lines).contains("line 2: "))
        }
    }
}

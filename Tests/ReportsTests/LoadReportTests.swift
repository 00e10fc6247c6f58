import FoundationEssentials
import Measures
import Objectives
import Scenarios
import Testing
import VerificationKit

@testable import Reports

/// What reports show of several loads, and of changes by hand.
@Suite("Reports of several loads") struct LoadReportTests {
    /// Load `readers` runs `browse` and `idle`, load `spike` runs `browse` from 4 s on.
    private static var scenario: Scenario {
        var scenario = Fixtures.scenario
        let stage = Stage.arrivals(ArrivalStage(from: 100, to: 100, duration: .seconds(10)))
        let ramp = Stage.arrivals(ArrivalStage(from: 0, to: 50, duration: .seconds(6)))
        scenario.login = Flow(name: Scenario.loginName, actions: [.request(Step(name: "sign-in", url: Text("/")))])
        scenario.deal(
            scenario.flows,
            to: [
                Load(name: "readers", stages: [stage]),
                Load(name: "spike", flows: ["browse"], start: .seconds(4), stages: [ramp]),
            ])
        scenario.objectives.append(
            Objective(
                source: "max response_time of load spike < 3ms in any 2s", statistic: .maximum,
                measure: .responseTime, selector: .load("spike"), comparison: .less(3), window: .seconds(2)))
        scenario.objectives.append(
            Objective(
                source: "dropped of load spike <= 5", statistic: nil, measure: .dropped, selector: .load("spike"),
                comparison: .lessOrEqual(5)))
        return scenario
    }

    private static var map: LoadMap {
        LoadMap(names: ["readers", "spike"], steps: scenario.loadsOfSteps, flows: scenario.loadsOfFlows)
    }

    /// A second in which the spike had `bad` bad exchanges of ten; before 4 s it had none at all.
    private static func second(_ number: Int) -> Interval {
        // Steps: list, show, rare of readers; list, show of the spike; sign-in of both.
        var second = Interval(steps: 7, flows: 3, loads: 2)
        let plain = Fixtures.second()
        for step in 0..<2 { second.steps[step] = plain.steps[step] }
        second.iterationCounts[0].begun = 100
        second.started = 100
        second.loads[0].inTime = 100
        second.loads[0].users = 3
        for _ in 0..<100 { second.startLag.record(Span(nanoseconds: 20_000)) }
        if number >= 4 {
            var list = StepTally()
            for index in 0..<10 {
                list.record(Span(nanoseconds: 2_000_000), as: .responseTime)
                list.outcomes.count(index == 0 && number == 9 ? .http5xx : .ok)
            }
            second.steps[3] = list
            second.iterationCounts[2].begun = 10
            second.started += 10
            second.loads[1].inTime = 10
            second.loads[1].users = 2
            second.loads[1].dropped = number == 9 ? 1 : 0
            second.dropped = second.loads[1].dropped
        }
        second.inTime = second.started
        second.users = number >= 4 ? 5 : 3
        return second
    }

    private static func load(_ number: Int, upTo second: Int) -> MeasuredLoad {
        var load = MeasuredLoad()
        let length = number == 0 ? second : max(0, second - 4)
        load.length = Span(seconds: Double(length))
        load.openLength = load.length
        load.intendedArrivals = UInt64(length * (number == 0 ? 100 : 10))
        return load
    }

    private static func whole(upTo second: Int) -> MeasuredLoad {
        var load = load(0, upTo: second)
        load.intendedArrivals = (load.intendedArrivals ?? 0) + (self.load(1, upTo: second).intendedArrivals ?? 0)
        return load
    }

    private static var changes: [LoadChange] {
        [
            LoadChange(at: Span(seconds: 5.5), load: 1, pace: .scaled(1.5)),
            LoadChange(at: Span(seconds: 7), load: 0, pace: .paused),
        ]
    }

    private static func line(_ number: Int, _ second: Interval, before: ProgressLine.Totals?) -> ProgressLine {
        ProgressLine(
            second: number, measured: true, interval: second, before: before, load: whole(upTo: number + 1),
            loads: (0..<2).map { load in
                ProgressLine.LoadLine(
                    isMeasured: load == 0 || number >= 4, second.loads[load], self.load(load, upTo: number + 1))
            }, process: .init(cpuSeconds: 3.2, peakMemoryBytes: 41_000_000))
    }

    private static func result(changed: Bool = false, log path: String? = nil) throws -> RunResult {
        let scenario = scenario
        var info = Fixtures.info
        info.transports = Array(repeating: "native", count: 7)
        let log = try path.map {
            try ProgressLog(path: $0, header: ProgressHeader(scenario: scenario, info: info, reactors: 2))
        }
        var measurement = RunMeasurement(steps: 7, flows: 3, reactors: 2, loads: map)
        var watch = ObjectiveWatch(scenario)
        var before: ProgressLine.Totals?
        for number in 0..<10 {
            let second = second(number)
            measurement.total.add(second)
            measurement.total.users = second.users
            measurement.series.append(second)
            _ = watch.feed(second, loads: [true, number >= 4])
            var line = line(number, second, before: before)
            if changed {
                let now = changes.filter { Int($0.at.seconds) == number }
                line.changes = now.isEmpty ? nil : now.map { ChangeResult($0, loads: map.names) }
            }
            before = line.total
            try log?.append(line)
        }
        let load = whole(upTo: 10)
        measurement.measured = load.length
        measurement.openLoad = load.openLength
        measurement.wall = Span(seconds: 10.25)
        measurement.intendedArrivals = load.intendedArrivals
        measurement.arrivalsInTime = measurement.total.inTime
        for (number, start) in [0.0, 4.0].enumerated() {
            measurement.loads[number].take(self.load(number, upTo: 10), counts: measurement.total.loads[number])
            measurement.loads[number].addStretch(Span(seconds: start)..<Span(seconds: 10))
        }
        if changed { measurement.changes = changes }
        try log?.append(ProgressEnd(measurement, redact: scenario.secrets.redact))
        let judgement = RunJudgement(scenario: scenario, measurement: measurement, watch: watch)
        return RunResult(scenario: scenario, measurement: measurement, judgement: judgement, info: info)
    }

    @Test("The result has each load with its own time, and says of steps, flows, stages and slices whose they are")
    func loads() throws {
        let result = try Self.result()
        let spike = try #require(result.loads?["spike"])
        #expect(spike.number == 1 && spike.start == 4 && spike.seconds == 6)
        #expect(spike.flows == ["browse [spike]"])
        // 60 exchanges in 6 s, one of them bad; 60 of the 60 arrivals in time, and one more dropped.
        #expect(spike.count == 60 && spike.rate == 10 && spike.bad == 1 && spike.dropped == 1 && spike.started == 60)
        #expect(spike.intendedRate == 10 && spike.achievedRate == 10)
        #expect(result.loads?["readers"]?.rate == 110)
        let step = try #require(result.steps["list-projects [spike]"])
        #expect(step.load == "spike" && step.flow == "browse [spike]" && step.rate == 10)
        #expect(result.steps["rare"]?.load == "readers")
        #expect(result.steps.keys.contains("sign-in [readers]") && result.steps.keys.contains("sign-in [spike]"))
        #expect(result.flows?["browse [spike]"]?.load == "spike" && result.flows?["idle"]?.load == "readers")
        #expect(result.stages?.map(\.load) == ["readers", "spike"] && result.stages?.map(\.start) == [0, 4])
        let slices = result.series.slices
        #expect(slices[3].loads?["spike"]?.started == 0 && slices[3].loads?["spike"]?.p95 == nil)
        #expect(
            slices[9].loads?["spike"]
                == .init(
                    started: 10, completed: 10, bad: 1, dropped: 1, users: 2, p50: 2, p95: 2, p99: 2))
        #expect(try SchemaCheck(ResultSchema.json).faults(of: ResultFile.json(of: result)) == [])
        let again = try JSONDecoder().decode(RunResult.self, from: Data(ResultFile.json(of: result).utf8))
        #expect(again == result)
        // Windows are the spike's own: from 4 s on.
        #expect(result.objectives[3].verdict == .pass)
        #expect(result.objectives[3].note?.hasPrefix("worst window: 0 to 2 s") == true)
    }

    @Test("A result without named loads has none of it", arguments: [false, true])
    func plain(hasBad: Bool) throws {
        let json = try ResultFile.json(of: Fixtures.result(bad: hasBad ? 1 : 0))
        for word in ["\"loads\"", "\"load\"", "\"changes\""] { #expect(!json.contains(word), "\(word)") }
    }

    @Test("The log makes the same result again, loads, windows and changes among it", arguments: [false, true])
    func rebuilt(changed: Bool) throws {
        try Fixtures.withFolder { folder in
            let path = folder + "/progress.jsonl"
            let result = try Self.result(changed: changed, log: path)
            let rebuilt = try RunResult(rebuiltFromLog: path)
            #expect(rebuilt.loads == result.loads)
            #expect(rebuilt.steps == result.steps)
            #expect(rebuilt.flows == result.flows)
            #expect(rebuilt.stages == result.stages)
            #expect(rebuilt.series == result.series)
            #expect(rebuilt.objectives == result.objectives)
            #expect(rebuilt.changes == result.changes && (rebuilt.changes != nil) == changed)
            #expect(rebuilt.generator.intendedRate == result.generator.intendedRate)
        }
    }

    @Test("Tables of terminal and Markdown have a row for each load")
    func tables() throws {
        let result = try Self.result()
        let terminal = TerminalSummary(result, width: 120).text()
        let rows = terminal.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(
            rows.contains(["readers", "10", "1", "000", "100", "100", "1", "100", "1.040", "1.447", "2.346", "0", "0"])
                || rows.contains { $0.first == "readers" && $0.count > 9 }, "\(terminal)")
        #expect(rows.contains { $0.first == "spike" && $0.suffix(2) == ["1", "1"] }, "\(terminal)")
        let markdown = MarkdownReport.text(of: result)
        #expect(markdown.contains("| spike | 6 s | 10 | 10 | 60 | 2.000 ms | 1 | 1 |"), "\(markdown)")
    }

    @Test("CSV has columns for each load behind all others, in every row")
    func csv() throws {
        let rows = SeriesCSV.text(of: try Self.result(changed: true)).split(separator: "\r\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        #expect(Array(rows[0].prefix(SeriesCSV.columns.count)) == SeriesCSV.columns)
        #expect(rows.allSatisfy { $0.count == SeriesCSV.columns.count + 16 + 1 })
        let last = Dictionary(uniqueKeysWithValues: zip(rows[0], rows[10]))
        #expect(last["started_of_spike"] == "10" && last["bad_of_spike"] == "1" && last["users_of_spike"] == "2")
        #expect(last["p95_ms_of_spike"] == "2.0" && last["changes"] == "0")
        #expect(rows[6].last == "1" && rows[8].last == "1")
    }

    @Test("Prometheus tells steps by their loads, live and in the file")
    func prometheus() throws {
        let result = try Self.result(changed: true)
        let file = PrometheusCheck(PrometheusReport.text(of: result))
        #expect(file.faults == [])
        #expect(
            file.samples.contains {
                $0.name == "loadgate_load_started_total" && $0.labels == ["load": "spike"] && $0.value == 60
            })
        #expect(
            file.samples.contains {
                $0.name == "loadgate_exchanges_total" && $0.labels["load"] == "spike" && $0.labels["outcome"] == "ok"
            })
        #expect(file.samples.contains { $0.name == "loadgate_changes_total" && $0.value == 2 })
        var info = Fixtures.info
        info.transports = Array(repeating: "native", count: 7)
        var live = RunMetrics(ProgressHeader(scenario: Self.scenario, info: info, reactors: 2))
        live.take(Self.second(9), load: Self.whole(upTo: 10))
        let page = PrometheusCheck(live.text)
        #expect(page.faults == [])
        #expect(
            page.samples.contains {
                $0.name == "loadgate_load_users" && $0.labels == ["load": "spike"] && $0.value == 2
            })
        #expect(!PrometheusReport.text(of: Fixtures.result()).contains("load="))
    }

    @Test("A run that was changed by hand says so in every report, and its verdict is inconclusive")
    func changed() throws {
        let result = try Self.result(changed: true)
        #expect(result.verdict == .inconclusive)
        #expect(
            result.changes == [
                .init(Self.changes[0], loads: Self.map.names), .init(Self.changes[1], loads: Self.map.names),
            ])
        #expect(result.changes?.map(\.to) == ["150%", "pause"])
        #expect(
            result.series.slices[5].changes == ["spike 150%"] && result.series.slices[7].changes == ["readers pause"])
        #expect(try SchemaCheck(ResultSchema.json).faults(of: ResultFile.json(of: result)) == [])
        let texts = [
            TerminalSummary(result).text(), MarkdownReport.text(of: result), JUnitReport.text(of: result),
            HTMLReport.text(of: result),
        ]
        for text in texts {
            #expect(text.contains("changed by hand"))
            #expect(text.contains("at 5.5 s: spike 150%"))
        }
        #expect(JUnitReport.text(of: result).contains("the load was changed by hand while it ran"))
    }

    @Test("The live view has a line for each load, and few of many")
    func live() {
        var course = LiveCourse(Self.scenario)
        for number in 0..<10 {
            course.feed(
                Self.second(number), number: number, isMeasured: true,
                loads: [
                    .init(isMeasured: true, stage: 0), .init(isMeasured: number >= 4, stage: number >= 4 ? 0 : nil),
                ],
                named: nil, planned: Span(seconds: 10), watch: ObjectiveWatch(Self.scenario), while: { true })
            if number == 3 {
                // The spike has not begun.
                #expect(course.state.loads[1] == .init(name: "spike", begun: 0, users: 0, bad: 0))
                #expect(course.state.intended == 100)
            }
        }
        #expect(course.state.total == Span(seconds: 10))
        // From 0 to 50/s in 6 s: in its last second 8.33 × 5.5.
        #expect(course.state.loads[1].intended.map { abs($0 - 50.0 / 6 * 5.5) < 1e-9 } == true)
        #expect(course.state.loads[1].bad == 1 && course.state.loads[1].p95 == 2)
        let lines = LiveBlock(course.state, width: 100, height: 24, style: .plain).lines
        #expect(lines.contains("load     readers  100 of 100 arrivals/s · 3 users · p95 2.35 ms"), "\(lines)")
        #expect(
            lines.contains { $0.hasPrefix("load     spike    10 of 45.8 arrivals/s · 2 users · p95 2 ms · 1 bad") },
            "\(lines)")
        var many = course.state
        many.loads = (0..<40).map { .init(name: "load-\($0)", begun: 0, users: 0, bad: 0) }
        for (width, height) in [(80, 24), (20, 8), (1, 1), (40, 12)] {
            let lines = LiveBlock(many, width: width, height: height, style: .plain).lines
            #expect(lines.count < max(2, height) && lines.allSatisfy { DisplayWidth.of($0) < max(2, width) })
        }
    }

    @Test("The page draws what loads mean together, and each by itself")
    func page() throws {
        let html = HTMLReport.text(of: try Self.result())
        #expect(html.contains("Begun by load") && html.contains("Response time p95 by load"))
        #expect(html.contains("What each load did"))
    }
}

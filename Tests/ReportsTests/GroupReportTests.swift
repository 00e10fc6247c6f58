import Baselines
import FoundationEssentials
import Measures
import Objectives
import Scenarios
import Testing
import VerificationKit

@testable import Reports

/// What reports show of groups and untils.
@Suite("Reports of groups") struct GroupReportTests {
    /// Flow `order`: a step, then a group with a step and an until in it; and a login with a group of its own.
    private static var scenario: Scenario {
        func step(_ name: String) -> Flow.Action { .request(Step(name: name, url: Text("/"))) }
        let goal = Check(subject: .status, predicate: .number(.equal, 200), source: "status == 200")
        let until = Block(.until(.answer(goal), most: 20), name: "job", actions: [step("job")])
        let name = "conversion <\(Fixtures.secret)>"
        var scenario = Scenario(
            name: "groups", target: Text("http://127.0.0.1:8080"),
            flows: [
                Flow(
                    name: "order",
                    actions: [
                        step("home"), .block(Block(.group, name: name, actions: [step("submit"), .block(until)])),
                        step("last"),
                    ])
            ], load: [.arrivals(ArrivalStage(from: 100, to: 100, duration: .seconds(3)))])
        scenario.login = Flow(
            name: Scenario.loginName, actions: [.block(Block(.group, name: "sign-in", actions: [step("sign-in-step")]))]
        )
        scenario.secrets = Fixtures.scenario.secrets
        scenario.objectives = [
            Objective(
                source: "p50 group_time of job < 1s", statistic: .percentile(50), measure: .groupTime,
                selector: .name("job"), comparison: .less(1_000)),
            Objective(
                source: "max rounds of job <= 9", statistic: .maximum, measure: .rounds, selector: .name("job"),
                comparison: .lessOrEqual(9)),
            Objective(
                source: "group_errors of sign-in == 0", statistic: .count, measure: .groupErrors,
                selector: .name("sign-in"), comparison: .equal(0)),
        ]
        return scenario
    }

    /// A second in which ten conversions of 100, 200 … 1,000 ms were done, one of them failed, with jobs of 1 … 10 rounds; in
    /// the first one also a conversion was begun and given up, and an until was in vain.
    private static func second(_ number: Int) -> Interval {
        var second = Interval(steps: 5, flows: 1, blocks: 3)
        var (group, until) = (BlockTally(), BlockTally())
        for value in 1...10 {
            let time = Span(nanoseconds: Int64(value) * 100_000_000)
            group.begun += 1
            group.complete(in: time, hasFailed: value == 1)
            until.begun += 1
            until.reach(in: time, rounds: value)
        }
        if number == 0 {
            group.begun += 1
            group.givenUp += 1
            until.begun += 1
            until.miss()
        }
        second.blocks[0] = group
        second.blocks[1] = until
        for step in 0..<4 {
            var tally = StepTally()
            for _ in 0..<10 {
                tally.record(Span(nanoseconds: 1_000_000), as: .responseTime)
                tally.record(.zero, as: .startLag)
                tally.outcomes.count(.ok)
            }
            second.steps[step] = tally
        }
        if number == 0 { second.steps[2]?.outcomes.count(.untilUnmet) }
        second.startLag = second.steps.reduce(into: LatencyHistogram()) { sum, tally in
            if let lag = tally?[.startLag] { sum.add(lag) }
        }
        return second
    }

    private static func result(log path: String? = nil) throws -> RunResult {
        let scenario = scenario
        var info = Fixtures.info
        info.transports = Array(repeating: "native", count: 5)
        let log = try path.map {
            try ProgressLog(path: $0, header: ProgressHeader(scenario: scenario, info: info, reactors: 1))
        }
        var measurement = RunMeasurement(steps: 5, flows: 1, reactors: 1, blocks: 3)
        var watch = ObjectiveWatch(scenario)
        var before: ProgressLine.Totals?
        for number in 0..<3 {
            let second = second(number)
            measurement.total.add(second)
            measurement.series.append(second)
            _ = watch.feed(second)
            let line = ProgressLine(second: number, measured: true, interval: second, before: before)
            before = line.total
            try log?.append(line)
        }
        measurement.measured = Span(seconds: 3)
        measurement.wall = measurement.measured
        try log?.append(ProgressEnd(measurement, redact: scenario.secrets.redact))
        let judgement = RunJudgement(scenario: scenario, measurement: measurement, watch: watch)
        return RunResult(scenario: scenario, measurement: measurement, judgement: judgement, info: info)
    }

    @Test("The result has each group and until with its counts, times and rounds, as the schema says")
    func result() throws {
        let result = try Self.result()
        let group = try #require(result.groupsInOrder.first)
        #expect(!group.name.contains(Fixtures.secret) && group.name.hasPrefix("conversion <"))
        let figures = group.group
        #expect(figures.kind == .group && figures.flow == "order" && figures.number == 0 && figures.load == nil)
        #expect((figures.begun, figures.completed, figures.failed, figures.givenUp) == (31, 30, 3, 1))
        #expect(figures.time?.max == 1_000 && figures.time?.atLeast?.contains("max") == true)
        #expect(figures.rounds == nil && figures.distribution?.histogram.count == 30)
        let job = try #require(result.groups?["job"])
        #expect((job.kind, job.begun, job.completed, job.failed, job.cutOff) == (.until, 31, 31, 1, 0))
        #expect(job.rounds == .init(min: 1, mean: 5.5, p50: 5, p95: 10, max: 10))
        // What nothing was counted of is there with zeros.
        let idle = try #require(result.groups?["sign-in"])
        #expect((idle.begun, idle.flow) == (0, "login"))
        #expect(idle.time == nil)
        #expect(result.objectives.map(\.verdict) == [.pass, .fail, .noData])
        #expect(result.objectives[1].observed == 10 && result.objectives[1].unit == .number)
        let json = try ResultFile.json(of: result)
        #expect(try SchemaCheck(ResultSchema.json).faults(of: json) == [])
        #expect(try JSONDecoder().decode(RunResult.self, from: Data(json.utf8)) == result)
        #expect(!json.contains(Fixtures.secret))
    }

    @Test("A baseline records groups and untils behind the steps, by names of their own")
    func record() throws {
        let record = RunRecord(try Self.result())
        #expect(record.steps.suffix(2).map(\.name).map { $0.hasPrefix("group conversion <") } == [true, false])
        let until = try #require(record["until job"])
        #expect(until.measure == .groupTime && record["job"]?.measure == .responseTime)
        #expect(until.samples == 30 && until.throughput == 10.333)
        #expect(until.errorRatio == 0.032258065)
        #expect(until.p95 == 1_000)
        // What was never begun is not there.
        #expect(record["group sign-in"] == nil)
    }

    @Test("A scenario without groups has none in its result")
    func none() throws {
        let json = try ResultFile.json(of: Fixtures.result())
        #expect(!json.contains("\"groups\""))
        #expect(!TerminalSummary(Fixtures.result()).text().contains("Groups"))
    }

    @Test("The log makes the same result again")
    func rebuilt() throws {
        try Fixtures.withFolder { folder in
            let path = folder + "/progress.jsonl"
            let result = try Self.result(log: path)
            let rebuilt = try RunResult(rebuiltFromLog: path)
            #expect(rebuilt.groups == result.groups)
            #expect(rebuilt.objectives == result.objectives)
            #expect(rebuilt.steps == result.steps)
        }
    }

    @Test("A count in a log that no run can have written is a fault")
    func damaged() throws {
        var line = ProgressLine(second: 0, measured: true, interval: Self.second(0))
        #expect(line.fault(after: nil) == nil)
        line.groups?[0].begun = .max
        #expect(line.fault(after: nil) == "a count in it is out of range")
        line = ProgressLine(second: 0, measured: true, interval: Self.second(0))
        line.groups?[1].rounds?.min = -1
        #expect(line.fault(after: nil) == "a step or a distribution in it is out of range")
        // Numbers of groups that the header doesn't know are left out.
        line.groups?[0].group = 99
        #expect(line.interval(steps: 5, flows: 1, groups: 3).blocks[0] == nil)
    }

    @Test("Terminal, HTML and Markdown have a row for each")
    func tables() throws {
        let result = try Self.result()
        let terminal = TerminalSummary(result, width: 120).text()
        let rows = terminal.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(
            rows.contains([
                "until", "job", "31", "31", "1", "0", "≥500.2", "≥1,000.0", "≥1,000.0", "≥1,000.0", "5", "10",
            ]), "\(terminal)")
        let page = HTMLReport.text(of: result)
        #expect(page.contains("id=\"groups\"") && page.contains(">Groups<"))
        #expect(page.contains("<th scope=\"row\">job</th>") || page.contains(">job<"))
        let markdown = MarkdownReport.text(of: result)
        #expect(markdown.contains("### Groups"))
        #expect(markdown.contains("| until `job` | 31 | 31 | **1** | 0 |"), "\(markdown)")
        for text in [terminal, page, markdown] { #expect(!text.contains(Fixtures.secret)) }
    }

    @Test("Prometheus has them in the file and live, with the same figures")
    func prometheus() throws {
        let file = PrometheusCheck(PrometheusReport.text(of: try Self.result()))
        var live = RunMetrics(ProgressHeader(scenario: Self.scenario, info: Fixtures.info, reactors: 1))
        for number in 0..<3 { live.take(Self.second(number), load: MeasuredLoad()) }
        for check in [file, PrometheusCheck(live.text)] {
            #expect(check.faults == [])
            let job = ["flow": "order", "group": "job", "kind": "until"]
            #expect(check.value("loadgate_groups_total", job.merging(["outcome": "ok"]) { $1 }) == 30)
            #expect(check.value("loadgate_groups_total", job.merging(["outcome": "failed"]) { $1 }) == 1)
            let given = ["kind": "group", "flow": "order", "outcome": "given_up"]
            #expect(check.value("loadgate_groups_total", given) == 1)
            // 3 × (0.1 + 0.2 + … + 1.0) s.
            #expect(check.value("loadgate_group_time_seconds_sum", job) == 16.5)
            #expect(check.value("loadgate_group_time_seconds_count", job) == 30)
            #expect(check.value("loadgate_groups_total", ["group": "sign-in", "outcome": "ok"]) == 0)
        }
    }
}

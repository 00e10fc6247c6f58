import Baselines
import Foundation
import Measures
import Testing
import VerificationKit

@testable import Reports

@Suite("Gates") struct GateTests {
    private static let environment = Environment(
        cpu: "A \"B\" C", cores: 2, memoryGiB: 24, kernel: "6.1.0-31-amd64", swift: "6.3", libcurl: "8.14.1",
        openSSL: "3.5.4", loadgate: "0.1.0", build: "release", scenarioSHA256: String(repeating: "0f", count: 32),
        target: .loopback, calibration: Calibration(throughput: [20_000.5, 21_000], cpuMicroseconds: [30.1, 29]))

    private static func comparison(_ verdict: Comparison.Verdict) -> Comparison {
        Comparison(
            verdict: verdict, notes: ["libcurl was \"1\" and is \"2\""], reference: "baselines/a.json",
            referenceRuns: 10, candidateRuns: 5, paired: false, alpha: 0.05, tolerance: 0.05, floor: 0.1,
            steps: [
                "list-projects": [
                    .init(
                        name: "p50", of: "response_time", unit: .milliseconds, gates: false, verdict: .pass,
                        reference: 0.99,
                        candidate: 1, ratio: 1.01, low: 0.99, high: 1.03, p: 0.2, smallestDetectable: 1.05),
                    .init(
                        name: "p95", of: "response_time", unit: .milliseconds, gates: true, verdict: verdict,
                        reason: "slower by 25 %", reference: 1.44, candidate: 1.8, referenceValues: [1.4, 1.48],
                        candidateValues: [1.75, 1.85], ratio: 1.25, low: 1.21, high: 1.3, p: 0.000333,
                        adjustedP: 0.000333, smallestDetectable: 1.06),
                    .init(
                        name: "throughput", unit: .perSecond, gates: false, verdict: .pass, reference: 100,
                        candidate: 100, ratio: 1, low: 1, high: 1, p: 1),
                    .init(
                        name: "error_ratio", unit: .ratio, gates: true, verdict: .pass, reference: 0, candidate: 0,
                        p: 1, smallestDetectable: 0.001),
                ]
            ])
    }

    /// A run of its own whose p95 is `factor` times the fixture's.
    private static func run(_ verdict: Verdict, factor: Int64 = 1) -> RunResult {
        var result = Fixtures.result { _, measurement in
            var tally = StepTally()
            for _ in 0..<1_000 {
                tally.record(Span(nanoseconds: factor * 1_000_000), as: .responseTime)
                tally.outcomes.count(.ok)
            }
            measurement.total.steps[0] = tally
        }
        result.verdict = verdict
        return result
    }

    private static func gate(_ verdicts: [Verdict], _ compared: Comparison.Verdict) throws -> RunResult {
        // The first is the slowest, the last the fastest.
        let runs = verdicts.enumerated().map { (folder: "run-\($0 + 1)", result: run($1, factor: Int64(9 - $0))) }
        return try #require(
            RunResult.gate(
                of: runs, order: runs.map(\.folder), comparison: comparison(compared),
                environment: environment))
    }

    @Test("A gate shows the worst of its runs, of equal ones the middle one, and the worst verdict of all")
    func shown() throws {
        let calm = try Self.gate([.pass, .pass, .pass], .pass)
        #expect(calm.verdict == .pass)
        #expect(calm.runs?.filter(\.shown).map(\.folder) == ["run-2"])
        #expect(calm.steps["list-projects"]?.responseTime?.p95 == 8)
        let slower = try Self.gate([.pass, .pass, .pass], .regression)
        #expect(slower.verdict == .fail)
        #expect(slower.runs?.map(\.verdict) == [.pass, .pass, .pass])
        #expect(try Self.gate([.pass, .pass], .inconclusive).verdict == .inconclusive)
        let failed = try Self.gate([.pass, .inconclusive, .fail], .pass)
        #expect(failed.verdict == .fail)
        #expect(failed.runs?.filter(\.shown).map(\.folder) == ["run-3"])
        #expect(
            RunResult.gate(of: [], order: [], comparison: Self.comparison(.pass), environment: nil) == nil)
    }

    @Test("Runs of both sides stand in the order in which they were made")
    func order() throws {
        let run = Self.run(.pass)
        let gate = try #require(
            RunResult.gate(
                of: [("run-2-candidate", run), ("run-3-candidate", run)],
                reference: [("run-1-reference", run), ("run-4-reference", run)],
                order: ["run-1-reference", "run-2-candidate", "run-3-candidate", "run-4-reference"],
                comparison: Self.comparison(.pass), environment: nil))
        #expect(gate.runs?.map(\.role) == [.reference, .candidate, .candidate, .reference])
    }

    @Test("A gate's result is read as it was written, and fits the schema")
    func file() throws {
        let gate = try Self.gate([.pass, .pass, .pass], .regression)
        try Fixtures.withFolder { folder in
            try ResultFile.write(gate, to: folder + "/result.json")
            let read = try ResultFile.read(folder + "/result.json")
            #expect(read == gate)
            #expect(read.environment == Self.environment)
            let text = try String(contentsOfFile: folder + "/result.json", encoding: .utf8)
            let other = text.replacing(/"target"\s*:\s*"loopback"/, with: #""target": "moon""#)
            #expect(other != text)
            try other.write(toFile: folder + "/other.json", atomically: true, encoding: .utf8)
            #expect(throws: ResultFile.Malformed.self) { try ResultFile.read(folder + "/other.json") }
        }
        #expect(try SchemaCheck(ResultSchema.json).faults(of: ResultFile.json(of: gate)) == [])
    }

    @Test("The record of a result has the step's latencies, rates and errors")
    func record() throws {
        let record = RunRecord(Fixtures.result(bad: 10))
        // Steps without an exchange took no part.
        #expect(record.steps.map(\.name) == ["list-projects", "show-project"])
        let step = try #require(record["list-projects"])
        #expect(step.measure == .responseTime)
        #expect(step.samples == 1_000)
        #expect(step.p95 == 1.44)
        // Every answer arrived whole, a tenth of them an error.
        #expect(step.throughput == 100)
        #expect(step.errorRatio == 0.1)
    }

    @Test("On the terminal a regression comes first, then what decides it")
    func terminal() throws {
        let text = TerminalSummary(try Self.gate([.pass, .pass, .pass], .regression)).text()
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines.first == "REGRESSION  signoff: list-projects p95: 1.44 → 1.8 ms, +25 %")
        #expect(
            Array(lines[2...]) == [
                "2026-01-31T12:00:00Z",
                "",
                "Comparison  5 runs against 10 of baselines/a.json",
                "  verdict     step                 before       now  change (interval)",
                "  REGRESSION  list-projects p95  1.440 ms  1.800 ms  +25 % (+21 … +30)",
                "",
                "Sign-off",
                "  verdict  section      criterion                       observed",
                "  PASS     Performance  API response time p95 < 200 ms  8 ms (bound 8 ms)",
                "",
                "More: 1 note, all measures, chances, a run's steps: --details",
                "",
            ])
        let asked = TerminalSummary(try Self.gate([.pass, .pass, .pass], .regression), isDetailed: true).text()
        let all = asked.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let begin = try #require(all.firstIndex { $0.hasPrefix("Comparison") })
        #expect(
            Array(all[begin..<(begin + 9)]) == [
                "Comparison  5 runs against 10 of baselines/a.json",
                "  tolerance 5 % · floor 0.1 ms · chance of a false alarm 5 %",
                "  note: libcurl was \"1\" and is \"2\"",
                "  verdict     step           measure  reference       now  ratio      interval        p  detectable",
                "  (pass)      list-projects  p50       0.990 ms  1.000 ms  1.010  0.990..1.030    0.200        +5 %",
                "  REGRESSION  list-projects  p95       1.440 ms  1.800 ms  1.250  1.210..1.300  < 0.001        +6 %",
                "      slower by 25 %",
                "  what follows is of run-2",
                "",
            ])
        #expect(asked.contains("\nSteps  response time in ms\n"))
        // A failed run is worse than any comparison.
        let failed = TerminalSummary(try Self.gate([.pass, .pass, .fail], .regression)).text(
            reportPath: "reports/x/report.html")
        #expect(
            failed.hasPrefix(
                "FAIL  signoff: an objective failed in 1 of 3 runs; list-projects p95: 1.44 → 1.8 ms, +25 %\n"))
        #expect(failed.contains("\n  FAIL by its own objectives: 1 of 3 runs (run-3)\n"))
        #expect(failed.contains("a run's steps:\n  loadgate report reports/x --details\n"))
    }

    @Test("However many runs are inconclusive, one line says so")
    func manyOpen() throws {
        let gate = try Self.gate(Array(repeating: .inconclusive, count: 7) + [.pass], .pass)
        let line = "INCONCLUSIVE by its own objectives: 7 of 8 runs (run-1, run-2, run-3 and 4 more)"
        #expect(gate.runsNotPassed == [line])
        #expect(TerminalSummary(gate).text().contains("\n  \(line)\n"))
        #expect(MarkdownReport.text(of: gate).contains("\n- \(line)\n"))
        let page = HTMLReport.text(of: gate)
        #expect(page.contains(line))
        #expect(page.firstRange(of: "run-4") == nil || page.contains("of <bdi>run-4</bdi>"))
    }

    @Test("In HTML and Markdown what changed comes first, and all else is folded")
    func folded() throws {
        let gate = try Self.gate([.pass, .pass, .pass], .regression)
        let page = HTMLReport.text(of: gate)
        #expect(page.contains("<p><bdi>list-projects p95: 1.44 → 1.8 ms, +25 %</bdi></p>"))
        let fold = try #require(page.firstRange(of: "<details class=\"all\"><summary>"))
        #expect(page[..<fold.lowerBound].contains(">+25 % (+21 … +30)<"))
        for folded in ["libcurl was", ">Detectable<"] {
            #expect(!page[..<fold.lowerBound].contains(folded))
            #expect(page[fold.upperBound...].contains(folded))
        }
        let text = MarkdownReport.text(of: gate)
        let row = "| **REGRESSION** | `list-projects` | p95 | 1.44 ms | 1.8 ms | +25 % (+21 … +30) |"
        let parts = text.components(separatedBy: "\n<details><summary>Notes and all that decides</summary>\n")
        #expect(parts.count == 2)
        #expect(parts[0].contains("\n\(row)\n") && !parts[0].contains("libcurl was"))
        #expect(parts[1].contains("- libcurl was") && parts[1].contains("\n\n</details>\n"))
        #expect(text.contains("list-projects p95: 1.44 → 1.8 ms, +25 %  \n"))
    }

    @Test("A single run is placed among those of the baseline, and decides nothing")
    func single() throws {
        let record = RunRecord(Fixtures.result())
        let slower = RunRecord(Self.run(.pass, factor: 3))
        let baseline = Baseline(
            scenario: "signoff", accepted: "2026-01-31T12:00:00Z", environment: Self.environment,
            runs: [record, record])
        let comparison = RunComparison.place(slower, in: Self.environment, against: baseline, file: "a.json")
        #expect(comparison.verdict == .inconclusive)
        #expect(comparison.reason?.contains("above the range of the baseline's runs: list-projects p95") == true)
        let measures = try #require(comparison.steps["list-projects"])
        #expect(measures.map(\.name) == ["p50", "p95", "p99"])
        // One against two, and it is the largest: 1 of 3 arrangements.
        #expect(measures[1].p == 1.0 / 3)
        let text = ComparisonSummary(comparison).text
        #expect(text.hasPrefix("INCONCLUSIVE  not shown either way\n"))
        #expect(text.contains("list-projects  p95      1.440 ms  1.440 ms  1.440 ms  3.000 ms  above\n"))
        #expect(text.contains("show-project   p95      2.346 ms  2.346 ms  2.346 ms  2.346 ms  within\n"))
        #expect(comparison.distributions?["list-projects"] != nil)
        var result = Self.run(.pass, factor: 3)
        result.comparison = comparison
        let note = MarkdownReport.text(of: result)
        #expect(note.contains("### Beside a.json\n\none run decides nothing"))
        #expect(note.contains("\n| `list-projects` | p95 | 1.44 ms | 1.44 ms … 1.44 ms | 3 ms | above |\n"), "\(note)")
        #expect(!note.contains("INCONCLUSIVE against"))
        let page = HTMLReport.text(of: result)
        #expect(page.contains("response time before"))
        #expect(page.contains(">Lowest<") && page.contains(">above<") && !page.contains(">Interval<"))

        var elsewhere = Self.environment
        elsewhere.cpu = "Z80"
        elsewhere.calibration = nil
        let apart = RunComparison.place(record, in: elsewhere, against: baseline, file: "a.json")
        #expect(apart.steps.isEmpty)
        #expect(apart.reason?.hasPrefix("not comparable: the CPU model was") == true)
        #expect(!ComparisonSummary(apart).text.contains("measure"))
    }

    @Test("A comparison has its row of the sign-off table: a gate's is decided, a single run's is not")
    func criterion() throws {
        func row(_ result: RunResult) throws -> SignOffTable.Row {
            try #require(SignOffTable(result).rows.first { $0.criterion == "Performance baselines" })
        }
        var result = Self.run(.pass, factor: 3)
        let baseline = Baseline(
            scenario: "signoff", accepted: "2026-01-31T12:00:00Z", environment: Self.environment,
            runs: [RunRecord(Fixtures.result())])
        var placed = RunComparison.place(RunRecord(result), in: Self.environment, against: baseline, file: "a.json")
        placed.criterion = "Performance baselines"
        result.comparison = placed
        #expect(try row(result).verdict == nil)
        #expect(try row(result).observed == ["1 run beside 1, above their range: list-projects p95"])
        #expect(TerminalSummary(result).text().contains("\n  –                     Performance baselines"))
        #expect(HTMLReport.text(of: result).contains(##"<a href="#comparison">a.json</a>"##))
        placed.steps = [:]
        result.comparison = placed
        #expect(try row(result).observed == ["not comparable"])
        result.comparison = RunComparison.place(withoutBaseline: "a.json")
        result.comparison?.criterion = "Performance baselines"
        #expect(try row(result).observed == ["no baseline yet"])
        for (compared, verdict) in [(Comparison.Verdict.regression, Verdict.fail), (.pass, .pass)] {
            var gate = try Self.gate([.pass, .pass, .pass], compared)
            gate.comparison?.criterion = "Performance baselines"
            #expect(try row(gate).verdict == verdict)
        }
    }

    @Test("A baseline is shown by the medians of its runs, beside what it takes the place of")
    func table() throws {
        let runs = [2, 4, 3].map { RunRecord(Self.run(.pass, factor: $0)) }
        let baseline = Baseline(
            scenario: "signoff", accepted: "2026-01-31T12:00:00Z", note: "faster \u{1b}[31mdisks",
            environment: Self.environment, runs: runs)
        var older = baseline
        older.runs = [RunRecord(Self.run(.pass, factor: 6))]
        let text = BaselineTable(baseline, previous: older, width: 140).text(path: "b.json", age: "2 days ago")
        #expect(text.hasPrefix("b.json  signoff\n  3 runs · accepted 2026-01-31T12:00:00Z (2 days ago) · faster"))
        #expect(!text.contains("\u{1b}"))
        let row = try #require(text.split(separator: "\n").first { $0.contains("list-projects") })
        // The standard deviation of ln 2, ln 3, ln 4 is 0.348.
        let cells = row.split(separator: " ").map(String.init)
        #expect(
            cells == [
                "list-projects", "response_time", "3.000", "3.000", "2.000", "4.000", "34.8", "%", "3.000", "100", "0",
                "%", "6.000", "-50", "%",
            ])
    }
}

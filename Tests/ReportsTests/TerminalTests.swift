import Foundation
import Measures
import Scenarios
import Testing

@testable import Reports

@Suite struct TerminalSummaryTests {
    /// A run with failures, dropped arrivals and a step of a long name.
    private static let failed = Fixtures.result(bad: 3) { scenario, measurement in
        measurement.total.dropped = 42
        scenario.flows[1].actions = [
            .request(Step(name: "a-very-long-name-of-a-step-that-nobody-would-give-but-somebody-did", url: Text("/")))
        ]
    }

    @Test("a failed run is told verdict first, then why")
    func failedRun() {
        #expect(
            TerminalSummary(Self.failed).text(reportPath: "reports/latest") == """
                FAIL  signoff: 1 of 2 objectives failed, and the generator could not keep up
                http://127.0.0.1:8080?key=${env:TOKEN} · 10 s measured · 1,100 exchanges · 110 /s
                2026-01-31T12:00:00Z

                Sign-off
                  verdict  section      criterion                       observed
                  INVALID  Performance  API response time p95 < 200 ms  1.44 ms (bound 1.46 ms)

                Objectives
                  verdict  objective                                   observed     bound  samples
                  INVALID  p95 response_time of list-projects < 200ms   1.44 ms   1.46 ms    1,000
                      void: the load was not the intended one
                  FAIL     availability > 99.9%                        97.273 %  96.319 %    1,100
                      never ran: "a-very-long-name-of-a-step-that-nobody-would-give-but-somebody-did" (no iteration
                      of its flow was begun)
                  NO DATA  rto < 30m (advisory)                               –         –        0
                      measured by loadgate drill, while things break

                Steps  response time in ms
                  step                                         count  per s    p50    p95    p99    max          bad
                  list-projects                                1,000  100.0  0.990  1.440  1.480  1.490  30 (3.00 %)
                  show-project                                   100   10.0  2.346  2.346  2.346  2.346            0
                  a-very-long-name-of-a-step-that-nobody-wou…      0    0.0      –      –      –      –            0
                      never ran: no iteration of its flow was begun

                Outcomes
                  ok 1,070 (97.273 %) · http_5xx 30 (2.727 %)

                Generator
                  start lag p50 0.02, p99 0.02, max 0.02 ms · generator delay p50 0.005, p99 0.005, max 0.005 ms
                  dropped 42 · achieved 100 of 100 arrivals/s · CPU 3.2 s · 41 MB
                  ! 42 arrivals were dropped: all 10,000 users were busy
                      raise limits.max_users or lower the rate; or allow for it with an objective, for example
                      `dropped <= 42`

                What went wrong, for example  of 30 exchanges that failed
                  list-projects: status 500: token ${env:TOKEN} is \u{fffd}[31mwrong really

                Report: reports/latest

                """)
    }

    @Test("wrong answers and iterations have tables of their own below the steps")
    func enriched() throws {
        let text = TerminalSummary(Fixtures.result { Fixtures.enrich(&$1) }).text()
        let start = try #require(text.range(of: "Wrong answers"))
        let end = try #require(text.range(of: "\n\nOutcomes"))
        #expect(
            text[start.lowerBound..<end.lowerBound] == """
                Wrong answers
                  step              at  value     expected   observed  input
                  list-projects  1.1 s  the body  as before  another   {"area": 1, "token": "${env:TOKEN}"}
                      not deterministic: the same request was answered differently before
                  list-projects  2.1 s  $.total   10         –         {"area": 2, "token": "${env:TOKEN}"}
                  list-projects  3.1 s  $.total   10         13        {"area": 3, "token": "${env:TOKEN}"}
                  list-projects  4.1 s  $.total   10         14        {"area": 4, "token": "${env:TOKEN}"}
                  list-projects  5.1 s  $.total   10         15        {"area": 5, "token": "${env:TOKEN}"}
                  5 of 7 that failed a check; all are in result.json

                Iterations  iteration time in ms
                  flow    begun  done  given up    share      p50      p95      p99     max
                  browse    104   100         3  100.0 %  ≥50.015  ≥95.039  ≥99.007  ≥100.0
                  idle        0     0         0    0.0 %        –        –        –       –
                """)
        let few = TerminalSummary(Fixtures.result { Fixtures.enrich(&$1, wrongAnswers: 5) }).text()
        #expect(!few.contains("in result.json"))
        // 20 are kept of what failed 200 times.
        let many = Fixtures.result { _, measurement in
            Fixtures.enrich(&measurement, wrongAnswers: 20)
            for _ in 0..<200 { measurement.total.steps[0]?.outcomes.count(.checkFailed) }
        }
        #expect(
            TerminalSummary(many).text().contains(
                "\n  5 of 200 that failed a check; the first 20 are in result.json\n"))
        #expect(HTMLReport.text(of: many).contains("The first 20 of 200 answers that failed a check."))
        #expect(few.contains(" · reconnects 3 · "))
        #expect(!text.contains(Fixtures.secret))
    }

    @Test("one step's many wrong answers leave room for another's")
    func wrongAnswersOfSteps() throws {
        let result = Fixtures.result { _, measurement in
            Fixtures.enrich(&measurement)
            measurement.wrongAnswers[1] = [measurement.wrongAnswers[0][2]]
        }
        let lines = TerminalSummary(result).text().split(separator: "\n")
        let heading = try #require(lines.firstIndex(of: "Wrong answers"))
        let rows = lines[heading...].dropFirst(2).prefix(7).filter { !$0.hasPrefix("   ") }
        let names = rows.compactMap { $0.split(separator: " ").first }
        // Two steps: the first of each, then those that only one has. 8 in all, 5 of them shown.
        #expect(
            names == ["list-projects", "show-project", "list-projects", "list-projects", "list-projects", "5"])
        #expect(rows.last == "  5 of 8 that failed a check; all are in result.json")
    }

    @Test("the reason stands behind every verdict")
    func reasons() {
        func headline(_ change: (inout Scenario, inout RunMeasurement) -> Void) -> String {
            let text = TerminalSummary(Fixtures.result(change: change)).text()
            return String(text.prefix { $0 != "\n" })
        }
        #expect(
            headline { _, _ in }
                == "INCONCLUSIVE  signoff: 1 of 2 objectives could not be shown with these samples")
        #expect(headline { scenario, _ in scenario.objectives.remove(at: 1) } == "PASS  signoff: the objective holds")
        #expect(headline { scenario, _ in scenario.objectives = [] } == "PASS  signoff: no hard objective was set")
        #expect(
            headline { $1 = RunMeasurement(steps: 3, flows: 2, reactors: 1) }
                == "NO DATA  signoff: nothing was measured")
        #expect(
            headline { scenario, _ in scenario.objectives[2].severity = .hard }
                == "NO DATA  signoff: 1 of 3 objectives had no data")
        #expect(
            headline {
                $0.objectives.remove(at: 1)
                $1.total.exhausted = 3
            } == "INVALID  signoff: the generator could not keep up, so the figures say little about the target")
    }

    @Test("a run that ended early says so")
    func partial() {
        let interrupted = TerminalSummary(Fixtures.result { $1.ending = .interrupted }).text()
        #expect(interrupted.contains("\nPartial: the run was interrupted.\n"))
        let aborted = TerminalSummary(Fixtures.result { $1.ending = .aborted(objective: "p95 x < 1ms") }).text()
        #expect(aborted.contains("\nPartial: a broken objective ended the run: p95 x < 1ms\n"))
    }

    @Test("no line is wider than asked for", arguments: [60, 80, 100, 140])
    func widths(width: Int) {
        for result in [Self.failed, Fixtures.result(), Fixtures.result { Fixtures.enrich(&$1) }] {
            let lines = TerminalSummary(result, width: width).text(reportPath: "r").split(separator: "\n")
            let widest = lines.max { DisplayWidth.of(String($0)) < DisplayWidth.of(String($1)) } ?? ""
            // The columns of figures are never cut, so the steps table needs 75 at the least.
            #expect(DisplayWidth.of(String(widest)) <= max(width, 75), "\(widest)")
        }
    }

    @Test("colours are there only when asked for, and change nothing else")
    func colours() {
        let plain = TerminalSummary(Self.failed).text()
        let coloured = TerminalSummary(Self.failed, style: .colour).text()
        #expect(!plain.contains("\u{1b}"))
        #expect(coloured.contains("\u{1b}[31mFAIL\u{1b}[0m"))
        #expect(coloured.replacing(/\u{1b}\[[0-9]+m/, with: "") == plain)
    }

    @Test("ten examples at most are shown, and how many more there are")
    func examples() {
        let result = Fixtures.result { _, measurement in
            measurement.examples = (0..<3).map { step in (1...5).map { "failure \(step).\($0)" } }
        }
        let lines = TerminalSummary(result).text().split(separator: "\n")
        #expect(lines.count { $0.contains(": failure ") } == 10)
        #expect(lines.last == "  … and 5 more messages in result.json")
    }

    @Test("what a bad answer said stands below why it is one: on the terminal, in HTML, Markdown and the result")
    func excerpts() throws {
        let said = #"{"detail":[{"type":"missing","loc":["body","area"],"msg":"Field required"}]} <b>\u001b"#
        let result = Fixtures.result { _, measurement in
            measurement.examples[0] = ["status 422", "status 500"]
            measurement.excerpts[0] = ["status 422": said + Fixtures.secret]
        }
        let shown = said + "${env:TOKEN}"
        #expect(result.steps["list-projects"]?.excerpts == ["status 422": shown])
        let text = TerminalSummary(result, width: 60).text()
        #expect(
            text.contains(
                #"""
                  list-projects: status 422
                    answer: {"detail":[{"type":"missing","loc":["body","area
                    "],"msg":"Field required"}]} <b>\u001b${env:TOKEN}
                  list-projects: status 500
                """#), "\(text)")
        let page = HTMLReport.text(of: result)
        #expect(page.contains("<pre class=\"answer\"><bdi>{&quot;detail&quot;:"))
        #expect(page.contains("&lt;b&gt;\\u001b${env:TOKEN}</bdi></pre>"))
        #expect(MarkdownReport.text(of: result).contains("\n- `list-projects` status 422: `\(shown)`\n"))
        #expect(try SchemaCheck(ResultSchema.json).faults(of: ResultFile.json(of: result)) == [])
        // A result that is made from the log of the run has it, too.
        var measurement = RunMeasurement(steps: 1, flows: 1, reactors: 1)
        measurement.examples[0] = ["status 422"]
        measurement.excerpts[0] = ["status 422": said]
        let end = ProgressEnd(measurement) { $0.replacing("missing", with: "***") }
        #expect(end.excerpts == [["status 422": said.replacing("missing", with: "***")]])
    }
}

@Suite struct DisplayWidthTests {
    @Test("wide characters take two columns, marks none")
    func width() {
        #expect(DisplayWidth.of("abc") == 3)
        #expect(DisplayWidth.of("Größe") == 5)
        #expect(DisplayWidth.of("e\u{301}") == 1)
        #expect(DisplayWidth.of("見積") == 4)
        #expect(DisplayWidth.of("👩‍👩‍👧") == 2)
    }

    @Test("texts are cut with … to the columns there are")
    func cut() {
        #expect(DisplayWidth.cut("abcdef", to: 6) == "abcdef")
        #expect(DisplayWidth.cut("abcdef", to: 5) == "abcd…")
        #expect(DisplayWidth.cut("見積書", to: 5) == "見積…")
        #expect(DisplayWidth.cut("見積書", to: 4) == "見…")
        #expect(DisplayWidth.cut("abc", to: 1) == "…")
        #expect(DisplayWidth.cut("abc", to: 0) == "")
    }

    @Test("texts are filled and wrapped")
    func fill() {
        #expect(DisplayWidth.pad("見", to: 4) == "見  ")
        #expect(DisplayWidth.pad("7", to: 3, right: true) == "  7")
        #expect(DisplayWidth.wrap("one two three", to: 7) == ["one two", "three"])
        #expect(DisplayWidth.wrap("longer-than-that a", to: 7) == ["longer…", "a"])
        #expect(DisplayWidth.wrap("", to: 7) == [])
        #expect(DisplayWidth.flow(["p50 1 ms", "p99 2 ms", "1 s"], to: 19) == ["p50 1 ms · p99 2 ms", "1 s"])
        #expect(DisplayWidth.flow(["p50 1 ms", "p99 2 ms", "1 s"], to: 18) == ["p50 1 ms", "p99 2 ms · 1 s"])
        #expect(DisplayWidth.flow(["a", "one two three"], to: 7) == ["a", "one two", "three"])
        #expect(DisplayWidth.flow([], to: 7) == [])
    }

    @Test("what would act on the terminal is replaced")
    func printable() {
        let hostile = "a\u{1b}]0;b\u{7}\u{9b}c\u{202e}d\ne\tf"
        #expect(DisplayWidth.printable(hostile) == "a\u{fffd}]0;b\u{fffd}\u{fffd}c\u{fffd}d e f")
        #expect(DisplayWidth.printable("Größe 見積") == "Größe 見積")
    }
}

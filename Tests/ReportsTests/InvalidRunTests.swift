import Measures
import Scenarios
import Testing
import VerificationKit

@testable import Reports

@Suite("An invalid run in the reports") struct InvalidRunTests {
    /// A run whose criteria are a latency and the absence of errors; both hold.
    private static func result(_ change: (inout RunMeasurement) -> Void) -> RunResult {
        Fixtures.result { scenario, measurement in
            var errors = Objective.noErrors
            errors.section = "Reliability"
            errors.criterion = "no exchange fails"
            scenario.objectives = [scenario.objectives[0], errors]
            change(&measurement)
        }
    }

    private static func rows(_ result: RunResult) -> [String] {
        SignOffTable(result).rows.map { "\($0.criterion): \($0.verdict?.rawValue ?? "-")" }
    }

    private static let latency = "API response time p95 < 200 ms"

    @Test("each row of the sign-off that the audit voids says INVALID, in every format, and no other does")
    func rows() {
        #expect(Self.rows(Self.result { _ in }) == ["\(Self.latency): pass", "no exchange fails: pass"])
        // A load that was not the intended one: nothing of it counts.
        let dropped = Self.result { $0.total.dropped = 7 }
        #expect(dropped.verdict == .invalid)
        #expect(Self.rows(dropped) == ["\(Self.latency): invalid", "no exchange fails: invalid"])
        // Late starts, by 30 ms of the 20 that are a tenth of the limit: the latency alone is void.
        let late = Self.result {
            $0.total.startLag = LatencyHistogram()
            for _ in 0..<1_000 { $0.total.startLag.record(Span(nanoseconds: 30_000_000)) }
        }
        #expect(late.verdict == .invalid)
        #expect(Self.rows(late) == ["\(Self.latency): invalid", "no exchange fails: pass"])
        #expect(late.reason == "the generator could not keep up, so 1 of 2 objectives is void")

        let terminal = TerminalSummary(dropped).text().split(separator: "\n")
        for criterion in [Self.latency, "no exchange fails"] {
            let row = terminal.first { $0.contains(criterion) }
            #expect(row?.contains("INVALID") == true)
        }
        #expect(!TerminalSummary(dropped).text().contains("PASS"))
        #expect(!MarkdownReport.text(of: dropped).contains("PASS"))
        #expect(MarkdownReport.text(of: dropped).contains("| **INVALID** | Reliability | no exchange fails |"))
        #expect(!HTMLReport.text(of: dropped).contains("\u{a0}PASS"))
        let junit = JUnitReport.text(of: dropped)
        #expect(junit.contains("message=\"INVALID: observed 0"))
    }

    @Test("a stall of this process is the reason that is told first")
    func stall() {
        let result = Self.result {
            $0.total.heldUp = Span(seconds: 3)
            $0.total.steps[0]?.stalled = 20
        }
        #expect(
            result.reason
                == "this process was held up for 3.0 s: 20 exchanges were under way or due, so the figures say little "
                + "about the target")
        #expect(result.generator.heldUp == 3)
        #expect(result.steps["list-projects"]?.stalled == 20)
        #expect(TerminalSummary(result).text().contains("held up for 3 s, 20 exchanges touched"))
        #expect(HTMLReport.text(of: result).contains("3 s at the longest, 20 exchanges touched"))
    }

    @Test("exchanges that were cut off are told, and what they might have raised is a lower bound")
    func unfinished() {
        let result = Fixtures.result { scenario, measurement in
            scenario.objectives = [scenario.objectives[0]]
            measurement.total.steps[0]?.outcomes[.unfinished] = 60
        }
        let step = result.steps["list-projects"]
        #expect(step?.count == 1_000)
        #expect(step?.bad == 0)
        #expect(step?.outcomes == ["ok": 1_000, "unfinished": 60])
        // The 500th of 1,000 may be the 530th; p95 the 1,007th, which is not known.
        #expect(step?.responseTime?.atLeast == ["mean", "p50", "p90", "p95", "p99", "p99.9", "max"])
        #expect(step?.connect?.atLeast == nil)
        #expect(result.exchanges == 1_100)
        #expect(result.objectives[0].verdict == .inconclusive)
        #expect(result.objectives[0].shownObserved?.hasPrefix("≥ 1.44") == true)
        #expect(TerminalSummary(result).text().contains("1,100 exchanges and 60 cut off by the end"))
        #expect(
            TerminalSummary(result).text().contains("unfinished 60\n")
                || TerminalSummary(result).text().contains("unfinished 60 "))
        #expect(MarkdownReport.text(of: result).contains("≥ 0.99"))
        #expect(HTMLReport.text(of: result).contains("≥ 0.99"))
    }
}

import Baselines
import Measures
import Scenarios
import VerificationKit

@testable import Reports

extension Fixtures {
    /// Text that breaks whatever doesn't expect it: ends of sections, tags, tables, code, mentions, controls, directions.
    static let hostile =
        "]]> |\u{301} `\u{301} \"\u{301} <b>&amp; \"q\" 'a' | `c` ``d`` *e* _f_ [g](http://x.y) #1 @all \u{0}\u{1}\u{b}\u{1b}[31m\u{7f}\u{fffe}\u{202e}\r\n\t~h~ \\ é 漢 😀 -->"

    /// A result with everything that reports show, hostile texts wherever foreign ones can stand.
    static var rich: RunResult {
        var result = result(bad: 5) { scenario, measurement in
            scenario.name = "all.of it \(hostile)"
            scenario.objectives[1].source = "availability > 99.9% \(hostile)"
            scenario.objectives[1].criterion = hostile
            measurement.examples[1] = [hostile]
            Fixtures.enrich(&measurement)
        }
        result.steps[hostile] = result.steps.removeValue(forKey: "show-project")
        func finding(_ check: String, _ verdict: Verdict, _ severity: Objective.Severity = .hard)
            -> VerificationResult.Finding
        {
            .init(
                check: check, verdict: verdict, severity: severity, expected: "100 \(hostile)",
                observed: "120 \(hostile)", evidence: "seen \(hostile)")
        }
        result.verifications = [
            VerificationResult(
                kind: "rate_limit", name: "api", verdict: .fail, severity: .hard, section: "Security",
                criterion: "API rate limiting", seconds: 12.5, exchanges: 400,
                figures: [.init(name: "limit", value: 100, unit: .count)],
                findings: [
                    finding("limit", .fail), finding("window", .inconclusive), finding("races", .pass),
                    finding("headers", .fail, .advisory),
                ]),
            VerificationResult(
                kind: "cors", name: hostile, verdict: .fail, severity: .advisory, seconds: 0.1, exchanges: 3,
                findings: [finding("origin", .fail)]),
        ]
        result.comparison = comparison
        return result
    }

    /// Makes a result that of a gate.
    static let comparedRun = ComparedRun(
        folder: "candidate-1", role: .candidate, started: "2026-01-31T12:00:00Z", verdict: .pass, shown: true)

    static var comparison: Comparison {
        func measure(_ name: String, gates: Bool, _ verdict: Comparison.Verdict, _ ratio: Double) -> Comparison.Measure
        {
            .init(
                name: name, of: "response_time", unit: .milliseconds, gates: gates, verdict: verdict, reference: 1.5,
                candidate: 1.5 * ratio, ratio: ratio, low: ratio - 0.02, high: ratio + 0.03, p: 0.01,
                adjustedP: gates ? 0.02 : nil)
        }
        return Comparison(
            verdict: .regression, reference: "baselines/\(hostile).json", referenceRuns: 10, candidateRuns: 5,
            paired: false, alpha: 0.05, tolerance: 0.05, floor: 0.1,
            steps: [
                "list-projects": [
                    measure("p50", gates: false, .pass, 1.0), measure("p95", gates: true, .regression, 1.25),
                    measure("p99", gates: false, .regression, 1.5),
                ],
                hostile: [measure("p95", gates: true, .inconclusive, 1.04)],
                "gone": [measure("p95", gates: true, .pass, 0.9)],
            ])
    }
}

import Baselines
import Measures
import Objectives
import Scenarios
import VerificationKit

@testable import Reports

/// Results that pages are made of.
enum HTMLFixture {
    /// What must never act in a page: markup, quotes, marks that turn the direction, controls.
    static let hostile = "<script>alert('x')</script> \"a\" & b \u{202e}drow \u{0}\u{1b}[31m"
    /// A name that is read from right to left.
    static let hebrew = "רשימת פרויקטים"

    /// A run in which everything is there that a page can show, and that failed.
    static func rich() -> RunResult {
        var result = Fixtures.result(bad: 3) { scenario, measurement in
            scenario.description = "Success criteria"
            Fixtures.enrich(&measurement)
        }
        result.verdict = .fail
        result.scenario?.text = "name: signoff\ntoken: ${env:TOKEN}\n# \(hostile)\n"
        result.stages = [
            StageResult(kind: .arrivals, start: 0, end: 2, from: 20, to: 20, warmup: true),
            StageResult(kind: .arrivals, start: 2, end: 10, from: 20, to: 110, warmup: false),
        ]
        result.objectives[0].verdict = .fail
        result.objectives[0].note = "slower than allowed"
        result.audit.verdict = .invalid
        result.audit.reasons = [.init(kind: .startLag, cause: "requests were sent late", hint: "lower the rate")]
        result.probes = [
            "pool": ProbeResult(
                every: 1, samples: 10, failed: 1, skipped: 0, min: 5, mean: 6, max: 8, rate: 0.1,
                failures: [.init(message: hostile, count: 1)],
                series: (0..<10).map { [Double($0), 5, 6, 8] })
        ]
        result.objectives.append(
            ObjectiveResult(
                objective: "p95 pool within 5..20", verdict: .pass, observed: 8, bound: 8, samples: 10, unit: .number,
                severity: .hard, section: "Performance", criterion: "Pool utilised", note: nil))
        result.verifications = [rateLimit, cache]
        result.comparison = comparison(of: result)
        return result
    }

    static var rateLimit: VerificationResult {
        VerificationResult(
            kind: "rate_limit", name: "api", verdict: .fail, severity: .hard, section: "Security",
            criterion: "API rate limiting active", seconds: 12, exchanges: 130,
            figures: [.init(name: "admitted_at_rest", value: 131, unit: .count)],
            plots: [
                VerificationPlot(
                    name: "decisions", title: "Decisions", x: "seconds", y: "requests admitted so far",
                    lines: [
                        .init(name: "sliding_log admits", kind: .steps, points: [[0, 1], [0.1, 100], [60, 100]]),
                        .init(
                            name: "admitted", kind: .dots, points: (0..<131).map { [Double($0) / 1_000, Double($0)] }),
                        .init(name: "rejected", kind: .crosses, points: [[0.2, 131], [0.3, 131]]),
                    ])
            ],
            findings: [
                .init(
                    check: "limit", verdict: .fail, severity: .hard, expected: "100", observed: "131",
                    evidence: "131 were admitted: correct the limiter.",
                    exhibits: [.init(request: "GET /\(hostile)", answer: "200", sent: 0.5, received: 1.25)]),
                .init(
                    check: "window", verdict: .pass, severity: .hard, expected: "60 s", observed: "60 s",
                    evidence: "", exhibits: nil),
                .init(
                    check: "status", verdict: .fail, severity: .advisory, expected: "429", observed: "503",
                    evidence: "Say 429.", exhibits: nil),
            ])
    }

    static var cache: VerificationResult {
        VerificationResult(
            kind: "cache", name: "cdn", verdict: .pass, severity: .hard, section: "Performance",
            criterion: "CDN cache-hit ratio > 80 %", seconds: 3, exchanges: 5_000, figures: nil, plots: nil,
            findings: [
                .init(
                    check: "answers", verdict: .pass, severity: .hard, expected: "all", observed: "5,000 of 5,000",
                    evidence: "Each request got an answer.", exhibits: nil)
            ])
    }

    static func comparison(of result: RunResult) -> Comparison {
        func measure(_ name: String, _ ratio: Double, _ verdict: Comparison.Verdict, gates: Bool) -> Comparison.Measure
        {
            Comparison.Measure(
                name: name, of: "response_time", unit: .milliseconds, gates: gates, verdict: verdict, reference: 2,
                candidate: 2 * ratio, ratio: ratio, low: ratio * 0.95, high: ratio * 1.05, p: 0.01, adjustedP: 0.02,
                smallestDetectable: 1.03)
        }
        var comparison = Comparison(
            verdict: .regression, reference: "baselines/signoff.json", referenceRuns: 10, candidateRuns: 5,
            paired: false,
            alpha: 0.05, tolerance: 0.05, floor: 0.1,
            steps: [
                "list-projects": [
                    measure("p95", 1.2, .regression, gates: true), measure("p99", 1, .inconclusive, gates: false),
                ],
                "gone": [measure("p95", 0.9, .pass, gates: true)],
            ])
        if let distribution = result.steps["list-projects"]?.distributions?["response_time"] {
            comparison.distributions = ["list-projects": distribution]
        }
        return comparison
    }

    /// Nothing but verifications was run.
    static func onlyVerified() -> RunResult {
        var result = empty()
        result.generator.reactors = 0
        result.verifications = [cache]
        result.verdict = .pass
        return result
    }

    /// A run that was interrupted before anything was measured.
    static func empty() -> RunResult {
        var result = Fixtures.result { _, measurement in
            measurement = RunMeasurement(steps: 3, flows: 2, reactors: 2)
            measurement.ending = .interrupted
        }
        result.objectives = []
        return result
    }

    /// As many steps and slices as a run can have, with names that hurt.
    static func huge() -> RunResult {
        var result = Fixtures.result(bad: 3)
        guard let step = result.steps["list-projects"], let slice = result.series.slices.first else { return result }
        result.steps = [:]
        for number in 0..<1_000 {
            var step = step
            step.number = number
            step.flow = hebrew
            result.steps["\(hostile) \(hebrew) \(number)"] = step
        }
        result.series.slices = (0..<512).map { number in
            var slice = slice
            (slice.start, slice.seconds) = (number * 64, 64)
            return slice
        }
        result.series.widthSeconds = 64
        return result
    }

    /// Numbers as no run has them, but a file may.
    static func absurd() -> RunResult {
        var result = rich()
        for index in result.series.slices.indices {
            result.series.slices[index].start = index == 9 ? Int.max : index
            result.series.slices[index].seconds = index == 3 ? 0 : Int.max
            result.series.slices[index].started = .max
            result.series.slices[index].users = .min
            result.series.slices[index].p50 = index == 1 ? -1 : 1e308
            result.series.slices[index].p99 = .leastNonzeroMagnitude
            result.series.slices[index].latencies =
                index == 2 ? "1 x 2" : "0 18446744073709551615 18446744073709551615 7"
            result.series.slices[index].outcomes = ["http_5xx": .max, "reset": .max]
        }
        result.outcomes = ["ok": .max, "reset": .max]
        result.seconds = 1e308
        result.steps["list-projects"]?.rate = -1e308
        result.steps["list-projects"]?.count = .max
        result.stages = [
            StageResult(kind: .users, start: -1e308, end: 1e308, from: 1e308, to: -1e308, warmup: true),
            StageResult(kind: .iterations, start: 0, end: nil, from: 0, to: 0, warmup: false),
        ]
        result.probes?["pool"]?.series = [[1e308, -1e308, 0, 1e308], [1], [], [5, 5, 5, 5]]
        result.verifications?[0].plots?[0].lines[1].points = [[-1e308, 1e308], [1e308, -1e308], [1], []]
        result.verifications?[0].exchanges = .min
        result.comparison?.tolerance = 1e308
        result.comparison?.steps["gone"]?[0].ratio = -1e308
        result.comparison?.steps["gone"]?[0].high = 1e308
        return result
    }
}

import Baselines
import Capacity
import Foundation
import Measures
import Scenarios
import Testing
import VerificationKit

@testable import Reports

@Suite("Reports of a capacity") struct CapacityReportTests {
    private static let p95 = "p95 response_time of list-projects < 200ms"

    /// 100, 200 and 400/s hold, 800/s is too high, 600 and 500/s are narrowed, 500/s is confirmed.
    private static var answer: CapacityAnswer {
        func measured(_ rate: Double, _ purpose: CapacityTrial.Purpose, _ verdict: CapacityOutcome.Verdict)
            -> MeasuredTrial
        {
            MeasuredTrial(
                CapacityTrial(rate: rate, purpose: purpose, settle: 2, longest: 30),
                CapacityOutcome(verdict, seconds: 12, throughput: rate))
        }
        var answer = CapacityAnswer(limit: .target(.objective(0)))
        (answer.rate, answer.low, answer.high) = (512.3456, 500, 525)
        answer.hysteresis = .comesBackLower(after: 750, at: 250, notAt: 375)
        answer.trials = [
            measured(100, .bracket, .held), measured(200, .bracket, .held), measured(400, .bracket, .held),
            measured(800, .bracket, .broken(.growth)), measured(200, .recovery, .held),
            measured(600, .narrow, .broken(.objective(0))),
            measured(500, .narrow, .undecided(.objective(0), leansBroken: false)),
            measured(500, .confirm, .held), measured(750, .overload, .broken(.growth)),
            measured(375, .descent, .broken(.objective(0))), measured(250, .descent, .held),
        ]
        return answer
    }

    static func result(_ change: (inout CapacityAnswer) -> Void = { _ in }, objectives: [Objective] = []) throws
        -> RunResult
    {
        var answer = answer
        change(&answer)
        let results = answer.trials.map { _ in Fixtures.result() }
        let capacity = CapacityResult(
            answer, settings: CapacitySettings(from: 100, to: 1_000),
            CapacityResult.Circumstances(
                objectives: [p95],
                results: results.enumerated().map { ($0.element, "rate-\($0.offset + 1)") }, spacing: .poisson,
                seconds: 240),
            redact: Fixtures.scenario.secrets.redact)
        return try #require(
            RunResult.capacity(capacity, of: results, objectives: objectives, isOver: true, redact: { $0 }))
    }

    private static func objective(_ comparison: Objective.Comparison) -> Objective {
        Objective(
            source: "capacity > 500/s", statistic: nil, measure: .capacity, selector: nil, comparison: comparison)
    }

    @Test("the answer stands in every output, with its interval and what limits it") func everywhere() throws {
        let result = try Self.result()
        let summary = TerminalSummary(result, width: 160).text()
        for (name, text) in [
            ("terminal", summary), ("HTML", HTMLReport.text(of: result)), ("Markdown", MarkdownReport.text(of: result)),
            ("JUnit", JUnitReport.text(of: result)),
        ] {
            for expected in ["512/s", "500/s", "525/s", "375/s", "250/s"] {
                #expect(text.contains(expected), "\(name): \(expected)")
            }
        }
        #expect(summary.contains("capacity 512/s (500/s to 525/s), limited by \(Self.p95)"))
        let metrics = PrometheusCheck(PrometheusReport.text(of: result))
        #expect(metrics.value("loadgate_capacity", ["bound": "estimate"]) == 512.346)
        #expect(metrics.value("loadgate_capacity", ["bound": "high"]) == 525)
        let html = HTMLReport.text(of: result)
        for title in ["Throughput by rate", "Response time by rate"] { #expect(html.contains(title)) }
    }

    @Test("the schema has all of it, and it is read back as it was") func schema() throws {
        let result = try Self.result { $0.drift = 510 }
        let json = try ResultFile.json(of: result)
        #expect(try SchemaCheck(ResultSchema.json).faults(of: json) == [])
        #expect(try JSONDecoder().decode(RunResult.self, from: Data(json.utf8)) == result)
    }

    @Test("what is answered per second counts when answers come, not when they were asked for") func answered() throws {
        // 600 a second for 3 s after a second of warm-up, of a target that answers 400: the rest comes behind the load.
        var result = Fixtures.result()
        func slice(_ start: Int, _ completed: UInt64) throws -> SeriesResult.Slice {
            var slice = try #require(result.series.slices.first)
            (slice.start, slice.seconds, slice.completed, slice.iterations) = (start, 1, completed, completed / 2)
            return slice
        }
        result.stages = try [(0, 1, true), (1, 4, false)].map { start, end, warmup in
            var stage = try #require(result.stages?.first)
            (stage.start, stage.end, stage.warmup) = (start, end, warmup)
            return stage
        }
        result.seconds = 3
        result.series.slices = try [
            slice(0, 0), slice(1, 200), slice(2, 400), slice(3, 402), slice(4, 400), slice(5, 398),
        ]
        #expect(result.answeredRates == RunResult.AnsweredRates(exchanges: 401, iterations: 200.5))
        // No whole second: all that began, over the time in which it did.
        result.seconds = 1
        #expect(result.answeredRates.exchanges == Double(result.completed))
    }

    @Test("curves go through each rate once: no overload, and nothing of its wake") func curve() throws {
        let capacity = try #require(try Self.result().capacity)
        #expect(capacity.curve.map(\.rate) == [100, 200, 400, 500, 600, 800])
        #expect(capacity.curve[3].purpose == .confirm)
        #expect(capacity.steps.filter(\.counts).count == 7)
    }

    @Test(
        "an objective on the capacity is shown by the ends of its interval",
        arguments: [
            (Objective.Comparison.greater(450), Verdict.pass), (.greater(520), .inconclusive), (.greater(525), .fail),
            (.greaterOrEqual(500), .pass), (.less(530), .pass), (.less(510), .inconclusive), (.less(500), .fail),
            (.within(490...530), .pass), (.within(505...530), .inconclusive), (.within(600...700), .fail),
        ])
    func objectives(_ comparison: Objective.Comparison, _ verdict: Verdict) throws {
        let result = try Self.result(objectives: [Self.objective(comparison)])
        let judged = try #require(result.objectives.last)
        #expect(judged.verdict == verdict)
        #expect(judged.observed == 512.346)
        #expect(result.conclusion == (verdict == .pass ? .passed : verdict == .fail ? .failed : .undecided))
    }

    @Test("a lower bound shows what is below it and breaks nothing") func atLeast() throws {
        let change = { (answer: inout CapacityAnswer) in
            (answer.rate, answer.low, answer.high) = (400, 400, nil)
            answer.limit = .generator(rate: 800, "requests were sent late")
        }
        #expect(try Self.result(change).verdict == .inconclusive)
        #expect(try Self.result(change).capacity?.generatorLimited == true)
        #expect(try Self.result(change, objectives: [Self.objective(.greater(300))]).verdict == .pass)
        let missed = try Self.result(change, objectives: [Self.objective(.greater(500))])
        #expect(missed.objectives.last?.verdict == .inconclusive)
        #expect(missed.objectives.last?.atLeast == true)
        #expect(missed.capacity?.sentence.hasPrefix("capacity at least 400/s: the generator was the limit") == true)
        #expect(missed.capacity?.sentence.contains("requests were sent late") == true)
    }

    @Test("no rate holds: it fails, whatever is asked") func never() throws {
        let change = { (answer: inout CapacityAnswer) in
            answer.trials = [answer.trials[5]]
            (answer.rate, answer.low, answer.high) = (nil, nil, 0.5)
        }
        let result = try Self.result(change, objectives: [Self.objective(.greater(1))])
        #expect(result.verdict == .fail)
        #expect(result.capacity?.sentence == "no rate holds: at 0.5/s \(Self.p95) is broken")
        #expect(result.objectives.last?.verdict == .fail)
    }

    @Test("beside an earlier capacity it is a regression, a pass or neither, by the intervals") func comparison() throws
    {
        func compared(_ rate: Double, _ low: Double, _ high: Double) throws -> RunResult {
            let now = try #require(try Self.result().capacity)
            let before = try Self.result { ($0.rate, $0.low, $0.high) = (rate, low, high) }
            return try #require(
                RunResult.capacity(
                    now, of: now.steps.map { _ in Fixtures.result() }, objectives: [],
                    before: (CapacityReference(before, name: "old"), 0.05),
                    isOver: true,
                    redact: { $0 }))
        }
        // Now 500 to 525/s. 600 · 0.95 = 570 is above all of it.
        let worse = try compared(620, 600, 640)
        #expect(worse.capacity?.comparison?.verdict == .regression)
        #expect(worse.conclusion == .regression)
        #expect(TerminalSummary(worse, width: 160).text().contains("the capacity fell from 620/s to 512/s"))
        // 500 is not below 520 · 0.95 = 494.
        #expect(try compared(520, 510, 530).conclusion == .passed)
        // 500 is below 540 · 0.95 = 513, and 525 not below 520 · 0.95.
        let open = try compared(540, 520, 560)
        #expect(open.conclusion == .undecided)
        #expect(open.capacity?.comparison?.reason.contains("lower by up to 9.2 %") == true)
        let json = try ResultFile.json(of: worse)
        #expect(try SchemaCheck(ResultSchema.json).faults(of: json) == [])
    }

    @Test("of a lower bound nobody knows how much has been lost, but what is below it was lost") func openReference()
        throws
    {
        let now = try #require(try Self.result().capacity)
        func compared(_ limit: CapacityAnswer.Limit) throws -> CapacityComparison {
            let before = try Self.result { ($0.rate, $0.low, $0.high, $0.limit) = (510, 510, nil, limit) }
            return CapacityComparison(
                now, nil, with: CapacityReference(before, name: "old"), tolerance: 0.05, redact: { $0 })
        }
        #expect(try compared(.generator(rate: 900, "late")).verdict == .inconclusive)
        #expect(try compared(.generator(rate: 900, "late")).reason.hasSuffix("what it was then is not known"))
        #expect(try compared(.top).verdict == .pass)
        let lost = try Self.result { ($0.rate, $0.low, $0.high, $0.limit) = (800, 800, nil, .time) }
        let comparison = CapacityComparison(
            now, nil, with: CapacityReference(lost, name: "old"), tolerance: 0.05, redact: { $0 })
        #expect(comparison.verdict == .regression)
    }

    @Test("a baseline takes a capacity that was found, and says why it does not take another") func record() throws {
        var found = try Self.result()
        found.environment = Environment(
            cpu: "c", cores: 2, memoryGiB: 4, kernel: "6.1", swift: "6.3", libcurl: "8", openSSL: "3",
            loadgate: "1", build: "debug", scenarioSHA256: String(repeating: "a", count: 64), target: .loopback)
        let record = try #require(CapacityRecord(found))
        #expect((record.rate, record.low, record.high ?? 0) == (512.346, 500, 525))
        #expect(record.limitedBy == Self.p95)
        let reference = CapacityReference(record, name: "b.json")
        #expect(reference.difference(from: found.environment) == nil)
        var other = try #require(found.environment)
        other.scenarioSHA256 = String(repeating: "b", count: 64)
        #expect(reference.difference(from: other) == "the load or the objectives were others")
        other.cores = 8
        #expect(reference.difference(from: other)?.contains("number of cores") == true)
        found.partial = true
        #expect(CapacityRecord(found) == nil)
        #expect(CapacityRecord.refusal(of: found) == "the search broke off before its end")
        let bound = try Self.result { ($0.high, $0.limit) = (nil, .generator(rate: 900, "late")) }
        #expect(CapacityRecord.refusal(of: bound)?.contains("the generator was the limit") == true)
        #expect(CapacityRecord.refusal(of: Fixtures.result()) == "it is no search for a capacity")
    }

    @Test("what was interrupted is partial, and never a pass") func interrupted() throws {
        let capacity = try #require(try Self.result().capacity)
        let result = try #require(
            RunResult.capacity(
                capacity, of: capacity.steps.map { _ in Fixtures.result() }, objectives: [], isOver: false,
                redact: { $0 }))
        #expect(result.partial)
        #expect(result.verdict == .inconclusive)
        #expect(result.conclusion == .interrupted)
        let json = try ResultFile.json(of: result)
        #expect(try JSONDecoder().decode(RunResult.self, from: Data(json.utf8)).verdict == .inconclusive)
    }

    @Test("secrets of the target's words are replaced") func secrets() throws {
        let result = try Self.result {
            $0.limit = .generator(rate: 1, "said \(Fixtures.secret)"); $0.high = nil
        }
        #expect(!(try ResultFile.json(of: result)).contains(Fixtures.secret))
    }
}

import Measures
import Testing

@testable import Baselines

@Suite("Comparing runs")
struct RunComparisonTests {
    private func judge(
        _ groups: (reference: [RunRecord], candidate: [RunRecord]),
        _ settings: ComparisonSettings = ComparisonSettings()
    ) -> Comparison {
        // As the public function does, but what could be detected is less precise, and so known in a fifth of the time.
        RunComparison.judge(
            groups.reference, groups.candidate, isPaired: false, reference: "baselines/a.json", settings: settings
        ) { steps in
            ComparisonDesign(
                reference: groups.reference.count, candidate: groups.candidate.count, isPaired: false, steps: steps,
                settings: settings, simulations: 100)
        }
    }

    private func primary(_ comparison: Comparison, of step: String = "show") throws -> Comparison.Measure {
        try #require(comparison.steps[step]?.first { $0.name == "p95" })
    }

    @Test("a step that is a fifth slower in all runs is a regression, with its figures")
    func slower() throws {
        let comparison = judge(Records.groups(factor: 1.2))
        #expect(comparison.verdict == .regression)
        #expect(comparison.reason == nil && comparison.notes == nil)
        #expect(comparison.reference == "baselines/a.json" && !comparison.paired)
        #expect(comparison.referenceRuns == 10 && comparison.candidateRuns == 5)
        let measures = try #require(comparison.steps["show"])
        #expect(measures.map(\.name) == ["p50", "p95", "p99", "throughput", "error_ratio"])
        #expect(measures.map(\.gates) == [false, true, false, false, true])
        #expect(measures.map(\.unit) == [.milliseconds, .milliseconds, .milliseconds, .perSecond, .ratio])
        let p95 = try primary(comparison)
        // Every run of now is slower than all of the baseline: 1 of 3,003 ways. One step: Holm changes nothing.
        #expect(abs(p95.p - 1 / 3_003) < 1e-9 && p95.adjustedP == p95.p)
        let (low, ratio, high) = (try #require(p95.low), try #require(p95.ratio), try #require(p95.high))
        #expect(low < 1.2 && abs(ratio - 1.2) < 0.01 && high > 1.19)
        #expect(p95.referenceValues?.count == 10 && p95.candidateValues?.count == 5)
        #expect(p95.reason?.hasPrefix("slower by ") == true)
        // The runs differ by some 1.5 %, so the tolerance itself is what the smallest regression must reach.
        let detectable = try #require(p95.smallestDetectable)
        #expect(1.05...1.07 ~= detectable)
        #expect(measures.first { $0.name == "p99" }?.adjustedP == nil)
    }

    @Test("the same service passes, with what could have been shown")
    func same() throws {
        let comparison = judge(Records.groups())
        #expect(comparison.verdict == .pass)
        #expect(try primary(comparison).reason == nil)
        #expect(try primary(comparison).smallestDetectable != nil)
    }

    @Test("a ratio beyond the tolerance is no regression below the floor, but one above it")
    func floor() throws {
        var settings = ComparisonSettings()
        settings.floor = 5
        // 20 % of 20 ms are 4 ms.
        #expect(judge(Records.groups(factor: 1.2), settings).verdict == .pass)
        settings.floor = 3.5
        #expect(judge(Records.groups(factor: 1.2), settings).verdict == .regression)
        #expect(try primary(judge(Records.groups(factor: 1.2), settings)).smallestDetectable.map { $0 > 1.15 } == true)
    }

    @Test("a slowdown that chance could give is inconclusive")
    func chance() throws {
        let reference = (0..<10).map { Records.run(Records.step("show", p50: $0.isMultiple(of: 2) ? 10 : 20)) }
        let candidate = (0..<5).map { Records.run(Records.step("show", p50: $0.isMultiple(of: 2) ? 20 : 12)) }
        let comparison = judge((reference, candidate))
        #expect(comparison.verdict == .inconclusive)
        #expect(try primary(comparison).reason?.contains("chance") == true)
    }

    @Test("errors that rose withhold the pass of an answer that got faster, and never make a regression")
    func errors() throws {
        let comparison = judge(Records.groups(factor: 0.5, errorRatio: 0.03))
        #expect(comparison.verdict == .inconclusive)
        #expect(try primary(comparison).verdict == .pass)
        let errors = try #require(comparison.steps["show"]?.last)
        #expect(errors.name == "error_ratio" && errors.gates && errors.verdict == .inconclusive)
        #expect(errors.reason?.contains("from 0.0 % to 3.0 %") == true)
        #expect(errors.ratio == nil && errors.candidate == 0.03)
        // One run of five that fails is enough, though no test could show it.
        var groups = Records.groups()
        groups.candidate[2] = Records.run(Records.step("show", p50: 20, errorRatio: 0.2))
        #expect(judge(groups).verdict == .inconclusive)
        // 0.05 % is below what counts.
        #expect(judge(Records.groups(errorRatio: 0.0005)).verdict == .pass)
    }

    @Test("a step that vanished, appeared or was not measured everywhere withholds a pass and is named")
    func missingSteps() {
        var groups = Records.groups()
        groups.reference = groups.reference.map {
            RunRecord(started: $0.started, seconds: 10, steps: $0.steps + [Records.step("gone", p50: 1)])
        }
        groups.candidate = groups.candidate.map {
            RunRecord(started: $0.started, seconds: 10, steps: $0.steps + [Records.step("new", p50: 1)])
        }
        groups.reference[3].steps.append(Records.step("rare", p50: 1))
        groups.candidate[0].steps.append(Records.step("rare", p50: 1))
        let failed = StepRecord(
            name: "failed", measure: .responseTime, histogram: nil, exchanges: 10, completed: 0, good: 0, seconds: 10)
        groups.reference = groups.reference.map {
            RunRecord(started: $0.started, seconds: 10, steps: $0.steps + [failed])
        }
        groups.candidate = groups.candidate.map {
            RunRecord(started: $0.started, seconds: 10, steps: $0.steps + [failed])
        }
        let comparison = judge(groups)
        #expect(comparison.verdict == .inconclusive)
        #expect(Array(comparison.steps.keys) == ["show"])
        #expect(
            comparison.reason == """
                step "failed" was measured in 0 of 10 runs of the baseline and 0 of 5 new runs; \
                step "gone" is in the baseline only: it had no exchange now; step "new" is not in the baseline; \
                step "rare" was measured in 1 of 10 runs of the baseline and 1 of 5 new runs
                """)
    }

    @Test("a group is compared like a step; a baseline that has none yet says so and withholds nothing")
    func groups() {
        func with(_ runs: [RunRecord], _ time: Double) -> [RunRecord] {
            runs.enumerated().map { number, run in
                var run = run
                run.steps.append(Records.step("group pay", p50: time + Double(number) / 10, measure: .groupTime))
                return run
            }
        }
        var groups = Records.groups()
        groups.candidate = with(groups.candidate, 80)
        let older = judge(groups)
        #expect(older.verdict == .pass)
        #expect(older.notes?.contains { $0.contains("has no groups") } == true)
        #expect(Array(older.steps.keys) == ["show"])
        groups.reference = with(groups.reference, 40)
        let slower = judge(groups)
        #expect(slower.verdict == .regression)
        #expect(slower.steps["group pay"]?.first { $0.gates }?.of == "group_time")
        #expect(slower.steps["show"]?.first { $0.gates }?.verdict == .pass)
        // One that vanished withholds a pass, as a step does.
        #expect(judge((groups.reference, groups.candidate.map(\.withoutGroups))).verdict == .inconclusive)
    }

    @Test("a regression of one step stands, whatever else could not be compared")
    func worst() {
        var groups = Records.groups(factor: 2)
        groups.candidate[0].steps.append(Records.step("new", p50: 1))
        #expect(judge(groups).verdict == .regression)
    }

    @Test("another latency of the same step is no comparison")
    func otherMeasure() {
        var groups = Records.groups()
        groups.candidate = groups.candidate.map { _ in Records.run(Records.step("show", p50: 20, measure: .roundTrip)) }
        let comparison = judge(groups)
        #expect(comparison.verdict == .inconclusive && comparison.steps.isEmpty)
        #expect(comparison.reason?.contains("response_time once and its round_trip now") == true)
    }

    @Test("is the same however often, by whatever way it is asked for")
    func publicWay() {
        let groups = Records.groups(factor: 1.1)
        func judge() -> Comparison {
            RunComparison.judge(baseline: groups.reference, candidate: groups.candidate, reference: "baselines/a.json")
        }
        let comparison = judge()
        #expect(comparison == judge())
        #expect(comparison.verdict == self.judge(groups).verdict)
        #expect(comparison.alpha == 0.05 && comparison.tolerance == 0.05 && comparison.floor == 0.1)
    }

    @Test("too few runs decide nothing, but their figures are shown")
    func tooFew() throws {
        let groups = Records.groups(factor: 3)
        let one = judge((groups.reference, Array(groups.candidate.prefix(1))))
        #expect(one.verdict == .inconclusive)
        #expect(one.reason == "1 new run, and at least 5 are needed")
        #expect(try primary(one).verdict == .inconclusive)
        #expect(try #require(try primary(one).ratio) > 2.9)
        let few = judge((Array(groups.reference.prefix(9)), groups.candidate))
        #expect(few.reason == "the baseline has 9 runs, and at least 10 are needed")
        #expect(judge(([], groups.candidate)).reason == "the reference has no run")
        #expect(judge((groups.reference, [])).reason == "there is no new run")
        #expect(judge(([], [])).verdict == .inconclusive)
        let empty = RunRecord(started: "2026-01-31T12:00:00Z", seconds: 10, steps: [])
        #expect(judge(([empty], [empty])).verdict == .inconclusive)
    }

    @Test("with many steps a single small chance is no regression")
    func manySteps() throws {
        // 20 steps without a difference but for noise; the last is slower in a way whose chance is about 1 %.
        var normal = NormalNumbers(seed: 9)
        func run(_ shift: Double) -> RunRecord {
            RunRecord(
                started: "2026-01-31T12:00:00Z", seconds: 10,
                steps: (0..<20).map {
                    Records.step("step \($0)", p50: 20 * (1 + 0.05 * normal.next() + ($0 == 19 ? shift : 0)))
                })
        }
        let comparison = judge(((0..<10).map { _ in run(0) }, (0..<5).map { _ in run(0.075) }))
        let last = try primary(comparison, of: "step 19")
        let adjusted = try #require(last.adjustedP)
        #expect(last.p < 0.05 && adjusted > 0.05)
        #expect(comparison.verdict == .inconclusive)
    }

    @Test("pairs are compared as pairs, and it takes more of them for more steps")
    func pairs() throws {
        func pairs(_ count: Int, factor: Double) -> [(reference: RunRecord, candidate: RunRecord)] {
            (0..<count).map { index in
                // The machine's speed doubles meanwhile; the pairs' ratios differ by a percent.
                let latency = 20 * (1 + Double(index) / Double(count))
                return (
                    Records.run(Records.step("show", p50: latency)),
                    Records.run(Records.step("show", p50: latency * factor * (1 + Double(index % 3) / 100)))
                )
            }
        }
        let slower = RunComparison.judge(pairs: pairs(8, factor: 1.1), reference: "http://127.0.0.1:8081")
        #expect(slower.verdict == .regression && slower.paired)
        // 2⁻⁸
        #expect(try primary(slower).p == 0.00390625)
        #expect(slower.notes == nil)
        #expect(RunComparison.judge(pairs: pairs(8, factor: 1), reference: "").verdict == .pass)
        var odd = pairs(8, factor: 1)
        odd[6].candidate = Records.run(Records.step("show", p50: 105))
        // The reference of the seventh pair has 20 · (1 + 6/8) = 35 ms.
        #expect(
            RunComparison.judge(pairs: odd, reference: "").notes == [
                "step \"show\": p95 of new run 7 is 3.0 times its partner's, the median of all pairs 1.0 times"
            ])
        let few = RunComparison.judge(pairs: pairs(5, factor: 2), reference: "")
        #expect(few.verdict == .inconclusive)
        #expect(few.reason == "5 pairs of runs, and at least 6 are needed")
        // 2⁻⁶ · 3 = 0.047, 2⁻⁶ · 4 = 0.0625, 2⁻⁷ · 6 = 0.047
        #expect([1, 3, 4, 6, 7].map { RunComparison.pairsNeeded(steps: $0) } == [6, 6, 7, 7, 8])
    }

    @Test("throughput that falls is worse, and does not gate")
    func throughput() throws {
        let reference = (0..<10).map { Records.run(Records.step("show", p50: 20, throughput: 100 + Double($0))) }
        let candidate = (0..<5).map { Records.run(Records.step("show", p50: 20, throughput: 50 + Double($0))) }
        let comparison = judge((reference, candidate))
        #expect(comparison.verdict == .pass)
        let throughput = try #require(comparison.steps["show"]?.first { $0.name == "throughput" })
        #expect(throughput.verdict == .regression && !throughput.gates)
        #expect(try #require(throughput.ratio) > 1.9)
        #expect(throughput.reason?.hasPrefix("lower by 50") == true)
        // None at all is no crash.
        let none = (0..<5).map { _ in Records.run(Records.step("show", p50: 20, throughput: 0)) }
        #expect(judge((reference, none)).steps["show"]?.first { $0.name == "throughput" }?.verdict == .regression)
    }

    @Test("latencies too short to be told apart give no infinite ratio")
    func zero() throws {
        let runs = (0..<10).map { _ in Records.run(Records.step("show", p50: 0)) }
        let comparison = judge((runs, Array(runs.prefix(5))))
        #expect(comparison.verdict == .pass)
        #expect(try primary(comparison).ratio == 1)
    }
}

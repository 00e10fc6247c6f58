import Measures
import Scenarios
import Testing

@testable import Objectives
@testable import VerificationKit

@Suite struct ObjectiveJudgeTests {
    private let p95Below = Fixtures.objective(.percentile(95), .responseTime, .less(1.5))

    // MARK: Percentiles

    @Test("a percentile whose upper bound meets the limit passes, with the bound's rank")
    func percentilePasses() {
        // 0.001 … 1.000 ms: p95 is the 950th, its bound the 962nd.
        let finding = Fixtures.finding(p95Below, Fixtures.tally((1...1_000).map { Double($0) / 1_000 }))
        #expect(
            finding
                == ObjectiveFinding(
                    objective: p95Below, verdict: .pass, observed: 0.95, bound: 0.962, samples: 1_000,
                    unit: .milliseconds))
    }

    @Test("a percentile that breaks the limit fails, even of a single sample")
    func percentileFails() {
        #expect(Fixtures.finding(p95Below, Fixtures.tally([2])).verdict == .fail)
        // 94 of 100 are fast, so the 95th is slow.
        let finding = Fixtures.finding(
            p95Below, Fixtures.tally(Array(repeating: 1, count: 94) + Array(repeating: 1.8, count: 6)))
        #expect(finding.verdict == .fail)
        #expect(finding.observed == 1.8)
    }

    @Test("too few samples are inconclusive, and the note says how many are missing")
    func percentileTooFew() {
        let finding = Fixtures.finding(p95Below, Fixtures.tally(Array(repeating: 1, count: 58)))
        #expect(
            finding
                == ObjectiveFinding(
                    objective: p95Below, verdict: .inconclusive, observed: 1, bound: nil, samples: 58,
                    unit: .milliseconds, note: "1 more sample is needed, if none of them breaks the limit"))
        #expect(Fixtures.finding(p95Below, Fixtures.tally(Array(repeating: 1, count: 59))).verdict == .pass)
        let ten = Fixtures.finding(p95Below, Fixtures.tally(Array(repeating: 1, count: 10)))
        #expect(ten.note == "49 more samples are needed, if none of them breaks the limit")
    }

    @Test("a percentile that meets the limit while its bound doesn't is inconclusive")
    func percentileBetween() throws {
        // 4 of 100 are slow: p95 is fast, but the upper bound is the 99th sample or so, which is slow.
        let finding = Fixtures.finding(
            p95Below, Fixtures.tally(Array(repeating: 1, count: 96) + Array(repeating: 1.8, count: 4)))
        #expect(finding.verdict == .inconclusive)
        #expect(finding.observed == 1)
        #expect(finding.bound == 1.8)
        // 1,348 samples or up to 25 more show 5 % at 4 % seen; 100 are there.
        let note = try #require(finding.note)
        #expect(note.hasPrefix("about 1,2"))
        #expect(note.hasSuffix("more samples are needed, if as many break the limit as so far"))
    }

    @Test("a percentile has to lie above a lower limit with its lower bound")
    func percentileLower() {
        let above = Fixtures.objective(.percentile(50), .responseTime, .greater(0.45))
        let values = (1...1_000).map { Double($0) / 1_000 }
        // The median's lower bound is the 474th of 1,000.
        let finding = Fixtures.finding(above, Fixtures.tally(values))
        #expect(finding.verdict == .pass)
        #expect(finding.observed == 0.5)
        #expect(finding.bound == 0.474)
        let tight = Fixtures.objective(.percentile(50), .responseTime, .greater(0.48))
        #expect(Fixtures.finding(tight, Fixtures.tally(values)).verdict == .inconclusive)
        let broken = Fixtures.objective(.percentile(50), .responseTime, .greater(0.5))
        #expect(Fixtures.finding(broken, Fixtures.tally(values)).verdict == .fail)
    }

    @Test("`within` needs both bounds")
    func percentileWithin() {
        let values = (1...1_000).map { Double($0) / 1_000 }
        func verdict(_ range: ClosedRange<Double>) -> Verdict {
            let objective = Fixtures.objective(.percentile(50), .responseTime, .within(range))
            return Fixtures.finding(objective, Fixtures.tally(values)).verdict
        }
        // The median is the 500th of 1,000, its bounds are the 474th and the 527th.
        #expect(verdict(0.474...0.527) == .pass)
        #expect(verdict(0.475...0.527) == .inconclusive)
        #expect(verdict(0.474...0.526) == .inconclusive)
        #expect(verdict(0.501...0.6) == .fail)
        #expect(verdict(0.4...0.499) == .fail)
    }

    @Test("at one microsecond's resolution a value equal to the limit fails `<` and passes `<=`")
    func equalFine() {
        let values = Array(repeating: 1.0, count: 500) + [0.5, 1.2]
        let strict = Fixtures.objective(.percentile(50), .responseTime, .less(1))
        #expect(Fixtures.finding(strict, Fixtures.tally(values)).verdict == .fail)
        let loose = Fixtures.objective(.percentile(50), .responseTime, .lessOrEqual(1))
        #expect(Fixtures.finding(loose, Fixtures.tally(values)).verdict == .pass)
    }

    @Test("a percentile in the same place of the histogram as the limit is inconclusive, strict or not")
    func equalCoarse() {
        // 199.95 and 200.05 ms share the place 199.936 … 200.063 ms.
        for value in [199.95, 200, 200.05] {
            let tally = Fixtures.tally(Array(repeating: value, count: 500) + [1, 900])
            for comparison in [Objective.Comparison.less(200), .lessOrEqual(200), .greater(200), .greaterOrEqual(200)] {
                let finding = Fixtures.finding(Fixtures.objective(.percentile(50), .responseTime, comparison), tally)
                #expect(finding.verdict == .inconclusive)
                #expect(
                    finding.note
                        == "the percentile lies in 199.936...200.063 ms, and so does the limit: no finer was measured")
            }
        }
        // The places on both sides of it are told from the limit.
        func verdict(_ value: Double, _ comparison: Objective.Comparison) -> Verdict {
            let tally = Fixtures.tally(Array(repeating: value, count: 500) + [1, 900])
            return Fixtures.finding(Fixtures.objective(.percentile(50), .responseTime, comparison), tally).verdict
        }
        #expect(verdict(199.9, .less(200)) == .pass)
        #expect(verdict(200.1, .lessOrEqual(200)) == .fail)
    }

    // MARK: Ratios

    @Test("availability passes only if the Clopper–Pearson bound does")
    func availability() {
        let objective = Fixtures.objective(nil, .availability, .greater(0.999))
        // 0 bad of 2,994 can hide 0.1 %, of 2,995 it can't.
        #expect(Fixtures.finding(objective, Fixtures.outcomes(bad: 0, of: 2_995)).verdict == .pass)
        let short = Fixtures.finding(objective, Fixtures.outcomes(bad: 0, of: 2_994))
        #expect(short.verdict == .inconclusive)
        #expect(short.observed == 1)
        #expect(short.note == "1 more sample is needed, if none of them breaks the limit")
        // 1 − 0.05^(1/2994) = 0.00100003…
        #expect(abs((short.bound ?? 0) - 0.998999916) < 1e-8)
        #expect(Fixtures.finding(objective, Fixtures.outcomes(bad: 4, of: 2_995)).verdict == .fail)
        // Exactly 99.9 % is not more than 99.9 %, however the limit was rounded.
        let rounded = Fixtures.objective(nil, .availability, .greaterOrEqual(99.9 / 100))
        #expect(Fixtures.finding(objective, Fixtures.outcomes(bad: 1, of: 1_000)).verdict == .fail)
        #expect(Fixtures.finding(rounded, Fixtures.outcomes(bad: 1, of: 1_000)).verdict == .inconclusive)
    }

    @Test("the ratio of errors has an upper bound")
    func errors() {
        let objective = Fixtures.objective(.ratio, .errors, .less(0.0132))
        // 7 of 1,000: the bound is 0.013107715…
        let finding = Fixtures.finding(objective, Fixtures.outcomes(bad: 7, of: 1_000))
        #expect(finding.verdict == .pass)
        #expect(finding.observed == 0.007)
        #expect(abs((finding.bound ?? 0) - 0.013107715416593) < 1e-12)
        let tight = Fixtures.objective(.ratio, .errors, .less(0.0131))
        #expect(Fixtures.finding(tight, Fixtures.outcomes(bad: 7, of: 1_000)).verdict == .inconclusive)
    }

    @Test("a limit that leaves no room can't be shown, `==` judges what was seen")
    func noRoom() {
        let all = Fixtures.outcomes(bad: 0, of: 1_000)
        let least = Fixtures.finding(Fixtures.objective(nil, .availability, .greaterOrEqual(1)), all)
        #expect(least.verdict == .inconclusive)
        #expect(
            least.note
                == "no number of samples can show a limit that leaves no room; `==` or a count judges what was seen")
        #expect(Fixtures.finding(Fixtures.objective(nil, .availability, .equal(1)), all).verdict == .pass)
        #expect(Fixtures.finding(Fixtures.objective(.count, .errors, .equal(0)), all).verdict == .pass)
        let one = Fixtures.outcomes(bad: 1, of: 1_000)
        #expect(Fixtures.finding(Fixtures.objective(nil, .availability, .equal(1)), one).verdict == .fail)
        #expect(Fixtures.finding(Fixtures.objective(.count, .errors, .equal(0)), one).verdict == .fail)
    }

    // MARK: Plain figures

    @Test("minimum, mean, maximum, count and rate are judged by what was observed")
    func plainFigures() {
        // 1, 2, 3 ms and one exchange without a response time; 10 s were measured.
        let tally = Fixtures.tally([1, 2, 3], bad: 1)
        func observed(_ statistic: Objective.Statistic?, _ measure: Objective.Measure) -> Double? {
            Fixtures.finding(Fixtures.objective(statistic, measure, .less(1_000)), tally).observed
        }
        #expect(observed(.minimum, .responseTime) == 1)
        #expect(observed(.mean, .responseTime) == 2)
        #expect(observed(.maximum, .responseTime) == 3)
        #expect(observed(.percentile(100), .responseTime) == 3)
        #expect(observed(nil, .responseTime) == 3)
        #expect(observed(.count, .responseTime) == 3)
        #expect(observed(.rate, .responseTime) == 0.3)
        #expect(observed(.count, .errors) == 1)
        #expect(observed(.rate, .errors) == 0.1)
        #expect(observed(nil, .errors) == 0.25)
        #expect(observed(.count, .availability) == 3)
        // 3 ok and 1 http_5xx: all four answers arrived whole.
        #expect(observed(nil, .throughput) == 0.4)
        #expect(observed(.count, .throughput) == 4)
        let maximum = Fixtures.objective(.maximum, .responseTime, .less(3))
        #expect(Fixtures.finding(maximum, tally).verdict == .fail)
        #expect(Fixtures.finding(maximum, tally).unit == .milliseconds)
    }

    @Test("exchanges without a whole answer are no throughput")
    func throughput() {
        var tally = StepTally()
        tally.outcomes[.ok] = 5
        tally.outcomes[.refused] = 90
        let finding = Fixtures.finding(Fixtures.objective(nil, .throughput, .greaterOrEqual(1)), tally)
        #expect(finding.observed == 0.5)
        #expect(finding.verdict == .fail)
        #expect(finding.samples == 95)
    }

    @Test("no dropped arrival passes where there was load, and is no data where there was none")
    func dropped() {
        let none = Fixtures.objective(nil, .dropped, .equal(0))
        let judge = ObjectiveJudge(none, scenario: Fixtures.scenario)
        var measurement = Fixtures.measurement(Fixtures.tally([1, 2]))
        #expect(judge.finding(of: measurement).verdict == .pass)
        measurement.total.dropped = 3
        #expect(
            judge.finding(of: measurement)
                == ObjectiveFinding(objective: none, verdict: .fail, observed: 3, samples: 5, unit: .count))
        #expect(Fixtures.finding(none, nil).verdict == .noData)
        let selected = Fixtures.objective(nil, .dropped, of: .name("list"), .equal(0))
        #expect(ObjectiveJudge(selected, scenario: Fixtures.scenario).finding(of: measurement).verdict == .noData)
    }

    @Test("start lag of the whole run comes from the run's own histogram, of a step from the step's")
    func startLag() {
        var tally = Fixtures.tally([1])
        tally.record(Fixtures.ms(0.2), as: .startLag)
        var measurement = Fixtures.measurement(tally)
        measurement.total.startLag.record(Fixtures.ms(0.5))
        let whole = Fixtures.objective(.maximum, .startLag, .less(1))
        #expect(ObjectiveJudge(whole, scenario: Fixtures.scenario).finding(of: measurement).observed == 0.5)
        let step = Fixtures.objective(.maximum, .startLag, of: .name("list"), .less(1))
        #expect(ObjectiveJudge(step, scenario: Fixtures.scenario).finding(of: measurement).observed == 0.2)
    }

    @Test("a selector takes only its own steps into account")
    func selected() {
        var measurement = Fixtures.measurement(Fixtures.tally([1, 2]))
        measurement.total.steps[3] = Fixtures.tally([9])
        func finding(_ selector: Objective.Selector?) -> ObjectiveFinding {
            let objective = Fixtures.objective(.maximum, .responseTime, of: selector, .less(5))
            return ObjectiveJudge(objective, scenario: Fixtures.scenario).finding(of: measurement)
        }
        #expect(finding(nil).observed == 9)
        #expect(finding(nil).samples == 3)
        #expect(finding(.name("browse")).observed == 2)
        #expect(finding(.name("estimate")).observed == 9)
        #expect(finding(.tag(name: "kind", value: "read")).observed == 2)
    }

    // MARK: No data

    @Test("without a sample there is no verdict but no data, with the reason")
    func noData() {
        func note(_ objective: Objective, _ tally: StepTally?) -> String? {
            let finding = Fixtures.finding(objective, tally)
            #expect(finding.verdict == .noData)
            #expect(finding.observed == nil)
            #expect(finding.bound == nil)
            return finding.note
        }
        let tally = Fixtures.tally([1])
        #expect(note(p95Below, nil) == "there was no exchange")
        #expect(note(Fixtures.objective(.count, .errors, .equal(0)), nil) == "there was no exchange")
        #expect(note(Fixtures.objective(nil, .throughput, .greater(1)), nil) == "there was no exchange")
        #expect(
            note(Fixtures.objective(.percentile(95), .roundTrip, .less(1)), tally) == "no exchange had a round_trip")
        #expect(
            note(Fixtures.objective(.maximum, .responseTime, of: .name("nowhere"), .less(1)), tally)
                == "the scenario has no step, flow or tag of that name")
        #expect(note(Fixtures.objective(.ratio, .responseTime, .less(1)), tally) == "response_time has no ratio")
        for measure in [
            Objective.Measure.hitRatio, .byteHitRatio, .rto, .rtoFirst, .rpo, .lostWrites, .duplicates, .staleReads,
            .outage, .budget, .probe("pool"),
        ] {
            let reason =
                measure.isOfDrills ? "measured by loadgate drill, while things break" : "not measured by the load"
            #expect(note(Fixtures.objective(nil, measure, .less(1)), tally) == reason)
        }
    }
}

import Measures
import Scenarios

@testable import Objectives

/// Values that several tests are made of.
enum Fixtures {
    /// Flow `browse` with the steps `list` and `show`, flow `estimate` with a step of the same name and a step `send`.
    static var scenario: Scenario {
        let browse = Flow(
            name: "browse",
            actions: [
                .request(Step(name: "list", url: Text("/list"), tags: ["kind": "read"])),
                .pause(.zero ... .seconds(1)),
                .request(Step(name: "show", url: Text("/show"))),
            ], tags: ["kind": "page", "team": "web"])
        let estimate = Flow(
            name: "estimate",
            actions: [
                .request(Step(name: "estimate", url: Text("/estimate"), tags: ["kind": "read"])),
                .request(Step(name: "send", url: Text("/send"))),
            ])
        return Scenario(
            name: "fixture", target: Text("http://127.0.0.1:8080"), flows: [browse, estimate],
            load: [.arrivals(ArrivalStage(from: 100, to: 100, duration: .seconds(10)))])
    }

    static func objective(
        _ statistic: Objective.Statistic?, _ measure: Objective.Measure, of selector: Objective.Selector? = nil,
        _ comparison: Objective.Comparison, in window: Duration? = nil
    ) -> Objective {
        Objective(
            source: "an objective", statistic: statistic, measure: measure, selector: selector, comparison: comparison,
            window: window)
    }

    static func ms(_ value: Double) -> Span { Span(seconds: value / 1_000) }

    /// A tally of exchanges that ended `ok`, with their response times in milliseconds.
    static func tally(_ milliseconds: some Sequence<Double>, bad: Int = 0) -> StepTally {
        var tally = StepTally()
        for value in milliseconds {
            tally.record(ms(value), as: .responseTime)
            tally.outcomes.count(.ok)
        }
        for _ in 0..<bad { tally.outcomes.count(.http5xx) }
        return tally
    }

    /// An interval in which step `list` (0) had a tally.
    static func interval(_ tally: StepTally?) -> Interval {
        var interval = Interval(steps: 4, flows: 2)
        interval.steps[0] = tally
        interval.started = tally?.outcomes.total ?? 0
        return interval
    }

    /// Ten seconds of a run in which step `list` had a tally.
    static func measurement(_ tally: StepTally?) -> RunMeasurement {
        var measurement = RunMeasurement(steps: 4, flows: 2, reactors: 2)
        measurement.total = interval(tally)
        measurement.measured = Span(seconds: 10)
        return measurement
    }

    /// What an objective comes to over such a run.
    static func finding(_ objective: Objective, _ tally: StepTally?) -> ObjectiveFinding {
        ObjectiveJudge(objective, scenario: scenario).finding(of: measurement(tally))
    }

    /// As many bad exchanges among all.
    static func outcomes(bad: UInt64, of total: UInt64) -> StepTally {
        var tally = StepTally()
        tally.outcomes[.ok] = total - bad
        tally.outcomes[.http5xx] = bad
        return tally
    }
}

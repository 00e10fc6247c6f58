import Measures
import Scenarios

@testable import Generator

/// Runs scenarios made in code against servers made in tests.
enum EngineRun {
    /// A scenario of one flow. Its bounds are so wide that a machine which stands still for a while changes nothing.
    static func scenario(
        _ url: String, steps: [Step] = [Step(name: "step", url: Text("/"), timeout: .seconds(60))], load: [Stage],
        change: (inout Scenario) -> Void = { _ in }
    ) -> Scenario {
        var scenario = Scenario(
            name: "test", target: Text(url), flows: [Flow(name: "flow", actions: steps.map { .request($0) })],
            load: load)
        scenario.limits.gracefulStop = .seconds(60)
        change(&scenario)
        return scenario
    }

    /// Runs to the end; `during` is given the run and each second of it.
    static func run(
        _ scenario: Scenario, reactors: Int = 2, segment: LoadRun.Segment = LoadRun.Segment(),
        delay: Span = Span(nanoseconds: 20_000_000),
        during: @escaping @Sendable (LoadRun, LoadRun.Second) -> Void = { _, _ in }
    ) throws -> RunMeasurement {
        let plan = try RunPlan(scenario, userAgent: "loadgate-test")
        let destinations = try Destinations(plan.endpoints, authorised: [], http: scenario.defaults.http)
        let run = try LoadRun(plan, destinations: destinations, reactors: reactors, segment: segment, delay: delay)
        return run.run { second in during(run, second) }
    }

    static func iterations(_ count: Int, users: Int = 1) -> [Stage] {
        [.iterations(IterationStage(iterations: count, users: users))]
    }
}

extension RunMeasurement {
    /// The outcomes of all steps together, by label.
    var outcomes: [String: UInt64] {
        Dictionary(
            uniqueKeysWithValues: total.tally(of: total.steps.indices).outcomes.occurring.map {
                ($0.outcome.label, $0.count)
            })
    }
}

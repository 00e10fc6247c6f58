internal import Measures
internal import Objectives
internal import Scenarios

/// One of several loads, as it stands in a result.
public struct LoadResult: Codable, Equatable, Sendable {
    /// Its index in the scenario, from 0.
    public var number: Int
    /// When its first stage begins, in seconds from the start of the run.
    public var start: Double
    /// The flows that its iterations run, by the names of `flows`.
    public var flows: [String]
    /// The length of its measured stages in seconds; those that send nothing are none.
    public var seconds: Double
    /// Arrivals per second that it intended; absent where none of its stages was open.
    public var intendedRate: Double?
    /// Arrivals per second that were begun in time; absent likewise.
    public var achievedRate: Double?
    /// Arrivals and iterations begun.
    public var started: UInt64
    /// Iterations that came to their end.
    public var iterations: UInt64
    /// Iterations that were given up.
    public var givenUp: UInt64
    /// Arrivals that were dropped.
    public var dropped: UInt64
    /// Exchanges that came to their end.
    public var count: UInt64
    /// The same per second of its measured time.
    public var rate: Double
    /// How its exchanges ended; only outcomes that occurred.
    public var outcomes: [String: UInt64]
    /// Finished − intended start of its exchanges; absent where there was none.
    public var responseTime: LatencyFigures?
    /// The times of its iterations; absent where none came to its end.
    public var iterationTime: LatencyFigures?

    enum CodingKeys: String, CodingKey {
        case number, start, flows, seconds
        case intendedRate = "intended_rate"
        case achievedRate = "achieved_rate"
        case started, iterations
        case givenUp = "given_up"
        case dropped, count, rate, outcomes
        case responseTime = "response_time_ms"
        case iterationTime = "iteration_time_ms"
    }

    /// Exchanges that did not end `ok`.
    public var bad: UInt64 {
        outcomes.reduce(0) { sum, entry in
            [Outcome.ok.label, Outcome.unfinished.label].contains(entry.key) ? sum : sum &+ entry.value
        }
    }
}

extension LoadResult {
    /// The loads of a run by their names; nil where they have none.
    static func loads(of scenario: Scenario, _ measurement: RunMeasurement) -> [String: LoadResult]? {
        guard !measurement.loads.isEmpty else { return nil }
        let labels = scenario.flowLabels
        var results: [String: LoadResult] = [:]
        for (number, load) in measurement.loads.enumerated() {
            let tally = measurement.total.tally(of: StepSelection(.load(load.name), in: scenario).steps)
            let flows = scenario.flows.indices.filter { scenario.flows[$0].load == load.name }
            var times = LatencyHistogram()
            for case let time? in flows.map({ measurement.total.iterationTimes[$0] }) { times.add(time) }
            let counts = flows.map { measurement.total.iterationCounts[$0] }
            let seconds = load.measured.seconds
            let count = tally.outcomes.total
            results[load.name] = LoadResult(
                number: number, start: number < scenario.loads.count ? Span(scenario.loads[number].start).seconds : 0,
                flows: flows.map { scenario.secrets.redact(labels[$0]) }, seconds: Rounding.thousandths(seconds),
                intendedRate: load.intendedRate.map(Rounding.thousandths),
                achievedRate: load.achievedRate.map(Rounding.thousandths),
                started: counts.reduce(0) { $0 &+ $1.begun }, iterations: times.count,
                givenUp: counts.reduce(0) { $0 &+ $1.givenUp }, dropped: load.counts.dropped, count: count,
                rate: seconds > 0 ? Rounding.thousandths(Double(count) / seconds) : 0,
                outcomes: tally.outcomes.labelled,
                responseTime: LatencyFigures(tally[.responseTime], unfinished: tally.outcomes.unfinished),
                iterationTime: LatencyFigures(
                    times.count > 0 ? times : nil,
                    unfinished: flows.reduce(0) { $0 &+ measurement.total.withoutEnd(ofFlow: $1) }))
        }
        return results
    }
}

extension RunResult {
    /// The loads in the scenario's order; empty where they have no names.
    var loadsInOrder: [(name: String, load: LoadResult)] {
        (loads ?? [:]).sorted { ($0.value.number, $0.key) < ($1.value.number, $1.key) }.map { ($0.key, $0.value) }
    }
}

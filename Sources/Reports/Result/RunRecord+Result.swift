public import Baselines
internal import Measures

extension RunRecord {
    /// The record of a run that stands in a result: of a step with round trips those, else its response times.
    ///
    /// Results of versions that wrote no distributions give steps without latencies, with which nothing can be compared.
    public init(_ result: RunResult) {
        let steps = result.steps.sorted { $0.value.number < $1.value.number }.filter { $0.value.count > 0 }
        self.init(
            started: result.started, seconds: result.seconds,
            steps: steps.map { name, step in
                let measure = step.roundTrip == nil ? LatencyMeasure.responseTime : .roundTrip
                return StepRecord(
                    name: name, measure: measure, histogram: step.distributions?[measure.label],
                    outcomes: step.outcomes, seconds: result.seconds)
            })
    }
}

public import Baselines
internal import Measures
internal import Scenarios

extension RunRecord {
    /// The record of a run that stands in a result: of a step with round trips those, else its response times; of groups and untils
    /// their times, behind all steps.
    ///
    /// Results of versions that wrote no distributions give steps without latencies, with which nothing can be compared.
    public init(_ result: RunResult) {
        let steps = result.steps.sorted { $0.value.number < $1.value.number }.filter { $0.value.count > 0 }
        var records = steps.map { name, step in
            let measure = step.roundTrip == nil ? RecordedMeasure.responseTime : .roundTrip
            return StepRecord(
                name: name, measure: measure, histogram: step.distributions?[measure.label],
                outcomes: step.outcomes, seconds: result.seconds)
        }
        for (name, group) in result.groupsInOrder where group.begun > group.cutOff {
            records.append(StepRecord(name, group, seconds: result.seconds, besides: records))
        }
        self.init(started: result.started, seconds: result.seconds, steps: records)
    }
}

extension StepRecord {
    /// The record of a group or an `until`: `group checkout`, since a step may have the same name. What the run's end cut off counts
    /// for nothing.
    fileprivate init(_ name: String, _ group: GroupResult, seconds: Double, besides others: [StepRecord]) {
        var label = "\(group.kind.rawValue) \(name)"
        while others.contains(where: { $0.name == label }) { label += "'" }
        let ended = group.begun - group.cutOff
        self.init(
            name: label, measure: .groupTime, histogram: group.distribution, exchanges: ended,
            completed: group.completed, good: ended - min(ended, group.bad), seconds: seconds)
    }
}

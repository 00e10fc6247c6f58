internal import FoundationEssentials
internal import Measures
internal import Objectives
internal import Scenarios
internal import VerificationKit

/// The seconds of a log, or of several side by side, added up and judged as the run itself would have.
struct LoggedRun {
    /// The header of the log, or of the first of several.
    let header: ProgressHeader
    /// What is known of the scenario.
    let plan: RebuiltScenario
    /// What was measured so far.
    private(set) var measurement: RunMeasurement
    private var watch: ObjectiveWatch

    /// A run of which no second is known yet.
    ///
    /// - Parameter reactors: How many carried it, in all processes.
    init(_ header: ProgressHeader, reactors: Int) {
        self.header = header
        plan = RebuiltScenario(header)
        let scenario = plan.scenario
        measurement = RunMeasurement(
            steps: scenario.steps.count, flows: scenario.flows.count, reactors: max(1, reactors),
            loads: header.loads.map { loads in
                LoadMap(names: loads.map(\.name), steps: scenario.loadsOfSteps, flows: scenario.loadsOfFlows)
            }, blocks: scenario.measuredBlocks.count)
        measurement.scheduling = header.scheduling?.measured
        watch = ObjectiveWatch(scenario)
    }

    /// The next second.
    mutating func take(_ second: LoggedSecond) {
        let number = measurement.series.seconds
        measurement.total.add(second.interval)
        measurement.total.users = second.interval.users
        measurement.series.append(second.interval)
        for load in measurement.loads.indices where load < second.loads.count && second.loads[load] {
            measurement.loads[load].addStretch(Span(seconds: Double(number))..<Span(seconds: Double(number + 1)))
        }
        if second.isMeasured { _ = watch.feed(second.interval, loads: second.loads) }
        measurement.changes += second.changes
    }

    /// What is known since the load's end.
    mutating func take(_ end: ProgressEnd) {
        switch end.ending {
        case .completed: measurement.ending = .completed
        case .interrupted: measurement.ending = .interrupted
        case .aborted: measurement.ending = .aborted(objective: end.abortedBy ?? "")
        }
        measurement.measured = Span(nanoseconds: end.measured)
        measurement.openLoad = Span(nanoseconds: end.openLoad)
        measurement.wall = Span(nanoseconds: end.wall)
        measurement.intendedArrivals = end.intended
        measurement.arrivalsInTime = end.intended == nil ? nil : measurement.total.inTime
        for (number, load) in (end.loads ?? []).prefix(measurement.loads.count).enumerated() {
            measurement.loads[number].take(load.load, counts: measurement.total.loads[number])
        }
        measurement.saturation = end.saturation
        measurement.scheduling?.fellBack = Span(nanoseconds: end.fellBack ?? 0)
        measurement.abandoned = end.abandoned ?? 0
        for (step, messages) in end.examples.prefix(measurement.examples.count).enumerated() {
            measurement.examples[step] = messages
        }
        for (step, said) in (end.excerpts ?? []).prefix(measurement.excerpts.count).enumerated() {
            measurement.excerpts[step] = said
        }
        for (step, wrong) in end.wrongAnswers.prefix(measurement.wrongAnswers.count).enumerated() {
            measurement.wrongAnswers[step] = wrong.map {
                WrongAnswer(
                    kind: $0.kind, input: $0.input, path: $0.path, expected: $0.expected, observed: $0.observed,
                    time: Span(seconds: $0.at))
            }
        }
    }

    /// What the run comes to by its load alone: its verifications and probes are not in a log.
    ///
    /// - Parameters:
    ///   - isWhole: False where only a part of the run is known, however it ended.
    ///   - reasons: Why the load was not the planned one, whatever it measured.
    func judgement(isWhole: Bool, reasons: [GeneratorAudit.Reason] = []) -> RunJudgement {
        RunJudgement(
            scenario: plan.scenario, measurement: measurement, watch: watch, lost: plan.lost.map(\.severity),
            isWhole: isWhole, reasons: reasons)
    }

    /// The result with what the run comes to.
    ///
    /// - Parameter use: What all processes have used.
    func result(_ judgement: RunJudgement, use: ProgressLine.ProcessUse?) -> RunResult {
        let info = RunInfo(
            started: Date(timeIntervalSince1970: 0), file: header.scenario.file,
            scenarioSHA256: header.scenario.sha256, scenarioText: header.scenario.text, target: header.target,
            version: header.loadgate, peakMemoryBytes: use?.peakMemoryBytes ?? 0,
            cpuSeconds: use?.cpuSeconds ?? measurement.total.cpu.seconds, transports: header.plan?.transports ?? [])
        var result = RunResult(
            scenario: plan.scenario, measurement: measurement, judgement: judgement, info: info)
        result.started = header.started
        result.stages = header.plan.flatMap { $0.stages.isEmpty ? nil : $0.stages }
        result.objectives = plan.objectives.map { index in
            switch index {
            case .success(let index): result.objectives[index]
            case .failure(let lost):
                ObjectiveResult(
                    objective: lost.record.objective, verdict: .noData, samples: 0, severity: lost.record.severity,
                    section: lost.record.section, criterion: lost.record.criterion,
                    note: "it can't be read again: \(lost.reason)")
            }
        }
        return result
    }
}

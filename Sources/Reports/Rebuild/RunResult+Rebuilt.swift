internal import FoundationEssentials
internal import Measures
internal import Objectives
internal import Scenarios
internal import VerificationKit

extension RunResult {
    /// The result of a run that left none, made from its progress log: what was measured up to the last second that was
    /// written, and what the objectives come to by that. Its verdict is at best inconclusive.
    public init(rebuiltFrom log: ProgressLog.Contents) {
        var run = RebuiltRun(log.header)
        log.lines.forEach { run.take($0) }
        if let end = log.end { run.take(end) }
        self = run.result
    }

    /// The same of a log in a file, of which one second at a time is in memory.
    ///
    /// - Throws: As `ProgressLog.scan`.
    public init(rebuiltFromLog path: String) throws {
        var run: RebuiltRun?
        try ProgressLog.scan(path) { part in
            switch part {
            case .header(let header): run = RebuiltRun(header)
            case .second(let line): run?.take(line)
            case .end(let end): run?.take(end)
            }
        }
        guard let run else { throw ResultFile.Malformed(path: path, reason: "it has no complete line") }
        self = run.result
    }
}

/// The seconds of a log added up as the run itself would have.
private struct RebuiltRun {
    private let header: ProgressHeader
    private let plan: RebuiltScenario
    private var measurement: RunMeasurement
    private var watch: ObjectiveWatch
    private var seconds = 0
    private var wholeSeconds: Int64 = 0
    private var last: (total: ProgressLine.Totals, process: ProgressLine.ProcessUse?)?
    private var hasEnd = false

    init(_ header: ProgressHeader) {
        self.header = header
        plan = RebuiltScenario(header)
        let scenario = plan.scenario
        measurement = RunMeasurement(
            steps: plan.scenario.steps.count, flows: plan.scenario.flows.count, reactors: max(1, header.reactors),
            loads: header.loads.map { loads in
                LoadMap(
                    names: loads.map(\.name), steps: scenario.loadsOfSteps, flows: scenario.loadsOfFlows)
            })
        measurement.ending = .interrupted
        measurement.scheduling = header.scheduling?.measured
        watch = ObjectiveWatch(plan.scenario)
    }

    mutating func take(_ line: ProgressLine) {
        let second = line.interval(
            steps: measurement.total.steps.count, flows: measurement.total.iterationTimes.count,
            loads: measurement.loads.count)
        measurement.total.add(second)
        measurement.total.users = second.users
        measurement.series.append(second)
        let loads = line.loads ?? []
        for (number, load) in loads.prefix(measurement.loads.count).enumerated() {
            measurement.loads[number].take(load.load, counts: measurement.total.loads[number])
            if load.measured {
                measurement.loads[number].addStretch(
                    Span(seconds: Double(line.second))..<Span(seconds: Double(line.second + 1)))
            }
        }
        if line.measured {
            _ = watch.feed(second, loads: loads.map(\.measured))
            wholeSeconds += 1
        }
        measurement.changes += (line.changes ?? []).compactMap { $0.change(among: measurement.loads.map(\.name)) }
        seconds += 1
        last = (line.total, line.process)
    }

    mutating func take(_ end: ProgressEnd) {
        hasEnd = true
        measurement.take(end)
    }

    var result: RunResult {
        let measurement = wholeMeasurement
        let scenario = plan.scenario
        let info = RunInfo(
            started: Date(timeIntervalSince1970: 0), file: header.scenario.file,
            scenarioSHA256: header.scenario.sha256, scenarioText: header.scenario.text, target: header.target,
            version: header.loadgate, peakMemoryBytes: last?.process?.peakMemoryBytes ?? 0,
            cpuSeconds: last?.process?.cpuSeconds ?? measurement.total.cpu.seconds,
            transports: header.plan?.transports ?? [])
        // However the load ended, its verifications and probes are not known.
        let judgement = RunJudgement(
            scenario: scenario, measurement: measurement, watch: watch, lost: plan.lost.map(\.severity), isWhole: false)
        var result = RunResult(scenario: scenario, measurement: measurement, judgement: judgement, info: info)
        result.started = header.started
        result.stages = header.plan.flatMap { $0.stages.isEmpty ? nil : $0.stages }
        result.objectives = plan.objectives.map { place in
            switch place {
            case .success(let place): result.objectives[place]
            case .failure(let lost):
                ObjectiveResult(
                    objective: lost.record.objective, verdict: .noData, samples: 0, severity: lost.record.severity,
                    section: lost.record.section, criterion: lost.record.criterion,
                    note: "it can't be read again: \(lost.reason)")
            }
        }
        result.rebuilt = notes
        return result
    }

    /// Without the load's end, what the last second says of it.
    private var wholeMeasurement: RunMeasurement {
        var measurement = measurement
        if !hasEnd {
            measurement.wall = Span(seconds: Double(seconds))
            // Logs of older versions say only which seconds were measured whole.
            measurement.measured = Span(nanoseconds: last?.total.measured ?? wholeSeconds * 1_000_000_000)
            measurement.openLoad = Span(nanoseconds: last?.total.openLoad ?? 0)
            measurement.intendedArrivals = last?.total.intended
        }
        measurement.arrivalsInTime = measurement.intendedArrivals == nil ? nil : measurement.total.inTime
        return measurement
    }

    /// What it means that a result was made from a log.
    private var notes: [String] {
        let plan = header.plan
        var notes: [String] = []
        if !hasEnd {
            let count = seconds == 1 ? "1 second is" : "\(seconds) seconds are"
            notes.append(
                "the run was killed, or still goes on: \(count) in its log, "
                    + "and at most the one after them is missing")
            notes.append("examples of what went wrong and wrong answers are written at the load's end only")
        } else {
            notes.append("the load came to its end, but the run left no result")
        }
        if plan == nil { notes.append("the log is of an older version, which did not write the objectives") }
        if let names = plan?.verifications {
            notes.append("verifications are not in the log: \(names.joined(separator: ", "))")
        }
        if let names = plan?.probes {
            notes.append("the samples of probes are not in the log: \(names.joined(separator: ", "))")
        }
        return notes
    }
}

extension RunMeasurement {
    /// What is known since the load's end.
    fileprivate mutating func take(_ end: ProgressEnd) {
        switch end.ending {
        case .completed: ending = .completed
        case .interrupted: ending = .interrupted
        case .aborted: ending = .aborted(objective: end.abortedBy ?? "")
        }
        measured = Span(nanoseconds: end.measured)
        openLoad = Span(nanoseconds: end.openLoad)
        wall = Span(nanoseconds: end.wall)
        intendedArrivals = end.intended
        for (number, load) in (end.loads ?? []).prefix(loads.count).enumerated() {
            loads[number].take(load.load, counts: total.loads[number])
        }
        saturation = end.saturation
        scheduling?.fellBack = Span(nanoseconds: end.fellBack ?? 0)
        for (step, messages) in end.examples.prefix(examples.count).enumerated() { examples[step] = messages }
        for (step, said) in (end.excerpts ?? []).prefix(excerpts.count).enumerated() { excerpts[step] = said }
        for (step, wrong) in end.wrongAnswers.prefix(wrongAnswers.count).enumerated() {
            wrongAnswers[step] = wrong.map {
                WrongAnswer(
                    kind: $0.kind, input: $0.input, path: $0.path, expected: $0.expected, observed: $0.observed,
                    time: Span(seconds: $0.at))
            }
        }
    }
}

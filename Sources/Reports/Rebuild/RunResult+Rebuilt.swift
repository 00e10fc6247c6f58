internal import FoundationEssentials
internal import Measures
internal import Scenarios
internal import Verification

extension RunResult {
    /// The result of a run that left none, made from its progress log: what was measured up to the last second that was
    /// written, and what the objectives come to by that. Its verdict is at best inconclusive.
    public init(rebuiltFrom log: ProgressLog.Contents) {
        let header = log.header
        let rebuilt = RebuiltScenario(header)
        let scenario = rebuilt.scenario
        var watch = ObjectiveWatch(scenario)
        let measurement = Self.measurement(of: log, scenario: scenario, watch: &watch)
        let usage = log.lines.last?.process
        let info = RunInfo(
            started: Date(timeIntervalSince1970: 0), file: header.scenario.file,
            scenarioSHA256: header.scenario.sha256, scenarioText: header.scenario.text, target: header.target,
            version: header.loadgate, peakMemoryBytes: usage?.peakMemoryBytes ?? 0,
            cpuSeconds: usage?.cpuSeconds ?? measurement.total.cpu.seconds, transports: header.plan?.transports ?? [])
        self.init(
            scenario: scenario, measurement: measurement,
            judgement: RunJudgement(scenario: scenario, measurement: measurement, watch: watch), info: info)
        started = header.started
        verdict = Verdict.worst(of: [verdict, .inconclusive]) ?? .inconclusive
        stages = header.plan.flatMap { $0.stages.isEmpty ? nil : $0.stages }
        let judged = objectives
        objectives = rebuilt.objectives.map { place in
            switch place {
            case .success(let place): judged[place]
            case .failure(let lost):
                ObjectiveResult(
                    objective: lost.record.objective, verdict: .noData, samples: 0, severity: lost.record.severity,
                    section: lost.record.section, criterion: lost.record.criterion,
                    note: "it can't be read again: \(lost.reason)")
            }
        }
        self.rebuilt = Self.notes(on: log)
    }

    /// The log's seconds added up as the run itself would have.
    private static func measurement(
        of log: ProgressLog.Contents, scenario: Scenario, watch: inout ObjectiveWatch
    ) -> RunMeasurement {
        let steps = scenario.steps.count
        var measurement = RunMeasurement(steps: steps, flows: scenario.flows.count, reactors: log.header.reactors)
        for line in log.lines {
            let second = line.interval(steps: steps, flows: scenario.flows.count)
            measurement.total.add(second)
            measurement.total.users = second.users
            measurement.series.append(second)
            if line.measured { _ = watch.feed(second) }
        }
        if let end = log.end {
            measurement.take(end)
        } else {
            measurement.ending = .interrupted
            measurement.wall = Span(seconds: Double(log.lines.count))
            let total = log.lines.last?.total
            // Logs of older versions say only which seconds were measured whole.
            let whole = Int64(log.lines.count { $0.measured }) * 1_000_000_000
            measurement.measured = Span(nanoseconds: total?.measured ?? whole)
            measurement.openLoad = Span(nanoseconds: total?.openLoad ?? 0)
            measurement.intendedArrivals = total?.intended
        }
        measurement.arrivalsInTime = measurement.intendedArrivals == nil ? nil : measurement.total.inTime
        return measurement
    }

    /// What it means that a result was made from a log.
    private static func notes(on log: ProgressLog.Contents) -> [String] {
        let plan = log.header.plan
        var notes: [String] = []
        if log.end == nil {
            let count = log.lines.count
            notes.append(
                "the run was killed, or still goes on: \(count == 1 ? "1 second is" : "\(count) seconds are") in its log, "
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
        saturation = end.saturation
        for (step, messages) in end.examples.prefix(examples.count).enumerated() { examples[step] = messages }
        for (step, wrong) in end.wrongAnswers.prefix(wrongAnswers.count).enumerated() {
            wrongAnswers[step] = wrong.map {
                WrongAnswer(
                    kind: $0.kind, input: $0.input, path: $0.path, expected: $0.expected, observed: $0.observed,
                    time: Span(seconds: $0.at))
            }
        }
    }
}

internal import FoundationEssentials
public import Measures
public import Objectives
public import Scenarios
import VerificationKit

extension RunResult {
    /// The result of a run. Every text in it has the scenario's secrets replaced.
    public init(
        scenario: Scenario, measurement: RunMeasurement, judgement: RunJudgement,
        probes probeSeries: [ProbeSeries] = [],
        info: RunInfo
    ) {
        let redact = scenario.secrets.redact
        version = Self.formatVersion
        name = redact(scenario.name)
        description = scenario.description.map(redact)
        verdict = judgement.verdict
        switch measurement.ending {
        case .completed: ending = .completed
        case .interrupted: ending = .interrupted
        case .aborted(let objective):
            ending = .aborted
            abortedBy = redact(objective)
        }
        partial = judgement.grounds.isPartial
        started = info.started.formatted(.iso8601)
        seconds = Rounding.thousandths(measurement.measured.seconds)
        wallSeconds = Rounding.thousandths(measurement.wall.seconds)
        target = redact(info.target)
        loadgate = info.version
        if info.file != nil || info.scenarioSHA256 != nil {
            self.scenario = ScenarioFile(
                file: info.file.map(redact), sha256: info.scenarioSHA256, text: info.scenarioText.map(redact))
        }
        generator = GeneratorResult(measurement, info: info)
        audit = AuditResult(judgement.audit, redact: redact)
        var sum = OutcomeCounts()
        for tally in measurement.total.wholeSteps { sum.add(tally.outcomes) }
        outcomes = sum.labelled
        steps = Self.steps(scenario: scenario, measurement: measurement, info: info)
        flows = Self.flows(scenario: scenario, measurement: measurement)
        groups = GroupResult.groups(of: scenario, measurement)
        loads = LoadResult.loads(of: scenario, measurement)
        if !measurement.changes.isEmpty {
            let names = measurement.loads.map(\.name)
            changes = measurement.changes.map { ChangeResult($0, loads: names) }
        }
        objectives = judgement.findings.map { ObjectiveResult($0, redact: redact) }
        for probe in probeSeries {
            let result = ProbeResult(probe, within: measurement.stretches, redact: redact)
            probes = (probes ?? [:]).merging([redact(probe.name): result]) { first, _ in first }
        }
        let verified = zip(scenario.verifications, judgement.verifications).map { declared, report in
            VerificationResult(report, declared, redact: redact)
        }
        verifications = verified.isEmpty ? nil : verified
        stages = scenario.load.isEmpty || measurement.reactors == 0 ? nil : StageResult.stages(of: scenario)
        series = SeriesResult(measurement.series, loads: measurement.loads.map(\.name))
        if let changes { series.mark(changes) }
        for record in measurement.names {
            names = (names ?? [:]).merging([redact(record.name): NameResult(record, redact: redact)]) { first, _ in
                first
            }
        }
        let placed = scenario.flowsAndLogin.flatMap { flow in flow.steps.map { (flow: flow.name, step: $0.name) } }
        keptExchanges = measurement.evidence.filter { placed.indices.contains($0.step) }.map { one in
            ExchangeResult(one, step: placed[one.step].step, flow: placed[one.step].flow, scenario: scenario)
        }
        // Parts of others are kept, too.
        let bad = measurement.total.steps.reduce(UInt64(0)) { count, tally in
            (tally?.outcomes.occurring ?? []).reduce(count) { count, one in
                [.ok, .unfinished, .notSent].contains(one.outcome) ? count : count + one.count
            }
        }
        evidence = EvidenceResult(keptExchanges, bad: bad)
        services = scenario.services.isEmpty ? nil : scenario.services.map { redact($0.name) }
    }

    private static func steps(
        scenario: Scenario, measurement: RunMeasurement, info: RunInfo
    ) -> [String: StepResult] {
        var results: [String: StepResult] = [:]
        let placed = zip(scenario.flowsAndLogin, scenario.flowLabels).flatMap { flow, label in
            flow.steps.map { _ in (flow: label, load: flow.load) }
        }
        let labels = scenario.stepLabels
        let loadsOfSteps = scenario.loadsOfSteps
        let idle = IdleStep.all(in: scenario, measurement)
        let areParts = scenario.steps.map(\.isPart)
        for (number, names) in placed.enumerated() where number < measurement.total.steps.count {
            let examples = number < measurement.examples.count ? measurement.examples[number] : []
            var result = StepResult(
                measurement.total.steps[number] ?? StepTally(),
                seconds: measurement.loads.isEmpty
                    ? measurement.measured.seconds : measurement.measuredSeconds(ofLoads: [loadsOfSteps[number]]))
            result.number = number
            result.flow = scenario.secrets.redact(names.flow)
            result.load = names.load
            if areParts[number], let whole = areParts[..<number].lastIndex(of: false) {
                result.partOf = scenario.secrets.redact(labels[whole])
            }
            result.transport = number < info.transports.count ? info.transports[number] : "native"
            result.neverRan = idle.first { $0.step == number }?.reason
            result.examples = examples.isEmpty ? nil : examples.map(scenario.secrets.redact)
            let said = number < measurement.excerpts.count ? measurement.excerpts[number] : [:]
            let excerpts = Self.redacted(said, scenario.secrets.redact)
            result.excerpts = excerpts.isEmpty ? nil : excerpts
            let wrong = number < measurement.wrongAnswers.count ? measurement.wrongAnswers[number] : []
            result.wrongAnswers =
                wrong.isEmpty ? nil : wrong.map { WrongAnswerResult($0, redact: scenario.secrets.redact) }
            add(result, named: scenario.secrets.redact(labels[number]), to: &results)
        }
        return results
    }

    private static func flows(scenario: Scenario, measurement: RunMeasurement) -> [String: FlowResult] {
        var results: [String: FlowResult] = [:]
        let times = measurement.total.iterationTimes
        let labels = scenario.flowLabels
        for (number, flow) in scenario.flows.enumerated() where number < times.count {
            // Weights are among the flows of a load.
            let all = times.indices.reduce(UInt64(0)) { sum, other in
                scenario.flows[other].load == flow.load ? sum + (times[other]?.count ?? 0) : sum
            }
            let count = times[number]?.count ?? 0
            let counts = measurement.total.iterationCounts[number]
            let result = FlowResult(
                number: number, load: flow.load, begun: counts.begun, givenUp: counts.givenUp,
                givenUpBy: counts.labelled,
                iterations: count,
                share: all > 0 ? Rounding.billionths(Double(count) / Double(all)) : 0,
                iterationTime: LatencyFigures(times[number], unfinished: measurement.total.withoutEnd(ofFlow: number)))
            add(result, named: scenario.secrets.redact(labels[number]), to: &results)
        }
        return results
    }

    /// What answers said, by messages; both without secrets.
    static func redacted(_ excerpts: [String: String], _ redact: (String) -> String) -> [String: String] {
        Dictionary(excerpts.map { (redact($0.key), redact($0.value)) }, uniquingKeysWith: min)
    }

    /// Names that differ by a secret only must not swallow each other.
    static func add<Result>(_ result: Result, named name: String, to results: inout [String: Result]) {
        var name = name
        while results[name] != nil { name += "'" }
        results[name] = result
    }
}

extension OutcomeCounts {
    /// The outcomes that occurred, by their labels.
    var labelled: [String: UInt64] {
        Dictionary(occurring.map { ($0.outcome.label, $0.count) }, uniquingKeysWith: +)
    }
}

extension IterationCounts {
    /// How many were given up by the reasons that occurred; nil where none was.
    var labelled: [String: UInt64]? {
        let pairs = Reason.allCases.map { ($0.rawValue, self[$0]) }.filter { $0.1 > 0 }
        return pairs.isEmpty ? nil : Dictionary(uniqueKeysWithValues: pairs)
    }
}

extension GeneratorResult {
    init(_ measurement: RunMeasurement, info: RunInfo) {
        let total = measurement.total
        self.init(
            reactors: measurement.reactors, startLag: LatencyFigures(total.startLag),
            generatorDelay: LatencyFigures(total.generatorDelay), dropped: total.dropped, started: total.started,
            iterations: total.iterations, givenUp: total.givenUp, unfinished: total.unfinished, warmup: total.warmup,
            exhausted: total.exhausted, reconnects: total.reconnects,
            heldUp: total.heldUp > .zero ? Rounding.thousandths(total.heldUp.seconds) : nil,
            suspended: total.suspended > .zero ? Rounding.thousandths(total.suspended.seconds) : nil,
            intendedRate: measurement.intendedRate.map(Rounding.thousandths),
            achievedRate: measurement.achievedRate.map(Rounding.thousandths),
            cpuSeconds: Rounding.thousandths(info.cpuSeconds), peakMemoryBytes: info.peakMemoryBytes,
            saturation: measurement.saturation.isEmpty ? nil : measurement.saturation.map(Rounding.thousandths),
            scheduling: measurement.scheduling.map(SchedulingResult.init))
    }
}

extension AuditResult {
    init(_ audit: GeneratorAudit, redact: (String) -> String) {
        self.init(
            verdict: audit.verdict, lagLimit: Rounding.milliseconds(audit.lagLimit),
            reasons: audit.reasons.map { Reason(kind: $0.kind, cause: redact($0.cause), hint: redact($0.hint)) })
    }
}

extension ObjectiveResult {
    init(_ finding: ObjectiveFinding, redact: (String) -> String) {
        func round(_ value: Double) -> Double { Rounding.decimals(value, of: finding.unit) }
        self.init(
            objective: redact(finding.objective.source), verdict: finding.verdict,
            observed: finding.observed.map(round), atLeast: finding.isAtLeast ? true : nil,
            bound: finding.bound.map(round), samples: finding.samples,
            unit: finding.unit, severity: finding.objective.severity,
            section: finding.objective.section.map(redact), criterion: finding.objective.criterion.map(redact),
            note: finding.note.map(redact))
    }
}

extension StepResult {
    init(_ tally: StepTally, seconds: Double) {
        let count = tally.outcomes.total
        func figures(_ measure: LatencyMeasure) -> LatencyFigures? {
            LatencyFigures(
                tally[measure], unfinished: measure.endsWithExchange ? tally.outcomes.unfinished : 0)
        }
        self.init(
            number: 0, flow: "", load: nil, transport: "", count: count,
            rate: seconds > 0 ? Rounding.thousandths(Double(count) / seconds) : 0,
            outcomes: tally.outcomes.labelled, stalled: tally.stalled > 0 ? tally.stalled : nil,
            responseTime: figures(.responseTime), serviceTime: figures(.serviceTime), startLag: figures(.startLag),
            firstByte: figures(.firstByte), dns: figures(.dns), connect: figures(.connect), tls: figures(.tls),
            calculationTime: figures(.calculationTime), roundTrip: figures(.roundTrip), ping: figures(.ping),
            fanOut: figures(.fanOut),
            firstEvent: LatencyFigures(tally[.firstEvent], unfinished: tally.events.silent),
            eventGap: figures(.eventGap), events: EventsResult(tally.events),
            distributions: Self.distributions(of: tally),
            bytes: Bytes(received: tally.bytesReceived, sent: tally.bytesSent),
            determinism: DeterminismResult(tally.determinism))
    }

    private static func distributions(of tally: StepTally) -> [String: SparseHistogram]? {
        let pairs = distributed.compactMap { measure in
            SparseHistogram(tally[measure]).map { (measure.label, $0) }
        }
        return pairs.isEmpty ? nil : Dictionary(uniqueKeysWithValues: pairs)
    }
}

extension DeterminismResult {
    /// Nil where no answer was looked at.
    init?(_ counts: DeterminismCounts) {
        if counts.isEmpty { return nil }
        self.init(
            inputs: counts.inputs, repeated: counts.repeated, differing: counts.differing,
            notCompared: counts.notCompared)
    }
}

extension WrongAnswerResult {
    init(_ wrong: WrongAnswer, redact: (String) -> String) {
        self.init(
            kind: wrong.kind, at: Rounding.thousandths(wrong.time.seconds), input: redact(wrong.input),
            path: wrong.path.map(redact), expected: wrong.expected.map(redact), observed: wrong.observed.map(redact))
    }
}

extension SeriesResult {
    init(_ series: TimeSeries, loads names: [String] = []) {
        self.init(
            widthSeconds: series.width,
            slices: series.slices.map { slice in
                func percentile(_ percent: Double) -> Double? {
                    slice.responseTime.percentile(percent).map(Rounding.milliseconds)
                }
                return Slice(
                    start: slice.start, seconds: slice.seconds, started: slice.started, iterations: slice.iterations,
                    givenUp: slice.givenUp, completed: slice.completed, bad: slice.bad, dropped: slice.dropped,
                    users: slice.users,
                    bytesReceived: slice.bytesReceived, bytesSent: slice.bytesSent, outcomes: slice.outcomes.labelled,
                    p50: percentile(50), p95: percentile(95), p99: percentile(99),
                    max: slice.responseTime.maximum.map(Rounding.milliseconds),
                    latencies: slice.responseTime.count == 0
                        ? nil
                        : slice.responseTime.buckets.map { "\($0.microseconds) \($0.count)" }.joined(separator: " "),
                    loads: names.isEmpty
                        ? nil
                        : Dictionary(
                            zip(names, slice.loads.map(LoadSlice.init)), uniquingKeysWith: { first, _ in first }))
            })
    }
}

extension SeriesResult {
    /// Marks the slices in which loads were changed by hand.
    fileprivate mutating func mark(_ changes: [ChangeResult]) {
        for change in changes {
            // What takes effect behind the last slice changed nothing that was measured.
            let index = slices.lastIndex { Double($0.start) <= change.at }
            guard let index else { continue }
            slices[index].changes =
                (slices[index].changes ?? []) + [change.load.map { "\($0) \(change.to)" } ?? change.to]
        }
    }
}

extension SeriesResult.LoadSlice {
    init(_ load: TimeSeries.Load) {
        func percentile(_ percent: Double) -> Double? {
            load.responseTime.percentile(percent).map(Rounding.milliseconds)
        }
        self.init(
            started: load.started, completed: load.outcomes.completed, bad: load.outcomes.bad, dropped: load.dropped,
            users: load.users, p50: percentile(50), p95: percentile(95), p99: percentile(99))
    }
}

public import Measures
public import Objectives
public import Scenarios
import VerificationKit

/// Follows a run second by second, and keeps what is shown of it. Memory does not grow with the run.
public struct LiveCourse: Sendable {
    /// What is shown now.
    public private(set) var state = LiveState()

    /// The seconds whose latencies are shown together.
    private static let latencySeconds = 5
    /// The seconds that are shown over time.
    private static let kept = 60

    private let load: [Stage]
    private let segments: Int
    /// What objectives are called, and what must hold of them, secrets replaced.
    private let objectives: [(measure: String, limit: String)]
    /// For each probe its name, and the same with secrets replaced.
    private let probes: [(name: String, shown: String)]
    /// When each stage began, in seconds from the start; nil where that is not known yet.
    private var starts: [Double?]
    private var judge: RunningJudge
    private var latencies: [LatencyHistogram] = []
    private var readings: [String: Double?] = [:]
    /// Iterations that came to their end in the stage that is going on.
    private var iterations: (stage: Int, count: UInt64) = (-1, 0)

    /// Makes the course of a run that has not begun.
    ///
    /// - Parameter segments: Among how many processes the load is dealt.
    public init(_ scenario: Scenario, segments: Int = 1) {
        load = scenario.load
        self.segments = max(1, segments)
        objectives = scenario.objectives.map { Self.parts(of: scenario.secrets.redact($0.source)) }
        probes = scenario.probes.map { ($0.name, scenario.secrets.redact($0.name)) }
        judge = RunningJudge(scenario)
        starts = []
        var start: Double? = 0
        for stage in scenario.load {
            starts.append(start)
            start = start.flatMap { begin in stage.duration.map { begin + Span($0).seconds } }
        }
        state.total = start.map(Span.init(seconds:))
        state.share = state.total == nil ? nil : 0
        state.left = state.total
        state.objectives = shownObjectives
    }

    /// Takes in a sample of a probe.
    public mutating func feed(_ sample: ProbeSample, of probe: String) {
        readings[probe] = .some(sample.value)
        judge.feed(sample, of: probe)
    }

    /// The run was told to end.
    public mutating func stop() { state.isStopping = true }

    /// Takes in the next second.
    ///
    /// - Parameters:
    ///   - number: The second's number, from 0.
    ///   - isMeasured: True where the whole second is measured load.
    ///   - stage: The number of the stage in which it began; nil after the load's end.
    ///   - name: That stage as shown.
    ///   - planned: The load's planned length, where it is known.
    ///   - watch: The objectives' watch, which was fed this second too.
    ///   - goesOn: Asked after each objective whether there is time to judge the next one.
    public mutating func feed(
        _ second: Interval, number: Int, isMeasured: Bool, stage: Int?, named name: String?, planned: Span?,
        watch: ObjectiveWatch, while goesOn: () -> Bool
    ) {
        let end = Double(number + 1)
        if let stage, starts[stage] == nil { starts[stage] = Double(number) }
        state.elapsed = Span(seconds: end)
        state.total = planned
        state.stage = name
        takeRates(second, number: number)
        takeLatencies(second)
        state.users = second.users
        state.dropped += second.dropped
        state.givenUp += second.givenUp
        for case let tally? in second.steps {
            state.exchanges += tally.outcomes.total
            for outcome in Outcome.allCases where outcome != .ok && outcome != .unfinished {
                state.bad[outcome] += tally.outcomes[outcome]
            }
        }
        takeProgress(second, stage: stage, end: end)
        if isMeasured { judge.feed(second, number: number) }
        judge.judge(windows: watch, while: goesOn)
        state.objectives = shownObjectives
        state.probes = probes.compactMap { probe in
            readings[probe.name].map { LiveState.Probe(name: probe.shown, value: $0) }
        }
    }

    // MARK: Parts of a second

    private mutating func takeRates(_ second: Interval, number: Int) {
        let measured = second.steps.reduce(UInt64(0)) { $0 + ($1?.outcomes.total ?? 0) }
        state.rates.append(Double(measured + second.warmup))
        if state.rates.count > Self.kept { state.rates.removeFirst() }
        state.isWarmingUp = measured == 0 && second.warmup > 0
        state.begun = second.started
        state.intended = intended(in: number)
    }

    private mutating func takeLatencies(_ second: Interval) {
        var sum = LatencyHistogram()
        for case let tally? in second.steps {
            if let response = tally[.responseTime] { sum.add(response) }
        }
        if let slowest = sum.percentile(95) {
            state.slowest.append(slowest.milliseconds)
            if state.slowest.count > Self.kept { state.slowest.removeFirst() }
        }
        latencies.append(sum)
        if latencies.count > Self.latencySeconds { latencies.removeFirst() }
        var all = LatencyHistogram()
        for histogram in latencies where histogram.count > 0 { all.add(histogram) }
        state.latencies = [50, 95, 99].compactMap { all.percentile($0)?.milliseconds }
    }

    private mutating func takeProgress(_ second: Interval, stage: Int?, end: Double) {
        if let stage {
            if iterations.stage != stage { iterations = (stage, 0) }
            iterations.count += second.iterations
        }
        state.share = nil
        state.left = nil
        if let total = state.total, total > .zero {
            state.share = min(1, end / total.seconds)
            state.left = Span(seconds: max(0, total.seconds - end))
        } else if let stage, case .iterations(let fixed) = load[stage], !fixed.warmup {
            let wanted = Double(fixed.iterations) / Double(segments)
            let done = min(wanted, Double(iterations.count))
            state.share = wanted > 0 ? done / wanted : nil
            let passed = end - (starts[stage] ?? 0)
            if done > 0, passed > 0 { state.left = Span(seconds: (wanted - done) / (done / passed)) }
        }
    }

    /// The measured arrivals that open load means to begin in a second; nil where there is none.
    private func intended(in number: Int) -> Double? {
        var sum: Double?
        for (stage, start) in zip(load, starts) {
            guard let start, case .arrivals(let stage) = stage, !stage.warmup else { continue }
            let length = Span(stage.duration).seconds
            let from = max(0, Double(number) - start)
            let to = min(length, Double(number + 1) - start)
            guard to > from else { continue }
            // The rate changes linearly, so its mean lies in the middle.
            let rate = stage.from + (stage.to - stage.from) * ((from + to) / 2) / length
            sum = (sum ?? 0) + rate * (to - from) / Double(segments)
        }
        return sum
    }

    private var shownObjectives: [LiveState.Objective] {
        zip(objectives, judge.findings).map { parts, finding in
            LiveState.Objective(
                measure: parts.measure, limit: parts.limit,
                standing: finding.map(RunningJudge.standing) ?? .noData,
                observed: finding?.observed.map { Figure.measured($0, finding?.unit) })
        }
    }

    /// An objective before and from its comparison on; names in quotes may hold such signs, so the last one counts.
    private static func parts(of source: String) -> (measure: String, limit: String) {
        let words = source.split(separator: " ", omittingEmptySubsequences: true)
        let signs: Set<Substring> = ["<", "<=", ">", ">=", "==", "within"]
        guard let place = words.lastIndex(where: { signs.contains($0) }), place > 0 else { return (source, "") }
        return (words[..<place].joined(separator: " "), words[place...].joined(separator: " "))
    }
}

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

    /// How one of the loads stands in a second.
    public struct LoadState: Sendable {
        /// True where the whole second is measured load of it.
        public var isMeasured: Bool
        /// The number of its stage in which the second began; nil where none was going on.
        public var stage: Int?

        /// Makes it of its parts.
        public init(isMeasured: Bool, stage: Int?) {
            self.isMeasured = isMeasured
            self.stage = stage
        }
    }

    private let loads: [Load]
    /// Which steps and flows belong to which load; nil where loads have no names.
    private let map: LoadMap?
    private let segments: Int
    /// What objectives are called, and what must hold of them, secrets replaced.
    private let objectives: [(measure: String, limit: String)]
    /// For each probe its name, and the same with secrets replaced.
    private let probes: [(name: String, shown: String)]
    /// Of each load when each stage began, in seconds from the start; nil where that is not known yet.
    private var starts: [[Double?]]
    private var judge: RunningJudge
    private var latencies: [LatencyHistogram] = []
    private var readings: [String: Double?] = [:]
    /// Iterations that came to their end in the stage that is going on.
    private var iterations: (stage: Int, count: UInt64) = (-1, 0)

    /// Makes the course of a run that has not begun.
    ///
    /// - Parameter segments: Among how many processes the load is dealt.
    public init(_ scenario: Scenario, segments: Int = 1) {
        loads = scenario.loads
        map =
            scenario.hasNamedLoads
            ? LoadMap(
                names: scenario.loads.map { $0.name ?? "" }, steps: scenario.loadsOfSteps, flows: scenario.loadsOfFlows)
            : nil
        self.segments = max(1, segments)
        objectives = scenario.objectives.map { Self.parts(of: scenario.secrets.redact($0.source)) }
        probes = scenario.probes.map { ($0.name, scenario.secrets.redact($0.name)) }
        judge = RunningJudge(scenario)
        starts = scenario.loads.map { load in
            var start: Double? = Span(load.start).seconds
            return load.stages.map { stage in
                defer { start = start.flatMap { begin in stage.duration.map { begin + Span($0).seconds } } }
                return start
            }
        }
        let ends = scenario.loads.map(\.end)
        state.total = ends.contains(nil) ? nil : ends.compactMap(\.self).max().map(Span.init)
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
    ///   - loads: How each load stands in it.
    ///   - name: The stages that are going on, as shown.
    ///   - planned: The load's planned length, where it is known.
    ///   - watch: The objectives' watch, which was fed this second too.
    ///   - goesOn: Asked after each objective whether there is time to judge the next one.
    public mutating func feed(
        _ second: Interval, number: Int, isMeasured: Bool, loads states: [LoadState], named name: String?,
        planned: Span?,
        watch: ObjectiveWatch, while goesOn: () -> Bool
    ) {
        let end = Double(number + 1)
        for (load, loadState) in states.enumerated() {
            if let stage = loadState.stage, starts[load][stage] == nil { starts[load][stage] = Double(number) }
        }
        state.elapsed = Span(seconds: end)
        state.total = planned
        state.stage = name
        takeRates(second, number: number)
        takeLatencies(second)
        state.users = second.users
        state.dropped += second.dropped
        state.givenUp += second.givenUp
        for tally in second.wholeSteps {
            state.exchanges += tally.outcomes.total
            for outcome in Outcome.allCases where outcome != .ok && outcome != .unfinished {
                state.bad[outcome] += tally.outcomes[outcome]
            }
        }
        takeLoads(second, number: number)
        takeProgress(second, stage: states.count == 1 ? states[0].stage : nil, end: end)
        if isMeasured { judge.feed(second, number: number, loads: states.map(\.isMeasured)) }
        judge.judge(windows: watch, while: goesOn)
        state.objectives = shownObjectives
        state.probes = probes.compactMap { probe in
            readings[probe.name].map { LiveState.Probe(name: probe.shown, value: $0) }
        }
    }

    // MARK: Parts of a second

    private mutating func takeRates(_ second: Interval, number: Int) {
        let measured = second.wholeSteps.reduce(UInt64(0)) { $0 + $1.outcomes.total }
        state.rates.append(Double(measured + second.warmup))
        if state.rates.count > Self.kept { state.rates.removeFirst() }
        state.isWarmingUp = measured == 0 && second.warmup > 0
        state.begun = second.started
        state.intended = loads.indices.reduce(nil) { sum, load in
            intended(of: load, in: number).map { (sum ?? 0) + $0 } ?? sum
        }
    }

    /// What each load with a name does.
    private mutating func takeLoads(_ second: Interval, number: Int) {
        guard let map else { return }
        state.loads = map.names.indices.map { load in
            let tally = second.tally(of: map.steps.indices.filter { map.steps[$0] == load })
            let begun = map.flows.indices.reduce(UInt64(0)) { sum, flow in
                map.flows[flow] == load && flow < second.iterationCounts.count
                    ? sum &+ second.iterationCounts[flow].begun : sum
            }
            return LiveState.Load(
                name: map.names[load], begun: begun, intended: intended(of: load, in: number),
                users: load < second.loads.count ? second.loads[load].users : 0,
                p95: tally[.responseTime]?.percentile(95)?.milliseconds, bad: tally.outcomes.bad)
        }
    }

    private mutating func takeLatencies(_ second: Interval) {
        var sum = LatencyHistogram()
        for tally in second.wholeSteps {
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
        } else if let stage, case .iterations(let fixed) = loads[0].stages[stage], !fixed.warmup {
            let wanted = Double(fixed.iterations) / Double(segments)
            let done = min(wanted, Double(iterations.count))
            state.share = wanted > 0 ? done / wanted : nil
            let passed = end - (starts[0][stage] ?? 0)
            if done > 0, passed > 0 { state.left = Span(seconds: (wanted - done) / (done / passed)) }
        }
    }

    /// The measured arrivals that a load means to begin in a second; nil where no stage of it is open then.
    private func intended(of load: Int, in number: Int) -> Double? {
        var sum: Double?
        for (stage, start) in zip(loads[load].stages, starts[load]) {
            guard let start, !stage.isIdle, case .arrivals(let stage) = stage, !stage.warmup else { continue }
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
        guard let index = words.lastIndex(where: { signs.contains($0) }), index > 0 else { return (source, "") }
        return (words[..<index].joined(separator: " "), words[index...].joined(separator: " "))
    }
}

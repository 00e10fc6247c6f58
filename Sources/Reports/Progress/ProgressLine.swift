public import Measures

/// One second of a run: a line of `progress.jsonl`, from which the second's whole measurement can be made again.
public struct ProgressLine: Codable, Equatable, Sendable {
    /// The number of the second, from 0.
    public var second: Int
    /// Whether the second counts: false in warm-up and in the graceful stop.
    public var measured: Bool
    /// The stage that was going on, as shown; absent where none was.
    public var stage: String?
    /// Arrivals and iterations begun.
    public var started: UInt64
    /// Arrivals of open load begun before their stage's end.
    public var inTime: UInt64
    /// Exchanges whose answer arrived whole.
    public var completed: UInt64
    /// Exchanges that did not end `ok`.
    public var bad: UInt64
    /// How the exchanges ended; only outcomes that occurred.
    public var outcomes: [String: UInt64]
    /// Response time of the second in milliseconds; absent where no exchange had one.
    public var p50: Double?
    /// As above.
    public var p95: Double?
    /// As above.
    public var p99: Double?
    /// As above.
    public var max: Double?
    /// Users busy at the end of the second.
    public var users: Int
    /// Iterations that came to their end.
    public var iterations: UInt64
    /// Arrivals dropped.
    public var dropped: UInt64
    /// Those of them without a row of data for them, and those that came too late; absent where none did.
    public var withoutRow: UInt64?
    /// As above.
    public var tooLate: UInt64?
    /// Exchanges that the end of the run cut off.
    public var unfinished: UInt64
    /// Exchanges of warm-up stages.
    public var warmup: UInt64
    /// Iterations given up because the machine ran out of descriptors or ports.
    public var exhausted: UInt64
    /// WebSockets opened again; absent where none was.
    public var reconnects: UInt64?
    /// The longest time in nanoseconds in which this process was held up; absent where it was not.
    public var heldUp: Int64?
    /// The longest suspension of the machine meanwhile, in nanoseconds.
    public var suspended: Int64?
    /// The last number of each probe that has one; absent where there is none.
    public var probes: [String: Double]?
    /// CPU time of the reactors in nanoseconds.
    public var cpu: Int64
    /// What the process has used so far; absent where that is not known.
    public var process: ProcessUse?
    /// All seconds up to this one, this one included.
    public var total: Totals
    /// The instant after each read − the kernel's stamp.
    public var generatorDelay: SparseHistogram?
    /// Actual − intended start; absent where the steps' own hold all of it.
    public var startLag: SparseHistogram?
    /// What was measured of each step that had an exchange.
    public var steps: [Step]
    /// The times of the iterations that came to their end, of each flow that had one; absent where none had.
    public var iterationTimes: [Flow]?
    /// The iterations begun and given up, of each flow that had one; absent where none had, and in logs of older versions.
    public var iterationCounts: [FlowCounts]?

    /// What was measured of each group of steps and each `until` of which something was counted; absent where there is none.
    public var groups: [GroupLine]?
    /// Of each load what is not told by its steps and flows, in the order of the header; absent where loads have no names.
    public var loads: [LoadLine]?
    /// What was changed by hand in the second; absent where nothing was.
    public var changes: [ChangeResult]?

    /// What one of several loads did in the second, and how much of it was measured so far.
    public struct LoadLine: Codable, Equatable, Sendable {
        /// Whether the second counts for it.
        public var measured: Bool
        /// Arrivals begun before their stage's end.
        public var inTime: UInt64
        /// Arrivals dropped, those without a row of data for them, and those that came too late.
        public var dropped: UInt64
        /// As above.
        public var withoutRow: UInt64
        /// As above.
        public var tooLate: UInt64
        /// Its users busy at the end of the second.
        public var users: Int
        /// The length of its measured stages so far, in nanoseconds.
        public var length: Int64
        /// The length of the open ones of them, likewise.
        public var openLoad: Int64
        /// Measured arrivals that it intended so far; absent where no stage was open.
        public var intended: UInt64?

        /// Makes it of its parts.
        public init(isMeasured: Bool, _ counts: LoadCounts, _ load: MeasuredLoad) {
            measured = isMeasured
            inTime = counts.inTime
            dropped = counts.dropped
            withoutRow = counts.withoutRow
            tooLate = counts.tooLate
            users = counts.users
            length = load.length.nanoseconds
            openLoad = load.openLength.nanoseconds
            intended = load.intendedArrivals
        }

        var counts: LoadCounts {
            var counts = LoadCounts()
            counts.inTime = inTime
            counts.dropped = dropped
            counts.withoutRow = withoutRow
            counts.tooLate = tooLate
            counts.users = users
            return counts
        }

        var load: MeasuredLoad {
            var load = MeasuredLoad()
            load.length = Span(nanoseconds: length)
            load.openLength = Span(nanoseconds: openLoad)
            load.intendedArrivals = intended
            return load
        }

        enum CodingKeys: String, CodingKey {
            case measured
            case inTime = "in_time"
            case dropped
            case withoutRow = "without_row"
            case tooLate = "too_late"
            case users
            case length = "measured_ns"
            case openLoad = "open_load_ns"
            case intended
        }
    }

    /// Counts since the run began.
    public struct Totals: Codable, Equatable, Sendable {
        /// Arrivals and iterations begun.
        public var started: UInt64 = 0
        /// Iterations that came to their end.
        public var iterations: UInt64 = 0
        /// Measured exchanges.
        public var exchanges: UInt64 = 0
        /// Exchanges whose answer arrived whole.
        public var completed: UInt64 = 0
        /// Exchanges that did not end `ok`.
        public var bad: UInt64 = 0
        /// Arrivals dropped.
        public var dropped: UInt64 = 0
        /// The length of the measured load in nanoseconds; absent where that is not known.
        public var measured: Int64?
        /// The length of its open stages in nanoseconds; absent likewise.
        public var openLoad: Int64?
        /// Measured arrivals that open load intended; absent where no stage was open.
        public var intended: UInt64?

        /// Nothing yet.
        public init() {}

        enum CodingKeys: String, CodingKey {
            case started, iterations, exchanges, completed, bad, dropped
            case measured = "measured_ns"
            case openLoad = "open_load_ns"
            case intended
        }
    }

    /// What the process has used since it began.
    public struct ProcessUse: Codable, Equatable, Sendable {
        /// CPU time, user and system.
        public var cpuSeconds: Double
        /// The most memory that was resident.
        public var peakMemoryBytes: UInt64

        /// Makes it of its parts.
        public init(cpuSeconds: Double, peakMemoryBytes: UInt64) {
            self.cpuSeconds = cpuSeconds
            self.peakMemoryBytes = peakMemoryBytes
        }

        enum CodingKeys: String, CodingKey {
            case cpuSeconds = "cpu_seconds"
            case peakMemoryBytes = "peak_memory_bytes"
        }
    }

    /// What was measured of a step in the second.
    public struct Step: Codable, Equatable, Sendable {
        /// The step's number.
        public var step: Int
        /// How its exchanges ended; only outcomes that occurred.
        public var outcomes: [String: UInt64]
        /// Bytes received.
        public var received: UInt64
        /// Bytes sent.
        public var sent: UInt64
        /// Its latencies by the measures' names; start lag is absent in logs of older versions.
        public var latencies: [String: SparseHistogram]
        /// Whether the same requests got the same answers; absent where no answer was compared.
        public var determinism: DeterminismResult?
        /// Its exchanges that no kernel stamp dates; absent where there was none.
        public var unstamped: UInt64?
        /// Its exchanges that a stall of the sending process touched, and those of them that did not end `ok`; absent where
        /// there was none.
        public var stalled: UInt64?
        /// As above.
        public var stalledBad: UInt64?
        /// True for a part of what another step does, which the sums leave out; absent where it is none.
        public var isPart: Bool?
        /// The events of its streams; absent where it has none.
        public var events: EventsResult?

        enum CodingKeys: String, CodingKey {
            case step, outcomes, received, sent, latencies, determinism, unstamped, stalled
            case stalledBad = "stalled_bad"
            case isPart = "part"
            case events
        }
    }

    /// The iterations of a flow that came to their end in the second.
    public struct Flow: Codable, Equatable, Sendable {
        /// The flow's number.
        public var flow: Int
        /// Finished − intended start.
        public var times: SparseHistogram
    }

    /// How many iterations of a flow were begun and given up in the second.
    public struct FlowCounts: Codable, Equatable, Sendable {
        /// The flow's number.
        public var flow: Int
        /// Iterations begun.
        public var begun: UInt64
        /// Iterations given up by `IterationCounts.Reason`; absent where none was.
        public var givenUp: [String: UInt64]?

        enum CodingKeys: String, CodingKey {
            case flow, begun
            case givenUp = "given_up"
        }
    }

    enum CodingKeys: String, CodingKey {
        case second, measured, stage, started
        case inTime = "in_time"
        case completed, bad, outcomes
        case p50 = "p50_ms"
        case p95 = "p95_ms"
        case p99 = "p99_ms"
        case max = "max_ms"
        case users, iterations, dropped
        case withoutRow = "without_row"
        case tooLate = "too_late"
        case unfinished, warmup, exhausted, reconnects
        case heldUp = "held_up_ns"
        case suspended = "suspended_ns"
        case probes
        case cpu = "cpu_ns"
        case process, total
        case generatorDelay = "generator_delay"
        case startLag = "start_lag"
        case steps
        case iterationTimes = "iteration_times"
        case iterationCounts = "iteration_counts"
        case groups, loads, changes
    }

    /// The line of a second.
    ///
    /// - Parameters:
    ///   - before: The totals of the line before; nil in the first one.
    ///   - load: How much of the load was measured up to its end.
    ///   - loads: The same of each load; empty where loads have no names.
    ///   - probes: The last number of each probe.
    ///   - process: What the process has used so far.
    public init(
        second: Int, measured: Bool, stage: String? = nil, interval: Interval, before: Totals? = nil,
        load: MeasuredLoad? = nil, loads: [LoadLine] = [], probes: [String: Double] = [:], process: ProcessUse? = nil
    ) {
        self.process = process
        self.probes = probes.isEmpty ? nil : probes
        self.second = second
        self.measured = measured
        self.stage = stage
        self.loads = loads.isEmpty ? nil : loads
        var sum = OutcomeCounts()
        var response = LatencyHistogram()
        steps = interval.steps.enumerated().compactMap { number, tally in
            guard let tally else { return nil }
            if !tally.isPart {
                sum.add(tally.outcomes)
                if let histogram = tally[.responseTime] { response.add(histogram) }
            }
            return Step(number: number, tally)
        }
        started = interval.started
        inTime = interval.inTime
        completed = sum.completed
        bad = sum.bad
        outcomes = sum.labelled
        p50 = response.percentile(50).map(Rounding.milliseconds)
        p95 = response.percentile(95).map(Rounding.milliseconds)
        p99 = response.percentile(99).map(Rounding.milliseconds)
        max = response.maximum.map(Rounding.milliseconds)
        users = interval.users
        iterations = interval.iterations
        dropped = interval.dropped
        withoutRow = interval.withoutRow > 0 ? interval.withoutRow : nil
        tooLate = interval.tooLate > 0 ? interval.tooLate : nil
        unfinished = interval.unfinished
        warmup = interval.warmup
        exhausted = interval.exhausted
        reconnects = interval.reconnects > 0 ? interval.reconnects : nil
        heldUp = interval.heldUp > .zero ? interval.heldUp.nanoseconds : nil
        suspended = interval.suspended > .zero ? interval.suspended.nanoseconds : nil
        cpu = interval.cpu.nanoseconds
        total = before ?? Totals()
        total.started += started
        total.iterations += iterations
        total.exchanges += sum.total
        total.completed += completed
        total.bad += bad
        total.dropped += dropped
        total.measured = load?.length.nanoseconds
        total.openLoad = load?.openLength.nanoseconds
        total.intended = load?.intendedArrivals
        generatorDelay = SparseHistogram(interval.generatorDelay)
        let ofSteps = interval.steps.reduce(UInt64(0)) { $0 + ($1?[.startLag]?.count ?? 0) }
        startLag = ofSteps == interval.startLag.count ? nil : SparseHistogram(interval.startLag)
        let times = interval.iterationTimes.enumerated().compactMap { number, histogram in
            SparseHistogram(histogram).map { Flow(flow: number, times: $0) }
        }
        iterationTimes = times.isEmpty ? nil : times
        let counts = interval.iterationCounts.enumerated().filter { $0.element != IterationCounts() }.map {
            FlowCounts(flow: $0.offset, begun: $0.element.begun, givenUp: $0.element.labelled)
        }
        iterationCounts = counts.isEmpty ? nil : counts
        let groups = interval.blocks.enumerated().compactMap { number, tally in
            tally.map { GroupLine(number: number, $0) }
        }
        self.groups = groups.isEmpty ? nil : groups
    }

    /// Measured exchanges that came to their end in the second.
    var exchanges: UInt64 { outcomes.reduce(0) { $1.key == Outcome.unfinished.label ? $0 : $0 &+ $1.value } }

    /// The second's measurement, exactly; of a log of an older version without the start lag of single steps.
    ///
    /// - Parameters:
    ///   - count: The number of steps of the run; those of the line beyond it are left out.
    ///   - flowCount: The number of flows, likewise.
    ///   - loadCount: The number of loads with names, likewise.
    ///   - groupCount: The number of groups and untils, likewise.
    public func interval(
        steps count: Int, flows flowCount: Int, loads loadCount: Int = 0, groups groupCount: Int = 0
    ) -> Interval {
        var interval = Interval(steps: count, flows: flowCount, loads: loadCount, blocks: groupCount)
        add(to: &interval)
        return interval
    }

    /// Adds the second's measurement to another of the same run, exactly: distributions place by place, since a worker's second fills few
    /// of their many places.
    func add(to interval: inout Interval) {
        let (flowCount, loadCount) = (interval.iterationTimes.count, interval.loads.count)
        var counts = Interval(steps: 0, flows: flowCount, loads: loadCount, blocks: interval.blocks.count)
        for group in groups ?? [] where counts.blocks.indices.contains(group.group) {
            counts.blocks[group.group] = group.tally
        }
        for (load, line) in (loads ?? []).prefix(loadCount).enumerated() { counts.loads[load] = line.counts }
        counts.started = started
        counts.inTime = inTime
        counts.iterations = iterations
        counts.dropped = dropped
        counts.withoutRow = withoutRow ?? 0
        counts.tooLate = tooLate ?? 0
        counts.unfinished = unfinished
        counts.warmup = warmup
        counts.exhausted = exhausted
        counts.reconnects = reconnects ?? 0
        counts.heldUp = Span(nanoseconds: heldUp ?? 0)
        counts.suspended = Span(nanoseconds: suspended ?? 0)
        for flow in iterationCounts ?? [] where flow.flow >= 0 && flow.flow < flowCount {
            counts.iterationCounts[flow.flow].begun = flow.begun
            for reason in IterationCounts.Reason.allCases {
                counts.iterationCounts[flow.flow][reason] = flow.givenUp?[reason.rawValue] ?? 0
            }
        }
        counts.users = users
        counts.cpu = Span(nanoseconds: cpu)
        interval.add(counts)
        for step in steps where interval.steps.indices.contains(step.step) {
            step.add(to: &interval.steps[step.step])
            if startLag == nil, let lag = step.latencies[LatencyMeasure.startLag.label] { interval.startLag.add(lag) }
        }
        for flow in iterationTimes ?? [] where flow.flow >= 0 && flow.flow < flowCount {
            if interval.iterationTimes[flow.flow] == nil { interval.iterationTimes[flow.flow] = LatencyHistogram() }
            interval.iterationTimes[flow.flow]?.add(flow.times)
        }
        if let generatorDelay { interval.generatorDelay.add(generatorDelay) }
        if let startLag { interval.startLag.add(startLag) }
    }
}

extension ProgressLine.Step {
    init(number: Int, _ tally: StepTally) {
        step = number
        outcomes = tally.outcomes.labelled
        received = tally.bytesReceived
        sent = tally.bytesSent
        latencies = Dictionary(
            LatencyMeasure.allCases.compactMap { measure in
                SparseHistogram(tally[measure]).map { (measure.label, $0) }
            },
            uniquingKeysWith: { first, _ in first })
        determinism = DeterminismResult(tally.determinism)
        unstamped = tally.unstamped > 0 ? tally.unstamped : nil
        stalled = tally.stalled > 0 ? tally.stalled : nil
        stalledBad = tally.stalledBad > 0 ? tally.stalledBad : nil
        isPart = tally.isPart ? true : nil
        events = EventsResult(tally.events)
    }

    /// Adds it to what was measured of the step.
    func add(to sum: inout StepTally?) {
        if sum == nil {
            sum = StepTally()
            sum?.isPart = isPart ?? false
        }
        for outcome in Outcome.allCases {
            if let count = outcomes[outcome.label] { sum?.outcomes[outcome] &+= count }
        }
        sum?.bytesReceived &+= received
        sum?.bytesSent &+= sent
        sum?.unstamped &+= unstamped ?? 0
        sum?.stalled &+= stalled ?? 0
        sum?.stalledBad &+= stalledBad ?? 0
        if let events { sum?.events.add(events.counts) }
        if let determinism {
            var counts = DeterminismCounts()
            counts.inputs = determinism.inputs
            counts.repeated = determinism.repeated
            counts.differing = determinism.differing
            counts.notCompared = determinism.notCompared
            sum?.determinism.add(counts)
        }
        for (label, sparse) in latencies {
            if let measure = LatencyMeasure.allCases.first(where: { $0.label == label }) {
                sum?.add(sparse, as: measure)
            }
        }
    }
}

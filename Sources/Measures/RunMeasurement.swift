/// Everything that a run measured, warm-up left out: what judgements and reports are made of.
public struct RunMeasurement: Sendable {
    /// How a run ended.
    public enum Ending: Sendable, Equatable {
        /// The load was sent to its end.
        case completed
        /// A signal ended it early.
        case interrupted
        /// A broken objective with `abort` ended it early.
        case aborted(objective: String)
    }

    /// All seconds and reactors added up.
    public var total: Interval
    /// The run over time.
    public var series = TimeSeries()
    /// How it ended.
    public var ending = Ending.completed
    /// The number of reactors that carried it; 0: there was no load to carry.
    public var reactors: Int
    /// The length of the measured load: from the first measured stage's start to the last one's end, or to where the
    /// run was ended early. The graceful stop is not part of it.
    public var measured = Span.zero
    /// The stretches of the measured load, from the beginning of the first stage, in the order of time: as long as
    /// `measured` together.
    public private(set) var stretches: [Range<Span>] = []
    /// Reactors that did not come round when the run was to end at once: what they measured last is missing.
    public var abandoned = 0
    /// Measured arrivals that open load intended up to the end of the measured load; nil where no stage was open.
    public var intendedArrivals: UInt64?
    /// Those of them that were begun before the measured load's end; nil likewise.
    public var arrivalsInTime: UInt64?
    /// The length of the open stages among the measured load, over which the rates are meant.
    public var openLoad = Span.zero
    /// From the start of the first stage, warm-up included, to the end of the last exchange.
    public var wall = Span.zero
    /// Up to five messages per step that say why exchanges were not `ok`. They hold what servers sent: redact them.
    public var examples: [[String]]
    /// Of the messages, by step: the beginning of an answer that led to one. Secrets are replaced.
    public var excerpts: [[String: String]]
    /// For each step its first wrong answers, at most `WrongAnswer.kept`, in the order of time.
    public var wrongAnswers: [[WrongAnswer]]
    /// Exchanges that failed, in the order in which they ended, then each step's slowest: bounded.
    public var evidence: [ExchangeEvidence] = []
    /// How the reactors were scheduled; nil where that isn't known.
    public var scheduling: RunScheduling?
    /// For each reactor the share of wall time its thread was running, 0...1.
    public var saturation: [Double] = []

    /// What somebody changed of the loads while they ran, in the order of time; empty: they were as planned.
    public var changes: [LoadChange] = []
    /// What was measured of each load, in the scenario's order; empty where loads have no names.
    public var loads: [LoadMeasurement] = []

    /// The names of hosts that were looked up for the load, and what their addresses carried.
    public var names: [NameRecord] = []

    /// The measurement of a run that has done nothing yet.
    public init(steps: Int, flows: Int, reactors: Int, loads map: LoadMap? = nil, blocks: Int = 0) {
        total = Interval(steps: steps, flows: flows, loads: map?.names.count ?? 0, blocks: blocks)
        loads = map?.names.map(LoadMeasurement.init) ?? []
        series = TimeSeries(loads: map)
        examples = Array(repeating: [], count: steps)
        excerpts = Array(repeating: [:], count: steps)
        wrongAnswers = Array(repeating: [], count: steps)
        self.reactors = reactors
    }

    /// Adds the next measured stage to the stretches; stages without a warm-up between them are one stretch.
    public mutating func addStretch(_ stage: Range<Span>) {
        if let last = stretches.last, last.upperBound == stage.lowerBound {
            stretches[stretches.count - 1] = last.lowerBound..<stage.upperBound
        } else {
            stretches.append(stage)
        }
    }

    /// Measured arrivals per second that open load intended; nil where no stage was open.
    public var intendedRate: Double? {
        guard let intendedArrivals, openLoad > .zero else { return nil }
        return Double(intendedArrivals) / openLoad.seconds
    }

    /// Measured arrivals per second that were begun in time; nil where no stage was open.
    public var achievedRate: Double? {
        guard let arrivalsInTime, openLoad > .zero else { return nil }
        return Double(arrivalsInTime) / openLoad.seconds
    }
}

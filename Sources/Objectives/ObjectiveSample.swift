internal import Measures
internal import Scenarios

/// What one objective looks at, of a second, a window or a whole run.
struct ObjectiveSample: Sendable {
    /// The latencies of the objective's measure, its iteration or group times, or rounds as `RoundCounts` keeps them; nil
    /// where it is none of these.
    var latencies: LatencyHistogram?
    /// Iterations or blocks of a whole run that have no time; 0 where the sample is of exchanges, or of a part of a run.
    var withoutEnd: UInt64 = 0
    /// How the exchanges of the objective's steps ended.
    var outcomes = OutcomeCounts()
    /// Arrivals and iterations begun.
    var started: UInt64 = 0
    /// Arrivals dropped.
    var dropped: UInt64 = 0
    /// WebSockets opened again.
    var reconnects: UInt64 = 0
    /// Exchanges whose end no kernel stamp dates; those that a stall of this process touched, and those of them that are bad.
    var unstamped: UInt64 = 0
    var stalled: UInt64 = 0
    var stalledBad: UInt64 = 0
    /// The events of streams.
    var events = EventCounts()
    /// The measured time.
    var seconds: Double

    /// A sample of no time.
    init() { seconds = 0 }

    /// What an interval holds of a measure and steps.
    init(of interval: Interval, measure: LatencyMeasure?, steps: [Int], allSteps: Bool, seconds: Double) {
        self.seconds = seconds
        started = interval.started
        dropped = interval.dropped
        reconnects = interval.reconnects
        for step in steps {
            guard let tally = interval.steps[step] else { continue }
            outcomes.add(tally.outcomes)
            unstamped &+= tally.unstamped
            stalled &+= tally.stalled
            stalledBad &+= tally.stalledBad
            events.add(tally.events)
        }
        guard let measure else { return }
        // Gaps and first events are touched by themselves, whatever became of their stream.
        if measure == .eventGap { stalled = events.stalledGaps }
        if measure == .firstEvent { stalled = events.stalledFirsts }
        if measure == .startLag, allSteps {
            latencies = interval.startLag
            return
        }
        for step in steps { add(interval.steps[step]?[measure]) }
    }

    /// What an interval holds of the iterations of flows.
    init(iterationsOf flows: [Int], in interval: Interval, seconds: Double) {
        self.seconds = seconds
        for flow in flows { add(interval.iterationTimes[flow]) }
    }

    /// What an interval holds of blocks: their times or rounds, or how they ended as if they were exchanges. `steps`: theirs.
    init(
        _ measure: Objective.Measure, ofBlocks blocks: [Int], steps: [Int], in interval: Interval, seconds: Double
    ) {
        self.seconds = seconds
        for block in blocks where block < interval.blocks.count {
            guard let tally = interval.blocks[block] else { continue }
            switch measure {
            case .groupTime: add(tally.times)
            case .rounds: add(tally.rounds.histogram)
            default:
                outcomes[.ok] &+= tally.completed - min(tally.completed, tally.failed)
                outcomes[.checkFailed] &+= tally.failed
                outcomes[.notSent] &+= tally.givenUp
            }
        }
        guard measure == .groupErrors else { return }
        for step in steps {
            guard let tally = interval.steps[step] else { continue }
            stalled &+= tally.stalled
            stalledBad &+= tally.stalledBad
        }
    }

    /// Adds what followed; exact.
    mutating func add(_ other: ObjectiveSample) {
        outcomes.add(other.outcomes)
        unstamped &+= other.unstamped
        stalled &+= other.stalled
        stalledBad &+= other.stalledBad
        events.add(other.events)
        started &+= other.started
        dropped &+= other.dropped
        reconnects &+= other.reconnects
        seconds += other.seconds
        add(other.latencies)
    }

    private mutating func add(_ more: LatencyHistogram?) {
        guard let more else { return }
        if latencies == nil { latencies = more } else { latencies?.add(more) }
    }
}

extension LatencyMeasure {
    /// The latency that an objective is about; nil where it is about something else.
    init?(_ measure: Objective.Measure) {
        switch measure {
        case .responseTime: self = .responseTime
        case .serviceTime: self = .serviceTime
        case .firstByte: self = .firstByte
        case .dns: self = .dns
        case .connect: self = .connect
        case .tls: self = .tls
        case .calculationTime: self = .calculationTime
        case .roundTrip: self = .roundTrip
        case .ping: self = .ping
        case .fanOut: self = .fanOut
        case .firstEvent: self = .firstEvent
        case .eventGap: self = .eventGap
        case .startLag: self = .startLag
        case .events, .iterationTime, .groupTime, .groupErrors, .rounds, .reconnects, .availability, .errors, .dropped,
            .throughput, .hitRatio, .byteHitRatio, .outage, .detection,
            .rtoFirst, .rto, .failback, .rpo, .budget, .lostWrites, .splitBrainLoss, .recovered, .duplicates,
            .indeterminate, .staleReads, .unexpected, .capacity, .probe:
            return nil
        }
    }
}

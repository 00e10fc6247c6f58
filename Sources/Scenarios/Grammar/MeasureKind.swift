extension Objective.Measure {
    /// The measures of the language by name, in the order of the documentation.
    static let named: [(name: String, measure: Objective.Measure)] = [
        ("response_time", .responseTime), ("service_time", .serviceTime), ("first_byte", .firstByte),
        ("dns", .dns), ("connect", .connect), ("tls", .tls), ("calculation_time", .calculationTime),
        ("start_lag", .startLag), ("round_trip", .roundTrip), ("ping", .ping), ("fan_out", .fanOut),
        ("first_event", .firstEvent), ("event_gap", .eventGap), ("events", .events),
        ("iteration_time", .iterationTime), ("group_time", .groupTime),
        ("group_errors", .groupErrors), ("rounds", .rounds), ("availability", .availability), ("errors", .errors),
        ("dropped", .dropped), ("throughput", .throughput), ("reconnects", .reconnects), ("hit_ratio", .hitRatio),
        ("byte_hit_ratio", .byteHitRatio), ("outage", .outage), ("detection", .detection), ("rto_first", .rtoFirst),
        ("rto", .rto), ("failback", .failback), ("rpo", .rpo), ("budget", .budget), ("lost_writes", .lostWrites),
        ("split_brain_loss", .splitBrainLoss), ("recovered", .recovered), ("duplicates", .duplicates),
        ("indeterminate", .indeterminate), ("stale_reads", .staleReads), ("unexpected", .unexpected),
        ("capacity", .capacity),
    ]

    /// The measure's name in the language.
    public var label: String {
        if case .probe(let name) = self { return name }
        return Self.named.first { $0.measure == self }?.name ?? ""
    }

    /// What values of a measure are, and so how they are written.
    enum Kind {
        /// Durations of which a statistic is taken; judged in milliseconds.
        case latency
        /// Whole numbers of which a statistic is taken.
        case numbers
        /// One duration; judged in seconds.
        case seconds
        /// Good of all, bad of all.
        case ratio
        /// A whole number.
        case count
        /// A plain number.
        case number
        /// Counts of which a statistic is taken, or all of them together, or these per second.
        case events
        /// Per second.
        case rate
        /// `errors`: by its value a count, a ratio or a rate.
        case errors
        /// A probe's numbers.
        case probe
    }

    var kind: Kind {
        switch self {
        case .responseTime, .serviceTime, .firstByte, .dns, .connect, .tls, .calculationTime, .startLag, .roundTrip,
            .ping, .fanOut, .firstEvent, .eventGap, .iterationTime, .groupTime:
            .latency
        case .rounds: .numbers
        case .outage, .detection, .rtoFirst, .rto, .failback, .rpo: .seconds
        case .availability, .hitRatio, .byteHitRatio: .ratio
        // More than the whole may be used up.
        case .budget: .number
        case .events: .events
        case .dropped, .reconnects, .lostWrites, .splitBrainLoss, .recovered, .duplicates, .indeterminate, .staleReads,
            .unexpected:
            .count
        case .throughput, .capacity: .rate
        case .errors, .groupErrors: .errors
        case .probe: .probe
        }
    }

    /// True for what is measured of each load.
    var isOfLoads: Bool {
        switch kind {
        case .latency: !isOfBlocks
        case .events: true
        case .ratio, .count, .rate, .errors, .seconds, .number, .numbers, .probe:
            [.availability, .errors, .throughput, .dropped].contains(self)
        }
    }

    /// True for what is measured of groups and untils.
    public var isOfBlocks: Bool {
        switch self {
        case .groupTime, .groupErrors, .rounds: true
        default: false
        }
    }

    /// True for what a drill measures.
    public var isOfDrills: Bool {
        switch self {
        case .outage, .detection, .rtoFirst, .rto, .failback, .rpo, .budget: true
        default: isOfWrites
        }
    }

    /// True for what the audit of a drill's writes tells.
    public var isOfWrites: Bool {
        switch self {
        case .rpo, .lostWrites, .splitBrainLoss, .recovered, .duplicates, .indeterminate, .staleReads, .unexpected:
            true
        default: false
        }
    }
}

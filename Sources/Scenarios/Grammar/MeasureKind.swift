extension Objective.Measure {
    /// The measures of the language by name, in the order of the documentation.
    static let named: [(name: String, measure: Objective.Measure)] = [
        ("response_time", .responseTime), ("service_time", .serviceTime), ("first_byte", .firstByte),
        ("dns", .dns), ("connect", .connect), ("tls", .tls), ("calculation_time", .calculationTime),
        ("start_lag", .startLag), ("round_trip", .roundTrip), ("ping", .ping), ("fan_out", .fanOut),
        ("iteration_time", .iterationTime), ("availability", .availability), ("errors", .errors),
        ("dropped", .dropped), ("throughput", .throughput), ("reconnects", .reconnects), ("hit_ratio", .hitRatio),
        ("byte_hit_ratio", .byteHitRatio), ("rto", .rto),
        ("rto_first", .rtoFirst), ("rpo", .rpo), ("lost_writes", .lostWrites), ("duplicates", .duplicates),
        ("stale_reads", .staleReads), ("outage", .outage), ("budget", .budget),
    ]

    /// What values of a measure are, and so how they are written.
    enum Kind {
        /// Durations of which a statistic is taken; judged in milliseconds.
        case latency
        /// One duration; judged in seconds.
        case seconds
        /// Good of all, bad of all.
        case ratio
        /// A whole number.
        case count
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
            .ping, .fanOut, .iterationTime:
            .latency
        case .rto, .rtoFirst, .rpo, .outage: .seconds
        case .availability, .hitRatio, .byteHitRatio, .budget: .ratio
        case .dropped, .reconnects, .lostWrites, .duplicates, .staleReads: .count
        case .throughput: .rate
        case .errors: .errors
        case .probe: .probe
        }
    }

    /// True where the selector names a verification, which a later version runs.
    var selectsVerification: Bool {
        switch self {
        case .hitRatio, .byteHitRatio, .rto, .rtoFirst, .rpo, .lostWrites, .duplicates, .staleReads, .outage, .budget:
            true
        default: false
        }
    }
}

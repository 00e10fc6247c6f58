public import Measures
public import Scenarios

/// Whether the generator itself kept up: if it did not, latencies say more about this machine than about the target.
public struct GeneratorAudit: Sendable, Equatable {
    /// What went wrong, in a bounded label.
    public enum Kind: String, Codable, CaseIterable, Sendable {
        /// Exchanges were sent too late.
        case startLag = "start_lag"
        /// Answers lay too long before they were read.
        case generatorDelay = "generator_delay"
        /// Arrivals were dropped.
        case dropped
        /// Too few of the intended arrivals were begun in time.
        case achievedRate = "achieved_rate"
        /// The machine ran out of descriptors or ports.
        case exhausted
        /// A service of the scenario ended by itself.
        case service
    }

    /// One thing that makes the run invalid.
    public struct Reason: Sendable, Equatable {
        /// What went wrong.
        public var kind: Kind
        /// What was seen, with its figures.
        public var cause: String
        /// What to do about it.
        public var hint: String

        /// Makes a reason.
        public init(kind: Kind, cause: String, hint: String) {
            self.kind = kind
            self.cause = cause
            self.hint = hint
        }
    }

    /// Why the run is invalid; empty where it is valid.
    public var reasons: [Reason] = []
    /// What start lag and generator delay may be at the 99th percentile: 10 % of the tightest latency limit among the hard
    /// objectives, 1 ms where there is none.
    public var lagLimit: Span

    /// `invalid` with any reason, else `pass`.
    public var verdict: Verdict { reasons.isEmpty ? .pass : .invalid }

    /// Audits a run.
    ///
    /// - Parameter findings: What the objectives came to: dropped arrivals are allowed for where an objective on `dropped`
    ///   passes, or would with more samples.
    public init(scenario: Scenario, measurement: RunMeasurement, findings: [ObjectiveFinding]) {
        lagLimit = Self.lagLimit(of: scenario.objectives)
        let total = measurement.total
        let busy = Self.busyHint(measurement.saturation)

        if let lag = total.startLag.percentile(99), lag > lagLimit {
            reasons.append(
                Reason(
                    kind: .startLag,
                    cause: "requests were sent late: start lag p99 is \(Self.shown(lag)), "
                        + "\(Self.shown(lagLimit)) is allowed",
                    hint: busy))
        }
        if let delay = total.generatorDelay.percentile(99), delay > lagLimit {
            reasons.append(
                Reason(
                    kind: .generatorDelay,
                    cause: "answers waited to be read: generator delay p99 is \(Self.shown(delay)), "
                        + "\(Self.shown(lagLimit)) is allowed",
                    hint: busy))
        }
        let allowed = findings.contains {
            $0.objective.measure == .dropped && ($0.verdict == .pass || $0.verdict == .inconclusive)
        }
        if total.dropped > 0, !allowed { reasons.append(Self.dropped(total, scenario)) }
        if let reason = Self.shortfall(measurement, droppedAllowed: allowed, hint: busy) { reasons.append(reason) }
        if total.exhausted > 0 {
            let count = total.exhausted
            let iterations = count == 1 ? "1 iteration was" : "\(Figure.grouped(count)) iterations were"
            reasons.append(
                Reason(
                    kind: .exhausted,
                    cause: "this machine ran out of descriptors or ports: \(iterations) given up",
                    hint: "raise `ulimit -n` or widen net.ipv4.ip_local_port_range, or keep connections "
                        + "(defaults.connections: shared)"))
        }
    }

    /// A tenth of the tightest limit that a hard objective sets a latency from above; 1 ms where none does.
    ///
    /// An objective on `start_lag` sets its own limit, and counts and rates of latencies are no latencies.
    static func lagLimit(of objectives: [Objective]) -> Span {
        let limits = objectives.compactMap { objective -> Double? in
            guard objective.severity == .hard, let latency = LatencyMeasure(objective.measure), latency != .startLag
            else { return nil }
            switch objective.statistic {
            case .count, .rate, .ratio: return nil
            case .minimum, .mean, .percentile, .maximum, nil: return Limit(comparison: objective.comparison).upper
            }
        }
        return limits.min().map { Span(seconds: $0 / 10_000) } ?? Span(nanoseconds: 1_000_000)
    }

    private static func dropped(_ total: Interval, _ scenario: Scenario) -> Reason {
        let count = total.dropped
        let tables = scenario.data.filter { $0.order == .once }.map { "`\($0.name)`" }.joined(separator: ", ")
        let needsRows = "give it more rows, another order, or less load; or allow for it with an objective"
        if total.withoutRow == count {
            let iterations = count == 1 ? "1 iteration was" : "\(Figure.grouped(count)) iterations were"
            return Reason(
                kind: .dropped, cause: "\(iterations) dropped: no row was left of data that is used once (\(tables))",
                hint: "\(needsRows), for example `dropped <= \(count)`")
        }
        let arrivals = count == 1 ? "1 arrival was" : "\(Figure.grouped(count)) arrivals were"
        let users = scenario.limits.maxUsers
        var hint =
            "raise limits.max_users or lower the rate; or allow for it with an objective, "
            + "for example `dropped <= \(count)`"
        let busy = "all \(Figure.grouped(UInt64(max(0, users)))) users were busy"
        guard total.withoutRow > 0 else {
            return Reason(kind: .dropped, cause: "\(arrivals) dropped: \(busy)", hint: hint)
        }
        hint += "; data that is used once (\(tables)) ran out of rows: \(needsRows)"
        let rowless = Figure.grouped(total.withoutRow)
        return Reason(
            kind: .dropped, cause: "\(arrivals) dropped: \(rowless) found no row left, for the others \(busy)",
            hint: hint)
    }

    private static func shortfall(_ measurement: RunMeasurement, droppedAllowed: Bool, hint: String) -> Reason? {
        guard let intended = measurement.intendedArrivals, let inTime = measurement.arrivalsInTime, intended > 0,
            let intendedRate = measurement.intendedRate, let achievedRate = measurement.achievedRate
        else { return nil }
        // What the scenario allows to be dropped is not missing.
        let accounted = Double(inTime) + (droppedAllowed ? Double(measurement.total.dropped) : 0)
        guard accounted < 0.99 * Double(intended) else { return nil }
        let share = Figure.fixed(Double(inTime) / Double(intended) * 100, decimals: 1)
        return Reason(
            kind: .achievedRate,
            cause: "only \(Figure.short(achievedRate, decimals: 1)) of the intended "
                + "\(Figure.short(intendedRate, decimals: 1)) arrivals a second were begun in time (\(share) %)",
            hint: hint)
    }

    private static func busyHint(_ saturation: [Double]) -> String {
        guard let busiest = saturation.max(), busiest > 0.8 else {
            return "other processes may have held this machine's cores, or the target runs on them too: free them, "
                + "or lower the rate"
        }
        let share = Figure.fixed(busiest * 100, decimals: 0)
        return "the busiest reactor ran \(share) % of the time: lower the rate, use more reactors or a larger machine"
    }

    private static func shown(_ span: Span) -> String { "\(Figure.short(span.milliseconds, decimals: 3)) ms" }
}

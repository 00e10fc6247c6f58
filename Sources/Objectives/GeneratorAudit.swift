public import Measures
public import Scenarios
public import VerificationKit

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
        /// This process did not run for a while.
        case stall
        /// A process that was to carry a part of the load is missing, or did not come to its end.
        case worker
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
    /// objectives, 1 ms where there is none. Each objective is held to a tenth of its own limit.
    public var lagLimit: Span
    /// What the start lag's 99th percentile is shown to be at least; nil where there was none, or too few samples.
    var startLag: Span?
    /// The same of the generator delay.
    var generatorDelay: Span?

    /// From here on a stall in one piece makes the run invalid, where it touched an exchange.
    static let longestStall = Span(nanoseconds: 500_000_000)
    /// The share of exchanges without a kernel stamp up to which a late read changes nothing.
    private static let unstampedAllowed = 0.01

    /// `invalid` with any reason, else `pass`.
    public var verdict: Verdict { reasons.isEmpty ? .pass : .invalid }

    /// Audits a run.
    ///
    /// - Parameter findings: What the objectives came to: dropped arrivals are allowed for where an objective on `dropped`
    ///   passes, or would with more samples.
    /// - Parameter endedServices: What services ended by themselves, in words.
    /// - Parameter isDrill: True where a drill's faults may hold users, so that arrivals find none: what is dropped then is
    ///   the fault's doing, and the drill's figures count what was sent.
    public init(
        scenario: Scenario, measurement: RunMeasurement, findings: [ObjectiveFinding], endedServices: [String] = [],
        isDrill: Bool = false
    ) {
        lagLimit = Self.lagLimit(of: scenario.objectives)
        let total = measurement.total
        let stall = Self.stall(total)
        let busy = stall?.hint ?? Self.busyHint(measurement.saturation, measurement.scheduling)
        let hard = scenario.objectives.filter { $0.severity == .hard }
        startLag = Self.shownP99(of: total.startLag)
        generatorDelay = Self.shownP99(of: total.generatorDelay)

        if let stall { reasons.append(stall) }
        let lagAllowed = hard.filter(\.dependsOnStartLag).compactMap(Self.allowance).min()
        if let startLag, let lagAllowed, startLag > lagAllowed {
            reasons.append(
                Reason(
                    kind: .startLag,
                    cause: "requests were sent late: start lag p99 is at least \(Self.shown(startLag)), "
                        + "\(Self.shown(lagAllowed)) is allowed",
                    hint: busy))
        }
        let delayAllowed = hard.filter { Self.dependsOnDelay($0, scenario: scenario, total: total) }
            .compactMap(Self.allowance).min()
        if let generatorDelay, let delayAllowed, generatorDelay > delayAllowed {
            reasons.append(
                Reason(
                    kind: .generatorDelay,
                    cause: "answers waited to be read: generator delay p99 is at least \(Self.shown(generatorDelay)), "
                        + "\(Self.shown(delayAllowed)) is allowed",
                    hint: busy))
        }
        let allowed = findings.contains {
            $0.objective.measure == .dropped && !$0.objective.isOfLoad
                && ($0.verdict == .pass || $0.verdict == .inconclusive)
        }
        if !isDrill {
            let loads = measurement.loads.map { LoadAudit($0, findings: findings) }
            let isAllowed = allowed || (!loads.isEmpty && loads.allSatisfy(\.isDroppedAllowed))
            if total.dropped > 0, !isAllowed {
                reasons.append(Self.dropped(total, scenario, of: loads.filter { !$0.isDroppedAllowed }.map(\.load)))
            }
            // Of a load that was changed by hand it is not known exactly what it had to be.
            let isChanged = !measurement.changes.isEmpty
            let whole =
                isChanged
                ? nil
                : Self.shortfall(
                    Shortfall(measurement, droppedAllowed: isAllowed), hint: busy)
            // A load that lacks arrivals is found beside others that send many more.
            let ofLoads = (isChanged ? [] : loads).compactMap { load in
                Self.shortfall(Shortfall(load.load, droppedAllowed: allowed || load.isDroppedAllowed), hint: busy)
            }
            if ofLoads.isEmpty, let whole { reasons.append(whole) }
            reasons += ofLoads
        }
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
        if measurement.abandoned > 0 {
            let all = measurement.reactors
            reasons.append(
                Reason(
                    kind: .stall,
                    cause:
                        "\(measurement.abandoned) of \(all) \(all == 1 ? "reactor" : "reactors") did not come to an end "
                        + "when the run was told to: what was measured last is missing",
                    hint: "see what the target sends: something in an answer keeps the reactor busy"))
        }
        for text in endedServices {
            reasons.append(
                Reason(kind: .service, cause: text, hint: "see its log; what it served was not measured"))
        }
    }

    /// What a 99th percentile is shown to be at least, with 95 % confidence (order statistics).
    private static func shownP99(of latencies: LatencyHistogram) -> Span? {
        ConfidenceBound.lowerRank(percent: 99, count: latencies.count).flatMap {
            latencies.range(atRank: $0)?.lowerBound
        }
    }

    private static func stall(_ total: Interval) -> Reason? {
        let touched = total.wholeSteps.reduce(UInt64(0)) { $0 + $1.stalled }
        let isSuspension = total.suspended >= longestStall
        guard isSuspension || total.heldUp >= longestStall, touched > 0 else { return nil }
        let exchanges = touched == 1 ? "1 exchange was" : "\(Figure.grouped(touched)) exchanges were"
        return Reason(
            kind: .stall,
            cause: (isSuspension
                ? "this machine was suspended for \(Figure.fixed(total.suspended.seconds, decimals: 1)) s: "
                : "\(HeldUp.text(total.heldUp)): ") + "\(exchanges) under way or due",
            hint: isSuspension
                ? "keep it awake (systemd-inhibit), and send the load again"
                : "it was stopped (Ctrl-Z, SIGSTOP, a paused machine), or found no processor or memory: "
                    + "send the load again from a machine that has both")
    }

    /// True for latencies that end with a read which no kernel stamp dates: a late read made them longer.
    static func dependsOnDelay(_ objective: Objective, scenario: Scenario, total: Interval) -> Bool {
        switch objective.measure {
        case .dns, .connect, .tls: return true
        case .responseTime, .serviceTime, .firstByte, .roundTrip, .ping, .fanOut, .firstEvent, .eventGap:
            return isUnstamped(StepSelection(objective.selector, in: scenario).steps, of: total)
        case .iterationTime: return isUnstamped(Array(total.steps.indices), of: total)
        case .groupTime:
            let blocks = BlockSelection(objective.selector, in: scenario).blocks
            return isUnstamped(blocks.flatMap(\.block.steps), of: total)
        default: return false
        }
    }

    private static func isUnstamped(_ steps: [Int], of total: Interval) -> Bool {
        var (unstamped, all) = (UInt64(0), UInt64(0))
        for step in steps {
            unstamped &+= total.steps[step]?.unstamped ?? 0
            all &+= total.steps[step]?.outcomes.total ?? 0
        }
        return Double(unstamped) > unstampedAllowed * Double(all)
    }

    /// A tenth of what an objective allows a latency to be; nil where it doesn't limit one.
    static func allowance(of objective: Objective) -> Span? {
        guard LatencyMeasure(objective.measure) != nil || [.iterationTime, .groupTime].contains(objective.measure)
        else { return nil }
        switch objective.statistic {
        case .count, .rate, .ratio: return nil
        case .minimum, .mean, .percentile, .maximum, nil:
            let limit = Limit(comparison: objective.comparison)
            return (limit.upper ?? limit.lower).map { Span(seconds: $0 / 10_000) }
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

    /// A load, and whether an objective allows for what it dropped.
    private struct LoadAudit {
        var load: LoadMeasurement
        var isDroppedAllowed: Bool

        init(_ load: LoadMeasurement, findings: [ObjectiveFinding]) {
            self.load = load
            isDroppedAllowed =
                load.counts.dropped == 0
                || findings.contains {
                    $0.objective.measure == .dropped && $0.objective.selector == .load(load.name)
                        && ($0.verdict == .pass || $0.verdict == .inconclusive)
                }
        }
    }

    /// `loads`: those that dropped more than an objective allows; empty where loads have no names.
    private static func dropped(_ total: Interval, _ scenario: Scenario, of loads: [LoadMeasurement]) -> Reason {
        let count = total.dropped
        let tables = scenario.data.filter { $0.order == .once }.map { "`\($0.name)`" }.joined(separator: ", ")
        let needsRows = "give it more rows, another order, or less load; or allow for it with an objective"
        let ofLoads = loads.map { "\($0.name) \(Figure.grouped($0.counts.dropped))" }.joined(separator: ", ")
        let byLoads = loads.isEmpty ? "" : " (\(ofLoads))"
        if total.withoutRow == count {
            let iterations = count == 1 ? "1 iteration was" : "\(Figure.grouped(count)) iterations were"
            return Reason(
                kind: .dropped,
                cause: "\(iterations) dropped\(byLoads): no row was left of data that is used once (\(tables))",
                hint: "\(needsRows), for example `dropped <= \(count)`")
        }
        let arrivals = count == 1 ? "1 arrival was" : "\(Figure.grouped(count)) arrivals were"
        let bounds = Set(
            loads.compactMap { load in
                scenario.loads.first { $0.name == load.name }.map(scenario.maxUsers)
            })
        let users = bounds.count == 1 ? bounds.first ?? 0 : scenario.limits.maxUsers
        var hint =
            "raise limits.max_users or lower the rate; or allow for it with an objective, "
            + "for example `dropped <= \(count)`"
        let busy =
            bounds.count > 1
            ? "users of the load were busy" : "\(Figure.grouped(UInt64(max(0, users)))) users were busy"
        // What the generator could not begin in time has nothing to do with users.
        let isLateOnly = total.tooLate &+ total.withoutRow >= count
        let late = "their turn came only after the end, the graceful stop included"
        if isLateOnly {
            hint =
                "lower the rate, or give this machine more processors; or allow for it with an objective, "
                + "for example `dropped <= \(count)`"
        }
        var parts: [String] = []
        if total.withoutRow > 0 {
            hint += "; data that is used once (\(tables)) ran out of rows: \(needsRows)"
            parts.append("\(Figure.grouped(total.withoutRow)) found no row left")
        }
        if total.tooLate > 0 {
            parts.append(isLateOnly && parts.isEmpty ? late : "\(Figure.grouped(total.tooLate)) were late, \(late)")
        }
        if !isLateOnly { parts.append(parts.isEmpty ? "all \(busy)" : "for the others all \(busy)") }
        return Reason(
            kind: .dropped, cause: "\(arrivals) dropped\(byLoads): \(parts.joined(separator: ", "))", hint: hint)
    }

    /// What was meant to arrive, and what did.
    private struct Shortfall {
        var intended: UInt64?
        var inTime: UInt64?
        var intendedRate: Double?
        var achievedRate: Double?
        /// What the scenario allows to be dropped is not missing.
        var allowed: UInt64
        var name: String?

        init(_ measurement: RunMeasurement, droppedAllowed: Bool) {
            intended = measurement.intendedArrivals
            inTime = measurement.arrivalsInTime
            intendedRate = measurement.intendedRate
            achievedRate = measurement.achievedRate
            allowed = droppedAllowed ? measurement.total.dropped : 0
        }

        init(_ load: LoadMeasurement, droppedAllowed: Bool) {
            intended = load.intendedArrivals
            inTime = load.counts.inTime
            intendedRate = load.intendedRate
            achievedRate = load.achievedRate
            allowed = droppedAllowed ? load.counts.dropped : 0
            name = load.name
        }
    }

    private static func shortfall(_ load: Shortfall, hint: String) -> Reason? {
        guard let intended = load.intended, let inTime = load.inTime, intended > 0,
            let intendedRate = load.intendedRate, let achievedRate = load.achievedRate
        else { return nil }
        let accounted = Double(inTime) + Double(load.allowed)
        guard accounted < 0.99 * Double(intended) else { return nil }
        let share = Figure.fixed(Double(inTime) / Double(intended) * 100, decimals: 1)
        return Reason(
            kind: .achievedRate,
            cause:
                "\(load.name.map { "of the load \($0) " } ?? "")only \(Figure.short(achievedRate, decimals: 1)) of the intended "
                + "\(Figure.short(intendedRate, decimals: 1)) arrivals a second were begun in time (\(share) %)",
            hint: hint)
    }

    private static func busyHint(_ saturation: [Double], _ scheduling: RunScheduling?) -> String {
        guard let busiest = saturation.max(), busiest > 0.8 else {
            let hint =
                "the reactors were not busy, so it was something else on this machine: see what else runs on its "
                + "cores, or lower the rate"
            guard let scheduling, !scheduling.isRealtime else { return hint }
            if scheduling.asked == .normal { return "\(hint), or leave out --scheduling normal" }
            let reason = scheduling.reason.map { " (\($0))" } ?? ""
            return "\(hint); with real-time scheduling they would run first\(reason): \(RunScheduling.remedy)"
        }
        let share = Figure.fixed(busiest * 100, decimals: 0)
        return "the busiest reactor ran \(share) % of the time: lower the rate, use more reactors or a larger machine"
    }

    private static func shown(_ span: Span) -> String { "\(Figure.short(span.milliseconds, decimals: 3)) ms" }
}

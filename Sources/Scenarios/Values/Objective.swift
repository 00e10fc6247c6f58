/// Something that must hold of a run: `p95 response_time of browse < 200ms in any 10s`.
///
///     objective    := measure-expr comparison [ "in any" duration ]
///     measure-expr := [ statistic ] measure [ "of" selector ]
///     statistic    := "min" | "mean" | "p" number | "max" | "count" | "rate" | "ratio"
///     comparison   := ("<" | "<=" | ">" | ">=" | "==") value | "within" value ".." value
public struct Objective: Sendable, Equatable {
    /// Which figure of a sample is meant.
    public enum Statistic: Sendable, Equatable {
        case minimum
        case mean
        /// `p99.9` is `percentile(99.9)`.
        case percentile(Double)
        case maximum
        case count
        case rate
        case ratio
    }

    /// What is measured.
    public enum Measure: Sendable, Hashable {
        case responseTime, serviceTime, firstByte, dns, connect, tls, calculationTime, startLag
        case roundTrip, ping, fanOut
        case firstEvent, eventGap, events
        case iterationTime
        /// Of groups and untils: how long they took, how many failed, how many rounds they needed.
        case groupTime, groupErrors, rounds
        case availability, errors, dropped, throughput, reconnects
        case hitRatio, byteHitRatio
        case outage, detection, rtoFirst, rto, failback, rpo, budget
        case lostWrites, splitBrainLoss, recovered, duplicates, indeterminate, staleReads, unexpected
        /// The highest rate at which all other objectives hold.
        case capacity
        /// A probe of the scenario, by name.
        case probe(String)
    }

    /// Of what it is measured.
    public enum Selector: Sendable, Equatable {
        /// A step, flow, block, probe or verification, by name. Where a step and a flow share it, the flow is meant.
        case name(String)
        /// Every step with the tag.
        case tag(name: String, value: String)
        /// All that a load sends, by the load's name.
        case load(String)
    }

    /// What must hold. Values stand in the measure's own unit: milliseconds for latencies, seconds for `rto`, `rpo` and
    /// `outage`, a fraction of 1 for ratios, per second for rates, plain numbers for counts.
    public enum Comparison: Sendable, Equatable {
        case less(Double)
        case lessOrEqual(Double)
        case greater(Double)
        case greaterOrEqual(Double)
        case equal(Double)
        /// Both bounds included.
        case within(ClosedRange<Double>)
    }

    /// Whether a broken objective fails the run.
    public enum Severity: String, CaseIterable, Sendable {
        case hard
        /// Shown, but not counted.
        case advisory
    }

    /// The objective as written.
    public var source: String
    /// Which figure; nil where the measure has only one.
    public var statistic: Statistic?
    /// What is measured.
    public var measure: Measure
    /// Of what; nil: of the whole run.
    public var selector: Selector?
    /// What must hold.
    public var comparison: Comparison
    /// `in any 10s`: must hold in every window of this length.
    public var window: Duration?
    /// Whether a broken objective fails the run.
    public var severity = Severity.hard
    /// `abort: after 20s`: ends the run as soon as the objective is broken, but not before this much measured time.
    public var abortAfter: Duration?
    /// The section of the sign-off table.
    public var section: String?
    /// The criterion in the sign-off table.
    public var criterion: String?

    /// Makes an objective of its necessary parts.
    public init(
        source: String, statistic: Statistic?, measure: Measure, selector: Selector?, comparison: Comparison,
        window: Duration? = nil
    ) {
        self.source = source
        self.statistic = statistic
        self.measure = measure
        self.selector = selector
        self.comparison = comparison
        self.window = window
    }
}

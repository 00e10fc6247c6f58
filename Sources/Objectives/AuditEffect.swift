internal import Measures
internal import Scenarios
import VerificationKit

/// What the audit of the generator does to an objective's verdict.
///
/// A reason voids only what depends on it: late starts the latencies that count from the intended start, late reads the
/// latencies that no kernel stamp dates, and a load that was not the intended one all that was measured of it. What is
/// void is `invalid`, unless the target broke the limit whatever the generator did: that stays `fail`.
struct AuditEffect {
    private let audit: GeneratorAudit
    private let scenario: Scenario
    private let measurement: RunMeasurement

    init(_ audit: GeneratorAudit, scenario: Scenario, measurement: RunMeasurement) {
        self.audit = audit
        self.scenario = scenario
        self.measurement = measurement
    }

    /// What a finding comes to beside the audit.
    func finding(_ finding: ObjectiveFinding) -> ObjectiveFinding {
        guard !audit.reasons.isEmpty || max(measurement.total.heldUp, measurement.total.suspended) > .zero,
            !finding.objective.measure.isOfVerifications, finding.verdict != .noData
        else { return finding }
        let sample = sample(of: finding.objective)
        let kinds = audit.reasons.map(\.kind).filter { concerns($0, finding.objective, sample) }
        let isOurs =
            finding.verdict == .fail
            ? isOfStall(finding, sample) || kinds.contains { mayBreak($0, finding) } : !kinds.isEmpty
        guard isOurs else { return finding }
        var finding = finding
        if finding.verdict == .fail {
            finding.note = "the generator was the bottleneck: the target may not be to blame"
        } else {
            let causes = kinds.map(\.shown)
            let void =
                "void: "
                + causes.enumerated().filter { !causes.prefix($0.offset).contains($0.element) }
                .map(\.element).joined(separator: ", ")
            finding.note = finding.note.map { "\(void); \($0)" } ?? void
        }
        finding.verdict = .invalid
        return finding
    }

    // MARK: What depends on what

    private func concerns(_ kind: GeneratorAudit.Kind, _ objective: Objective, _ sample: ObjectiveSample?) -> Bool {
        switch kind {
        case .startLag:
            return objective.dependsOnStartLag
                && isBeyond(audit.startLag, GeneratorAudit.allowance(of: objective))
        case .generatorDelay:
            return GeneratorAudit.dependsOnDelay(objective, scenario: scenario, total: measurement.total)
                && isBeyond(audit.generatorDelay, GeneratorAudit.allowance(of: objective))
        case .dropped, .achievedRate, .exhausted, .service, .stall, .worker: return true
        }
    }

    private func isBeyond(_ shown: Span?, _ allowance: Span?) -> Bool {
        guard let shown, let allowance else { return false }
        return shown > allowance
    }

    // MARK: Whose doing a broken limit is

    /// True where a reason may be why a limit is broken.
    private func mayBreak(_ kind: GeneratorAudit.Kind, _ finding: ObjectiveFinding) -> Bool {
        if kind == .generatorDelay { return !breaks(finding, without: measurement.total.generatorDelay.percentile(99)) }
        // By its marks (`isOfStall`), and by what was not sent.
        switch finding.objective.measure {
        // Both are without what was lost before the start.
        case .responseTime, .roundTrip: return kind != .stall && !breaksLimit(finding, as: .serviceTime)
        case .firstEvent: return kind != .stall && !breaksLimit(finding, as: .firstByte)
        case .throughput, .iterationTime, .groupTime: return true
        // A pool that too little load leaves idle is no fault of the pool; one that less load overwhelms is.
        case .probe: return ProbeJudge.breaksLowerSideOnly(finding)
        default: return false
        }
    }

    /// True where another measure breaks the limit, too.
    private func breaksLimit(_ finding: ObjectiveFinding, as measure: Objective.Measure) -> Bool {
        var objective = finding.objective
        objective.measure = measure
        objective.window = nil
        return ObjectiveJudge(objective, scenario: scenario).finding(of: measurement).verdict == .fail
    }

    /// True where a limit is broken only by exchanges that a stall of this process touched.
    private func isOfStall(_ finding: ObjectiveFinding, _ sample: ObjectiveSample?) -> Bool {
        guard let sample, sample.stalled > 0 else { return false }
        let judge = ObjectiveJudge(finding.objective, scenario: scenario)
        switch finding.objective.measure {
        case .availability, .errors, .groupErrors:
            guard finding.objective.window == nil else { return sample.stalledBad > 0 }
            return judge.finding(of: sample.withoutStalledErrors).verdict != .fail
        default:
            guard let latencies = sample.latencies, Limit(comparison: finding.objective.comparison).hasUpper,
                finding.unit == .milliseconds
            else { return false }
            if breaks(finding, without: measurement.total.heldUp + measurement.total.suspended) { return false }
            guard finding.objective.window == nil else { return true }
            return judge.rest(of: latencies, withoutLongest: sample.stalled).map { !judge.limit.breaksUpper($0) }
                ?? true
        }
    }

    /// True where the limit would be broken even if each latency were so much shorter.
    private func breaks(_ finding: ObjectiveFinding, without share: Span?) -> Bool {
        guard let observed = finding.observed, finding.unit == .milliseconds else { return true }
        let limit = Limit(comparison: finding.objective.comparison)
        // A lower limit is not broken by what makes latencies longer.
        return limit.breaksUpper(observed - (share?.milliseconds ?? 0)) || !limit.holdsLower(observed)
    }

    private func sample(of objective: Objective) -> ObjectiveSample? {
        if case .probe = objective.measure { return nil }
        return ObjectiveJudge(objective, scenario: scenario).sample(of: measurement)
    }
}

extension Objective {
    /// True where it is about one of several loads.
    var isOfLoad: Bool { if case .load = selector { true } else { false } }

    /// True for latencies that count from the intended start. An objective on `start_lag` sets its own limit.
    var dependsOnStartLag: Bool {
        switch measure {
        case .responseTime, .roundTrip, .firstEvent, .iterationTime, .groupTime: true
        default: false
        }
    }
}

extension ObjectiveJudge {
    /// The figure that the objective is about, in milliseconds, of all but the longest latencies; nil where none is left.
    func rest(of latencies: LatencyHistogram, withoutLongest left: UInt64) -> Double? {
        guard left < latencies.count else { return nil }
        let count = latencies.count - left
        let rank: UInt64? =
            switch objective.statistic {
            case .percentile(let percent) where percent < 100:
                LatencyHistogram.rank(ofPercentile: percent, count: count)
            case .maximum, .percentile, nil: count
            case .minimum: 1
            case .mean, .count, .rate, .ratio: nil
            }
        return rank.flatMap { latencies.value(atRank: $0)?.milliseconds }
    }
}

extension ObjectiveSample {
    /// The sample as if what a stall touched had not failed.
    var withoutStalledErrors: ObjectiveSample {
        var sample = self
        var left = stalledBad
        for outcome in Outcome.allCases where outcome != .ok && outcome != .unfinished && left > 0 {
            let taken = min(left, sample.outcomes[outcome])
            sample.outcomes[outcome] -= taken
            left -= taken
        }
        return sample
    }
}

extension Limit {
    /// True where a value is beyond the upper limit.
    func breaksUpper(_ value: Double) -> Bool { hasUpper && !holdsUpper(value) }
}

extension GeneratorAudit.Kind {
    /// What happened, for a note.
    fileprivate var shown: String {
        switch self {
        case .startLag: "requests were sent late"
        case .generatorDelay: "answers waited to be read"
        case .dropped, .achievedRate: "the load was not the intended one"
        case .exhausted: "this machine ran out of descriptors or ports"
        case .service: "a service ended by itself"
        case .stall: "this process was held up"
        case .worker: "a worker is missing"
        }
    }
}

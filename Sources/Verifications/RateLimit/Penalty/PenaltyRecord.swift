internal import Measures
internal import Scenarios

/// What banned clients and others were answered.
struct PenaltyRecord {
    private var bursts: [PenaltyCourse.Role: [ProbeRun.Answer]] = [:]
    private var later: [PenaltyCourse.Role: [ProbeRun.Answer]] = [:]
    private(set) var origin: Instant?
    private var latest: Instant?

    mutating func take(_ role: PenaltyCourse.Role, isBurst: Bool, _ answer: ProbeRun.Answer) {
        origin = min(origin ?? answer.observed.sent, answer.observed.sent)
        latest = max(latest ?? answer.observed.received, answer.observed.received)
        if isBurst { bursts[role, default: []].append(answer) } else { later[role, default: []].append(answer) }
    }

    /// What was to lead to a ban.
    func burst(_ role: PenaltyCourse.Role) -> [ProbeRun.Answer] { bursts[role] ?? [] }
    /// What came after it.
    func after(_ role: PenaltyCourse.Role) -> [ProbeRun.Answer] { later[role] ?? [] }

    /// All answers.
    var everything: [ProbeRun.Answer] { PenaltyCourse.Role.allCases.flatMap { burst($0) + after($0) } }

    /// Seconds since the beginning.
    func seconds(_ instant: Instant) -> Double { (instant - (origin ?? instant)).seconds }

    /// The last answer's instant, in seconds.
    var now: Double { latest.map { seconds($0) } ?? 0 }

    var span: Span? {
        guard let origin, let latest else { return nil }
        return latest - origin
    }

    /// The same as the record of any probe.
    var probes: ProbeRecord {
        var record = ProbeRecord()
        (record.origin, record.quiet) = (origin, everything)
        return record
    }

    /// When the client's ban began, at the earliest and at the latest; nil: it did not go beyond the limit.
    func begin(_ role: PenaltyCourse.Role, _ rule: RateLimitRule) -> ClosedRange<Double>? {
        let reader = DecisionReader(probes, rule)
        return BanReader.begin(burst(role).compactMap { reader.decision($0) }, after: rule.penalty?.after ?? 1)
    }
}

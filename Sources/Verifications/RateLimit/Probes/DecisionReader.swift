internal import Measures
internal import Scenarios

/// Tells admissions and rejections apart, and makes histories of them.
struct DecisionReader {
    let record: ProbeRecord
    /// The statuses that reject.
    let rejecting: Set<Int>
    /// The status of rejections that the scenario doesn't declare.
    let undeclared: UndeclaredStatus?
    /// How far the limiter's clock may be off, in seconds.
    let resolution: Double
    /// Whether an answer's content tells what a rejection is, by the scenario's own words.
    let readsContent: Bool
    private let penalty: PenaltyRule?
    private let others: OtherLimits

    init(_ record: ProbeRecord, _ rule: RateLimitRule) {
        self.record = record
        resolution = LimiterParameters.seconds(rule.resolution)
        penalty = rule.penalty
        others = OtherLimits(rule)
        readsContent = !rule.rejected.isEmpty
        guard !readsContent else {
            (undeclared, rejecting) = (nil, [])
            return
        }
        let statuses = Set(record.everything.map(\.observed.status))
        let usual = Set([429, rule.status])
        undeclared = statuses.isDisjoint(with: usual) ? UndeclaredStatus(record, rule) : nil
        // nginx rejects with 503 unless told otherwise. It is a rejection where nothing else is.
        let other = undeclared?.status ?? (statuses.isDisjoint(with: usual) && statuses.contains(503) ? 503 : nil)
        rejecting = other.map { usual.union([$0]) } ?? usual
    }

    /// Whether the answer rejects; nil where it doesn't say: none came, the service failed, or it is neither a success nor what
    /// the scenario says that a rejection looks like.
    func isRejected(_ answer: ProbeRun.Answer) -> Bool? {
        guard answer.observed.outcome == .ok, answer.observed.status > 0 else { return nil }
        if readsContent { return answer.isSign == false && answer.observed.status >= 400 ? nil : answer.isSign }
        if rejecting.contains(answer.observed.status) { return true }
        return answer.observed.status >= 500 ? nil : false
    }

    /// The decision about the request, if the answer says what it was.
    func decision(_ answer: ProbeRun.Answer) -> LimiterDecision? {
        guard let isRejected = isRejected(answer) else { return nil }
        return LimiterDecision(
            earliest: record.seconds(answer.observed.sent) - resolution,
            latest: record.seconds(answer.observed.received) + resolution, isAdmitted: !isRejected)
    }

    /// The history of a run; nil where it has not come to its end, or an answer doesn't say what was decided: then the
    /// limiter may have counted what was not seen.
    func history(
        _ run: ProbeRun?, where belongs: (ProbeRun.Answer) -> Bool = { _ in true }
    ) -> ClientHistory? {
        guard let run, run.pending == 0, !run.answers.isEmpty else { return nil }
        var decisions: [LimiterDecision] = []
        for answer in run.answers where belongs(answer) {
            guard let decision = decision(answer) else { return nil }
            decisions.append(decision)
        }
        decisions = others.own(decisions) { record.everything.compactMap { self.decision($0) } }
        return ClientHistory(penalty.map { BanReader.before(decisions, $0) } ?? decisions)
    }

    /// The histories of all runs of the kinds that have one.
    func histories(_ kinds: [ProbeScript.Kind]) -> [ClientHistory] {
        kinds.flatMap { kind in record.runs.filter { $0.kind == kind }.compactMap { history($0) } }
    }

    /// The run of the kind.
    func run(_ kind: ProbeScript.Kind) -> ProbeRun? { record.runs.first { $0.kind == kind } }

    /// Admitted and rejected requests of a run's shot.
    func counts(_ run: ProbeRun?, shot: Int) -> (admitted: Int, rejected: Int)? {
        guard let run else { return nil }
        let answers = run.answers.filter { $0.shot == shot }
        guard !answers.isEmpty else { return nil }
        let decisions = answers.compactMap { isRejected($0) }
        return (decisions.count { !$0 }, decisions.count { $0 })
    }
}

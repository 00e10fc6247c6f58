internal import Measures
internal import Scenarios
import VerificationKit

/// Judges what two clients got of several limits at once.
struct TogetherJudge {
    private let course: TogetherCourse
    private let judge: RateLimitJudge
    private let allowance: Double

    init(_ course: TogetherCourse) {
        self.course = course
        judge = RateLimitJudge(course.rule, course.record, clients: course.clients)
        allowance = course.rule.allowance
    }

    func findings() -> [VerificationFinding] {
        var findings = [keeping()]
        if course.record.runs.count > 1 { findings.append(exceeding()) }
        return findings
    }

    private var shownQuotas: String { course.quotas.map(\.shown).joined(separator: " and ") }

    private func unknown(_ finding: VerificationFinding, _ why: String) -> VerificationFinding {
        var finding = finding
        (finding.verdict, finding.severity) = (.inconclusive, .advisory)
        finding.evidence = why
        return finding
    }

    private func keeping() -> VerificationFinding {
        var finding = VerificationFinding(
            check: "together", verdict: .pass, expected: "whoever keeps within \(shownQuotas) is never rejected",
            observed: "not known", evidence: "")
        guard let run = course.record.runs.first, run.pending == 0, !run.answers.isEmpty else {
            return unknown(finding, "Not everything was sent.")
        }
        let decided = run.answers.map { (answer: $0, decision: judge.reader.decision($0)) }
        let decisions = decided.compactMap(\.decision)
        let rejected = decided.filter { $0.decision?.isAdmitted == false }
        let span = (decisions.map(\.latest).max() ?? 0) - (decisions.map(\.earliest).min() ?? 0)
        finding.observed =
            "\(decisions.count - rejected.count) of \(run.answers.count) admitted in \(Figure.short(span, decimals: 1)) s"
        guard decisions.count == run.answers.count else {
            return unknown(
                finding, "\(run.answers.count - decisions.count) requests have no answer that tells a decision.")
        }
        finding.evidence =
            "Sent as fast as all limits together allow, whichever way they count, for longer than their windows."
        guard !rejected.isEmpty else { return finding }
        // A clock of whole seconds is honest, and forgets up to a second later; a log that is declared to be one has no such clock.
        let laws = course.quotas.map {
            LimitLaw(
                $0, allowance: allowance,
                margin: ($0.model != .slidingLog && $0.seconds >= 1 ? 1 : 0.01) + 2
                    * LimiterParameters.seconds(course.rule.resolution))
        }
        let wrong = rejected.first { one in
            guard let decision = one.decision else { return false }
            var others = decisions
            if let index = others.firstIndex(of: decision) { others.remove(at: index) }
            return laws.allSatisfy { $0.surelyAdmits(decision, among: others) }
        }
        guard let wrong, let decision = wrong.decision else {
            return unknown(
                finding,
                "\(rejected.count) were rejected where a limit by its own clock, or by how it keeps fractions, may have been used up, or "
                    + "where requests came together that were meant to keep a distance. A longer `resolution`, or a `model` for each limit, "
                    + "says how it counts.")
        }
        finding.verdict = .fail
        finding.evidence =
            "At \(Figure.short(decision.earliest, decimals: 2)) s a request was rejected though none of the limits can have been used "
            + "up, whichever way it counts: what the client had sent by then keeps within all of them. The limits disturb each other: "
            + "see that a request that one of them rejects, or that is long past, isn't counted by the others."
        finding.exhibits = judge.exhibits(run) { $0.observed.sent == wrong.answer.observed.sent }
        return finding
    }

    private func exceeding() -> VerificationFinding {
        var finding = VerificationFinding(
            check: "total", verdict: .pass, expected: "in all no more than \(shownQuotas) allow together",
            observed: "not known", evidence: "")
        let run = course.record.runs[TogetherCourse.Role.exceeding.rawValue]
        let decisions = run.answers.compactMap { judge.reader.decision($0) }
        guard run.pending == 0, !decisions.isEmpty else { return unknown(finding, "Not everything was sent.") }
        let span = (decisions.map(\.latest).max() ?? 0) - (decisions.map(\.earliest).min() ?? 0)
        let admitted = decisions.count(where: \.isAdmitted)
        let bounds = course.quotas.map { quota in
            (quota: quota, most: LimitLaw(quota, allowance: allowance, margin: 0).most(in: span, allowance: allowance))
        }
        guard let least = bounds.min(by: { $0.most < $1.most }) else { return finding }
        finding.observed = "\(admitted) of \(decisions.count) admitted in \(Figure.short(span, decimals: 1)) s"
        finding.evidence =
            "Sent 1.3 times as fast as the fastest limit; \(least.quota.shown) allows \(Int(least.most)) in that time at most, whichever "
            + "way it counts."
        guard Double(admitted) > least.most else { return finding }
        finding.verdict = .fail
        finding.exhibits = judge.exhibits(run, most: 2) { judge.reader.isRejected($0) == false }
        return finding
    }
}

internal import Measures
internal import Scenarios
import VerificationKit

/// Whether a ban lasts as long as it is said, ends then, and is of no one else.
struct PenaltyJudge {
    private let rule: RateLimitRule
    private let penalty: PenaltyRule
    private let record: PenaltyRecord
    private let clients: ProbeClients
    private let forgets: Double
    private let reader: DecisionReader
    private let shown: RateLimitJudge

    init(_ course: PenaltyCourse) {
        (rule, penalty, record, clients) = (course.rule, course.penalty, course.record, course.clients)
        forgets = course.forgets
        reader = DecisionReader(record.probes, rule)
        shown = RateLimitJudge(rule, record.probes, clients: clients)
    }

    func findings() -> [VerificationFinding] {
        var findings = [lastingFinding(), endFinding(), apartFinding()]
        if !rule.spoof.isEmpty { findings.append(spoofingFinding()) }
        return findings
    }

    /// Whether a client was refused: by a rejection, or by no answer at all, as a firewall does.
    private func isRefused(_ answer: ProbeRun.Answer) -> Bool {
        if let isRejected = reader.isRejected(answer) { return isRejected || answer.observed.status >= 400 }
        return true
    }

    /// Whether the request was decided about while the ban lasted for certain.
    private func isWithin(_ answer: ProbeRun.Answer, _ begin: ClosedRange<Double>) -> Bool {
        let resolution = LimiterParameters.seconds(rule.resolution)
        return record.seconds(answer.observed.sent) > begin.upperBound
            && record.seconds(answer.observed.received) + resolution < begin.lowerBound + penalty.seconds
    }

    private var length: String { "\(Figure.short(penalty.seconds, decimals: 3)) s" }
    private var trigger: String { penalty.after == 1 ? "the first rejection" : "\(penalty.after) rejections" }

    private func unknown(_ check: String, expected: String, _ why: String) -> VerificationFinding {
        VerificationFinding(
            check: check, verdict: .inconclusive, expected: expected, observed: "not known", evidence: why)
    }

    private var noBan: String {
        "The burst did not lead to \(trigger), or not every one of its requests was answered: see limit and answers."
    }

    // MARK: - Findings

    private func lastingFinding() -> VerificationFinding {
        let expected = "every request is refused for \(length) after \(trigger)"
        guard let begin = record.begin(.asking, rule) else { return unknown("penalty", expected: expected, noBan) }
        let asked = record.after(.asking).filter { $0.tag == .early && isWithin($0, begin) }
        let admitted = asked.filter { !isRefused($0) }
        var finding = VerificationFinding(
            check: "penalty", verdict: .pass, expected: expected,
            observed: "\(asked.count - admitted.count) of \(asked.count) refused",
            evidence: "The ban began at \(RateLimitJudge.span(begin.lowerBound, begin.upperBound)). ")
        if let first = admitted.first {
            let since = record.seconds(first.observed.sent) - begin.lowerBound
            finding.verdict = .fail
            finding.evidence +=
                "A request \(Figure.short(since, decimals: 3)) s after it was admitted: there is no ban, or it is shorter. Declare "
                + "no `penalty`, or the one that is meant."
            finding.exhibits = [shown.exhibit(first, client: nil)]
            return finding
        }
        finding.exhibits = asked.prefix(2).map { shown.exhibit($0, client: nil) }
        let latest = asked.map { record.seconds($0.observed.sent) - begin.upperBound }.max() ?? 0
        if latest < forgets {
            finding.verdict = .inconclusive
            finding.evidence +=
                "The limit itself may reject for \(Figure.short(forgets, decimals: 1)) s, and the last of these requests came after "
                + "\(Figure.short(latest, decimals: 1)) s: that they were refused shows no ban. One of more than a window and a "
                + "half shows."
        } else {
            finding.evidence +=
                "The last of these requests came \(Figure.short(latest, decimals: 1)) s after it, when the limit itself rejects no "
                + "longer."
        }
        return finding
    }

    private func endFinding() -> VerificationFinding {
        let expected = "admitted again \(length) after \(trigger)"
        guard let begin = record.begin(.silent, rule),
            let late = record.after(.silent).first(where: { $0.tag == .late })
        else { return unknown("penalty_end", expected: expected, noBan) }
        let since = Figure.short(record.seconds(late.observed.sent) - begin.upperBound, decimals: 2)
        var finding = VerificationFinding(
            check: "penalty_end", verdict: .pass, expected: expected, observed: "admitted after \(since) s",
            evidence:
                "A client that was silent since its ban began at \(RateLimitJudge.span(begin.lowerBound, begin.upperBound)) "
                + "asked \(since) s later.",
            exhibits: [shown.exhibit(late, client: nil)])
        if isRefused(late) {
            finding.verdict = .fail
            finding.observed = "refused after \(since) s"
            finding.evidence +=
                " The ban lasts longer than declared, or has no end: declare how long it lasts (`penalty`)."
            if late.observed.outcome != .ok, record.after(.other).contains(where: { $0.observed.outcome != .ok }) {
                // Others got no answer either.
                finding.verdict = .inconclusive
                finding.evidence += " But others got no answer either."
            }
            return finding
        }
        guard let asked = record.after(.asking).first(where: { $0.tag == .late }), isRefused(asked) else {
            return finding
        }
        finding.exhibits.append(shown.exhibit(asked, client: nil))
        if rule.prolongs {
            finding.evidence +=
                " Another one that had gone on asking was still refused: its requests prolong the ban, as declared."
        } else {
            finding.verdict = .fail
            finding.observed = "refused as long as it asks"
            finding.evidence +=
                " Another one that had asked during its ban was refused at that time: each request begins it again. Declare "
                + "`prolongs: true` if that is meant."
        }
        return finding
    }

    private func apartFinding() -> VerificationFinding {
        let expected = "others are admitted while a client is banned"
        guard clients.identities ?? 3 > 1 else {
            return shown.notLookedAt(
                "penalty_apart", expected: expected,
                because: "There is one client only. Give identity, or sources, to look at it.")
        }
        guard let begin = record.begin(.asking, rule) else {
            return unknown("penalty_apart", expected: expected, noBan)
        }
        let others = record.after(.other)
        let before = others.filter { record.seconds($0.observed.received) < begin.lowerBound }
        let during = others.filter { isWithin($0, begin) }
        let refused = during.filter(isRefused)
        var finding = VerificationFinding(
            check: "penalty_apart", verdict: .pass, expected: expected,
            observed: "\(during.count - refused.count) of \(during.count) admitted",
            evidence: "\(before.count) requests of another client before the ban, \(during.count) during it.")
        if during.isEmpty {
            finding.verdict = .inconclusive
        } else if before.contains(where: isRefused) {
            finding.verdict = .inconclusive
            finding.evidence += " It was refused before as well."
        } else if let first = refused.first {
            finding.verdict = .fail
            finding.evidence +=
                " \(refused.count) were refused: the ban is of others as well. Ban what is counted: if that is the address, declare "
                + "`sources` in place of `identity`."
            finding.exhibits = [shown.exhibit(first, client: nil)]
        }
        return finding
    }

    private func spoofingFinding() -> VerificationFinding {
        let expected = "no field makes another client"
        guard let begin = record.begin(.asking, rule) else { return unknown("spoofing", expected: expected, noBan) }
        let disguised = record.after(.asking).filter { answer in
            if case .spoof = answer.tag { isWithin(answer, begin) } else { false }
        }
        let admitted = disguised.filter { !isRefused($0) }
        var finding = VerificationFinding(
            check: "spoofing", verdict: disguised.isEmpty ? .inconclusive : .pass, expected: expected,
            observed: "\(disguised.count - admitted.count) of \(disguised.count) refused",
            evidence: "Sent by a client that was banned.")
        // Without a ban they say nothing.
        if !admitted.isEmpty, lastingFinding().verdict == .fail {
            finding.verdict = .inconclusive
        } else if let first = admitted.first {
            finding.verdict = .fail
            finding.evidence += " \(admitted.count) were admitted: trust forwarding fields of your own proxies only."
            finding.exhibits = [shown.exhibit(first, client: nil)]
        }
        return finding
    }
}

internal import Measures
internal import Scenarios
import VerificationKit

/// What the probes of a limit of requests at once came to.
///
/// A request holds its place somewhere between the instant it was sent and the one its answer had come; for how long at least, the
/// requests alone have shown. So of admitted requests it can be said how many places there must have been at least, and of a
/// rejected one how many can have been taken at most.
struct ConcurrencyJudge {
    private let rule: RateLimitRule
    private let concurrency: ConcurrencyRule
    private let record: ConcurrencyRecord
    private let obstacle: String?
    private let reader: DecisionReader
    private let shown: RateLimitJudge

    /// - Parameter obstacle: Why not all could be asked; nil: nothing kept the probes from that.
    init(_ rule: RateLimitRule, _ concurrency: ConcurrencyRule, _ record: ConcurrencyRecord, obstacle: String? = nil) {
        (self.rule, self.concurrency, self.record, self.obstacle) = (rule, concurrency, record, obstacle)
        var probes = ProbeRecord()
        probes.quiet = record.everything
        probes.origin = record.origin
        reader = DecisionReader(probes, rule)
        shown = RateLimitJudge(rule, probes, clients: ProbeClients(rule, seed: 0))
    }

    func findings() -> [VerificationFinding] {
        var findings = [limitFinding(), slotFinding()]
        if concurrency.scope == .client { findings.append(apartFinding()) }
        return findings
    }

    func figures() -> [VerificationFigure] {
        guard record.hold > 0 else { return [] }
        var figures = [VerificationFigure("hold_time", record.hold * 1000, .milliseconds)]
        if let counts = counts(.together) {
            figures.append(VerificationFigure("admitted_at_once", Double(counts.admitted.count), .count))
        }
        return figures
    }

    // MARK: - The decisions

    private typealias Counts = (admitted: [ProbeRun.Answer], rejected: [ProbeRun.Answer])

    /// Admitted and rejected requests; nil where an answer doesn't say which.
    private func counts(_ purpose: ConcurrencyRecord.Purpose) -> Counts? {
        let answers = record.answers(purpose)
        let decided = answers.compactMap { answer in reader.isRejected(answer).map { (answer, $0) } }
        guard !answers.isEmpty, decided.count == answers.count else { return nil }
        return (decided.filter { !$0.1 }.map(\.0), decided.filter(\.1).map(\.0))
    }

    /// How long a request holds its place at least: less than alone, since that varies.
    private var least: Double { 0.75 * record.hold }

    /// How long the fastest of the admitted requests took, where that is less than one holds its place: then it is not known for how
    /// long each did.
    private func fastest(_ admitted: [ProbeRun.Answer]) -> Double? {
        admitted.map(\.observed.duration.seconds).min().flatMap { $0 < least ? $0 : nil }
    }

    /// How many the admitted requests can have needed of places that each carried several of them in turn: fewer are not enough.
    private func leastPlaces(_ admitted: [ProbeRun.Answer]) -> Int {
        let sorted = admitted.map(\.observed).sorted { $0.received < $1.received }
        guard let first = sorted.map(\.sent).min() else { return 0 }
        var most = 0
        for (index, exchange) in sorted.enumerated() {
            // Until then so many had been carried, each place one after the other.
            let turns = max(1, Int(((exchange.received - first).seconds / least).rounded(.down)))
            most = max(most, (index + 1 + turns - 1) / turns)
        }
        return most
    }

    /// The first request that was rejected though fewer than the limit can have been under way, with how many can.
    private func early(_ counts: Counts) -> (answer: ProbeRun.Answer, under: Int)? {
        let late = Span(seconds: LimiterParameters.seconds(rule.resolution) + 0.02)
        for answer in counts.rejected {
            let under = counts.admitted.count {
                $0.observed.sent <= answer.observed.received && answer.observed.sent <= $0.observed.received + late
            }
            if under < concurrency.limit { return (answer, under) }
        }
        return nil
    }

    // MARK: - Findings

    private func unknown(_ check: String, expected: String, _ why: String) -> VerificationFinding {
        VerificationFinding(
            check: check, verdict: .inconclusive, expected: expected, observed: "not known", evidence: why)
    }

    private var isUnanswered: String {
        "Not every request was answered with a decision: it may hold a place, or none. Run it again, or repair what fails."
    }

    private func limitFinding() -> VerificationFinding {
        let expected = "\(concurrency.shown), and no more"
        if let obstacle { return unknown("concurrency", expected: expected, obstacle) }
        guard let counts = counts(.together) else { return unknown("concurrency", expected: expected, isUnanswered) }
        let all = counts.admitted.count + counts.rejected.count
        let places = leastPlaces(counts.admitted)
        let hold = Figure.short(record.hold, decimals: 3)
        var finding = VerificationFinding(
            check: "concurrency", verdict: .pass, expected: expected,
            observed: "\(counts.admitted.count) of \(all) at once",
            evidence:
                "A request alone takes \(hold) s; \(all) were sent within \(spread(counts.admitted + counts.rejected)) s.",
            exhibits: exhibits(counts.admitted, 2) + exhibits(counts.rejected, 1))
        if places > concurrency.limit, let fast = fastest(counts.admitted) {
            finding.verdict = .inconclusive
            finding.evidence +=
                " One of \(counts.admitted.count) that were admitted was answered within \(Figure.short(fast, decimals: 3)) s, much "
                + "faster than alone, so that they may have come one after the other. A request that always takes as long tells."
        } else if places > concurrency.limit {
            finding.verdict = .fail
            finding.evidence +=
                " \(counts.admitted.count) were admitted and answered within \(span(counts.admitted)) s of the first being sent; "
                + "where each takes \(Figure.short(least, decimals: 3)) s at least, that needs \(places) places. Count a request "
                + "before it is begun, in one step with the comparison."
        } else if let early = early(counts) {
            finding.verdict = .fail
            finding.evidence +=
                " A request was rejected when at most \(early.under) others were under way: correct the limiter, or declare "
                + "`concurrency: \(counts.admitted.count)`."
            finding.exhibits = exhibits([early.answer], 1) + exhibits(counts.admitted, 2)
        } else if counts.rejected.isEmpty {
            finding.verdict = .inconclusive
            finding.evidence +=
                " None was rejected, but the answers took so long that \(places) places are enough: it seems that requests wait "
                + "for a place. That keeps the limit, and is no rejection."
        } else if counts.admitted.count > concurrency.limit {
            finding.verdict = .inconclusive
            finding.evidence +=
                " \(counts.admitted.count) were admitted, which \(places) places are enough for, since some may have come after "
                + "others had ended. A request that takes longer tells."
        }
        return finding
    }

    private func slotFinding() -> VerificationFinding {
        let expected = "\(concurrency.limit) at once again, after answers, rejections and clients that went away"
        if let obstacle { return unknown("slots", expected: expected, obstacle) }
        var finding = VerificationFinding(
            check: "slots", verdict: .pass, expected: expected, observed: "", evidence: "")
        var told: [String] = []
        for (purpose, after) in [
            (ConcurrencyRecord.Purpose.again, "after all had been answered"),
            (.afterwards, "after others were given up"),
        ] {
            if purpose == .afterwards, !record.wasAborted {
                finding.verdict = Verdict.worst(of: [finding.verdict, .inconclusive]) ?? .inconclusive
                finding.evidence += "Requests were answered before they could be given up. "
                continue
            }
            guard let counts = counts(purpose) else {
                finding.verdict = Verdict.worst(of: [finding.verdict, .inconclusive]) ?? .inconclusive
                finding.evidence += "\(isUnanswered) "
                continue
            }
            told.append("\(counts.admitted.count) of \(concurrency.limit) \(after)")
            guard let early = early(counts) else { continue }
            finding.verdict = .fail
            finding.evidence +=
                "\(after.prefix(1).uppercased() + after.dropFirst()) and a pause, a request was rejected when at most "
                + "\(early.under) others were under way: places are not given back. Give them back however a request ends. "
            finding.exhibits += exhibits([early.answer], 1)
        }
        finding.observed = told.isEmpty ? "not known" : told.joined(separator: "; ")
        finding.evidence +=
            "Given up means that the client closes its connection after a third of the time that a request takes; twice that "
            + "time later its place should be free."
        // Where fewer are admitted in any case, that says nothing of places that are lost.
        if finding.verdict == .fail, limitFinding().verdict == .fail, let first = counts(.together),
            let again = counts(.again), again.admitted.count >= first.admitted.count
        {
            let later = record.wasAborted ? counts(.afterwards)?.admitted.count ?? 0 : first.admitted.count
            if later >= first.admitted.count {
                finding.verdict = .pass
                finding.evidence = "As many as at first: what is too few is told by concurrency. " + finding.evidence
            }
        }
        return finding
    }

    private func apartFinding() -> VerificationFinding {
        let expected = "a client is admitted while another one holds all its places"
        if let obstacle { return unknown("held_apart", expected: expected, obstacle) }
        guard let answer = record.answers(.beside).first else {
            return shown.notLookedAt(
                "held_apart", expected: expected,
                because: "There is one client only. Give identity, or sources, to look at it.")
        }
        guard let isRejected = reader.isRejected(answer), let counts = counts(.together) else {
            return unknown("held_apart", expected: expected, isUnanswered)
        }
        var finding = VerificationFinding(
            check: "held_apart", verdict: .pass, expected: expected, observed: isRejected ? "rejected" : "admitted",
            evidence:
                "One request of a client that sends nothing else, while \(counts.admitted.count) of another one were under way.",
            exhibits: exhibits([answer], 1))
        if isRejected {
            finding.verdict = .fail
            finding.evidence +=
                " They share the places. Count by what tells clients apart, or declare "
                + "`concurrency: {limit: \(concurrency.limit), per: all}`."
        } else if counts.rejected.isEmpty {
            finding.verdict = .inconclusive
            finding.evidence += " But none of its was rejected."
        }
        return finding
    }

    // MARK: - How evidence is written

    private func exhibits(_ answers: [ProbeRun.Answer], _ most: Int) -> [Exhibit] {
        answers.prefix(most).map { shown.exhibit($0, client: nil) }
    }

    private func spread(_ answers: [ProbeRun.Answer]) -> String {
        let sent = answers.map(\.observed.sent)
        guard let first = sent.min(), let last = sent.max() else { return "0" }
        return Figure.short((last - first).seconds, decimals: 3)
    }

    private func span(_ answers: [ProbeRun.Answer]) -> String {
        guard let first = answers.map(\.observed.sent).min(), let last = answers.map(\.observed.received).max() else {
            return "0"
        }
        return Figure.short((last - first).seconds, decimals: 3)
    }
}

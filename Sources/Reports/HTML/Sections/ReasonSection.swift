internal import Baselines
internal import Scenarios
internal import VerificationKit

/// Why the verdict is not a pass, and what to do about it.
struct ReasonSection: PageSection {
    var result: RunResult

    let name = "why"
    var title: String { result.verdict == .pass && !hasRegression ? "What to look at" : "Why, and what to do" }

    /// How many reasons are told.
    private static let limit = 8
    /// How many findings of one verification are told here.
    private static let findingLimit = 4
    /// The most characters of one text.
    private static let textLimit = 1_200

    /// One reason.
    private struct Reason {
        var verdict: ReportVerdict
        var what: String
        var why: [String]
        var link: (anchor: Anchor, text: String)
        /// The worst first.
        var rank: Int
    }

    private var hasRegression: Bool { result.comparison.map { $0.verdict != .pass } ?? false }

    var isEmpty: Bool { reasons.isEmpty }

    func write(to page: inout HTMLWriter) {
        let reasons = reasons
        page.element("ul", ["class": "why"]) { page in
            for reason in reasons.prefix(Self.limit) {
                page.element("li") { page in
                    page.element("div", ["class": "what"]) { page in
                        reason.verdict.write(to: &page)
                        page.text(" ")
                        page.foreign(reason.what, atMost: Self.textLimit)
                        page.text(" ")
                        page.link(to: reason.link.anchor, reason.link.text, class: "more")
                    }
                    for line in reason.why { page.element("p") { $0.foreign(line, atMost: Self.textLimit) } }
                }
            }
        }
        page.more(reasons.count - Self.limit, "such reasons below and")
    }

    private var reasons: [Reason] {
        let all = objectives + verifications + audit + comparison + examples
        return all.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(\.element)
    }

    /// What fails comes before what is open; what doesn't count comes last.
    private func rank(_ verdict: Verdict, _ severity: Objective.Severity) -> Int {
        let order: [Verdict] = [.fail, .invalid, .noData, .inconclusive, .pass]
        return (order.firstIndex(of: verdict) ?? 0) + (severity == .hard ? 0 : 10)
    }

    private var objectives: [Reason] {
        result.objectives.enumerated().filter { $0.element.verdict != .pass }.map { index, objective in
            let observed = objective.shownObserved.map { "observed \($0)" }
            let bound = objective.bound.map { "95 % bound \(Figure.measured($0, objective.unit))" }
            let figures = [observed, bound].compactMap { $0 }.joined(separator: ", ")
            let advisory = objective.severity == .hard ? "" : " (advisory)"
            return Reason(
                verdict: ReportVerdict(objective.verdict), what: objective.objective + advisory,
                why: [[figures, objective.note ?? ""].filter { !$0.isEmpty }.joined(separator: "; ")]
                    .filter { !$0.isEmpty },
                link: (.objective(index), "its figures"), rank: rank(objective.verdict, objective.severity))
        }
    }

    private var verifications: [Reason] {
        (result.verifications ?? []).enumerated().filter { $0.element.verdict != .pass }.map { index, verification in
            let open = verification.findings.filter { $0.severity == .hard && $0.verdict != .pass }
            var why = open.prefix(Self.findingLimit).map {
                "\($0.check): expected \($0.expected); observed \($0.observed). \($0.evidence)"
            }
            if open.count > Self.findingLimit { why.append("… and \(open.count - Self.findingLimit) more checks") }
            let advisory = verification.severity == .hard ? "" : " (advisory)"
            return Reason(
                verdict: ReportVerdict(verification.verdict),
                what: "\(verification.shownName): \(VerificationSummary.checks(verification))\(advisory)", why: why,
                link: (.verification(index), "all its checks"), rank: rank(verification.verdict, verification.severity))
        }
    }

    private var audit: [Reason] {
        guard !result.audit.reasons.isEmpty else { return [] }
        // Several causes often have one remedy.
        var hints: [String] = []
        for reason in result.audit.reasons where !hints.contains(reason.hint) { hints.append(reason.hint) }
        return [
            Reason(
                verdict: ReportVerdict(.invalid),
                what: result.invalidity.prefix(1).uppercased() + result.invalidity.dropFirst(),
                why: result.audit.reasons.map(\.cause) + hints.map { "What to do: \($0)." },
                link: (.section("generator"), "the audit"), rank: rank(.invalid, .hard))
        ]
    }

    private var comparison: [Reason] {
        // One run is only placed among those of a baseline: that decides nothing. What changed in a gate is told right
        // above and below; here is why it could not be compared.
        guard result.isGate, let comparison = result.comparison, comparison.verdict != .pass,
            let reason = comparison.reason
        else { return [] }
        return [
            Reason(
                verdict: ReportVerdict(comparison.verdict), what: "Against \(comparison.reference)", why: [reason],
                link: (.section("comparison"), "the comparison"), rank: comparison.verdict == .regression ? 0 : 3)
        ]
    }

    /// What servers said when something went wrong, where that made an outcome bad.
    private var examples: [Reason] {
        let all = result.stepsInOrder.flatMap { name, step in
            (step.examples ?? []).prefix(2).map { message in
                "\(name): \(message)" + (step.excerpts?[message].map { ", answered \($0)" } ?? "")
            }
        }
        guard !all.isEmpty else { return [] }
        let bad = result.bad
        return [
            Reason(
                verdict: ReportVerdict(bad > 0 && result.verdict == .fail ? .fail : .inconclusive),
                what:
                    "\(Figure.grouped(bad)) of \(Figure.grouped(result.exchanges)) exchanges failed, for example",
                why: Array(all.prefix(6)), link: (.section("steps"), "the steps"), rank: 9)
        ]
    }
}

extension VerificationResult {
    /// Its kind and its name, unless they are the same.
    var shownName: String { name == kind ? kind : "\(kind) \(name)" }
}

import Measures
import Scenarios
import VerificationKit

/// Makes findings of judged answers, the same way for all checks.
struct BrowserFindings {
    /// A check as its finding tells of it.
    struct Check {
        var label: String
        var expected: String
        var severity: Objective.Severity
        var source: String
        var advice: String
        /// Header fields that show it.
        var fields: [String]
        /// Why it doesn't count; nil: it does.
        var waiver: String?
        /// Whether it must have had something to judge.
        var mustBeSeen = false
        /// What to say of it besides.
        var remark: String?
    }

    /// Answers that are named in evidence at most.
    private static let named = 6
    /// Exchanges that are shown at most.
    private static let exhibited = 3

    let answers: [BrowserAnswer]
    let start: Instant

    init(_ answers: [BrowserAnswer]) {
        self.answers = answers
        start = answers.map(\.exchange.sent).min() ?? Instant(nanoseconds: 0)
    }

    /// The finding of a check.
    func finding(_ check: Check, _ judged: [AnswerJudgement.OfAnswer]) -> VerificationFinding {
        var broken: [(answer: Int, text: String)] = []
        var held: [(answer: Int, text: String)] = []
        for (answer, judgement) in judged {
            switch judgement {
            case .holds(let text): held.append((answer, text))
            case .breaks(let text): broken.append((answer, text))
            case .silent: break
            }
        }
        let total = held.count + broken.count
        guard total > 0 else { return silent(check) }
        let shown = broken.isEmpty ? held : broken
        let named = shown.prefix(Self.named).map { "\(answers[$0.answer].label): \($0.text)" }
        var sentences = [named.joined(separator: "; ") + Self.more(shown.count - Self.named)]
        if !broken.isEmpty { sentences.append(check.advice) }
        if let remark = check.remark { sentences.append(remark) }
        sentences.append("Source: \(check.source).")
        var finding = VerificationFinding(
            check: check.label, verdict: broken.isEmpty ? .pass : .fail, severity: check.severity,
            expected: check.expected, observed: Self.summary(shown.map(\.text), of: total),
            evidence: sentences.map { $0.hasSuffix(".") ? $0 : $0 + "." }.joined(separator: " "),
            exhibits: shown.prefix(broken.isEmpty ? 1 : Self.exhibited).map {
                answers[$0.answer].exhibit(showing: check.fields, since: start)
            })
        if let reason = check.waiver {
            finding.severity = .advisory
            finding.observed += " (waived)"
            finding.evidence = "Waived: \(FieldText.shown(reason, upTo: 400)). \(finding.evidence)"
        }
        return finding
    }

    /// What was seen, the most frequent first: `no X-Frame-Options on 3 of 8 answers`.
    private static func summary(_ texts: [String], of total: Int) -> String {
        var counts: [(text: String, count: Int)] = []
        for text in texts {
            if let index = counts.firstIndex(where: { $0.text == text }) {
                counts[index].count += 1
            } else {
                counts.append((text, 1))
            }
        }
        let sorted = counts.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }
        let parts = sorted.prefix(3).map { "\($0.element.text) on \($0.element.count)" }
        return "\(parts.joined(separator: ", "))\(more(counts.count - 3)) of \(counted(total, "answer"))"
    }

    private static func more(_ count: Int) -> String { count > 0 ? "; and \(count) more" : "" }

    private func silent(_ check: Check) -> VerificationFinding {
        VerificationFinding(
            check: check.label, verdict: .noData, severity: check.mustBeSeen ? check.severity : .advisory,
            expected: check.expected, observed: "nothing to judge",
            evidence: "None of \(answers.count) answers has to do with it. Source: \(check.source).")
    }

    // MARK: - What was seen

    /// Whether every request got an answer. Those that were `madeUp`, by their places, may be cut off: that is a refusal,
    /// too.
    static func answered(_ observed: [ObservedExchange], madeUp: Set<Int>) -> VerificationFinding {
        let places = observed.indices.filter { !observed[$0].isAnswered }
        let missing = places.map { observed[$0] }
        let isDeclaredMissing = places.contains { !madeUp.contains($0) }
        let verdict: Verdict =
            missing.count == observed.count ? .noData : isDeclaredMissing ? .inconclusive : .pass
        let named = missing.prefix(named).map {
            "\($0.planned.method) \(FieldText.shown(FieldText.withoutQuery($0.planned.target))): \($0.outcome.label)"
        }
        let remark =
            isDeclaredMissing
            ? "Nothing can be said of answers that did not come." : "These were made up, and may be refused so."
        return VerificationFinding(
            check: "answers", verdict: verdict, expected: "an answer to every request",
            observed: "\(observed.count - missing.count) of \(observed.count)",
            evidence: missing.isEmpty
                ? "Each of \(observed.count) requests got an answer."
                : "\(named.joined(separator: "; "))\(more(missing.count - Self.named)). \(remark)")
    }

    /// Whether every kind that is covered was seen.
    func coverage(_ coverage: AnswerCoverage) -> VerificationFinding {
        var seen: [String] = [], unseen: [AnswerKind] = []
        var exhibits: [Exhibit] = []
        for kind in coverage.kinds {
            let answers = answers.filter { $0.purpose != .upgrade && $0.kinds.contains(kind) }
            guard let first = answers.first else {
                unseen.append(kind)
                continue
            }
            seen.append("\(kind.rawValue) \(answers.count)")
            exhibits.append(first.exhibit(showing: [], since: start))
        }
        let mustBeSeen = unseen.contains { kind in
            kind == .success || coverage.asked?.contains(kind) == true || coverage.provocations[kind] != nil
        }
        let advice = unseen.map { "\($0.rawValue): \(Self.advice($0))" }.joined(separator: " ")
        let unseenNames = unseen.map { "no \($0.rawValue)" }
        return VerificationFinding(
            check: "coverage", verdict: unseen.isEmpty ? .pass : .inconclusive,
            severity: mustBeSeen || unseen.isEmpty ? .hard : .advisory,
            expected: coverage.kinds.map(\.rawValue).joined(separator: ", "),
            observed: (seen + unseenNames).joined(separator: ", "),
            evidence: unseen.isEmpty ? "Every kind of answer was seen." : "Not seen, so not judged. \(advice)",
            exhibits: Array(exhibits.prefix(AnswerKind.allCases.count)))
    }

    private static func advice(_ kind: AnswerKind) -> String {
        switch kind {
        case .success: "no answer was 2xx: look at the paths, and at what they need to be let in."
        case .notFound: "a made-up path did not get a 404: name a request with not_found."
        case .methodNotAllowed: "PROPFIND and TRACE did not get a 405: name a request with method_not_allowed."
        case .rateLimited: "nothing was refused: raise times, or name what is limited with rate_limited."
        case .serverError: "name a request with server_error that leads to a 5xx."
        case .redirect: "name a request with redirect."
        case .cached:
            "no answer said that a cache gave it (Cache-Status, CF-Cache-Status, X-Cache, Age): name a "
                + "request with cached."
        }
    }
}

import Scenarios
import VerificationKit

/// A check of `headers:` as a value: what is expected, where that is written, and how an answer is judged.
struct HeaderCheck: Sendable {
    let name: HeaderCheckName
    /// What should be.
    let expected: String
    /// Whether it counts, by profile; nil: the profile doesn't know it.
    let owasp: Objective.Severity?
    let observatory: Objective.Severity?
    /// Where it is written.
    let source: String
    /// What to do about a failure.
    let advice: String
    /// Header fields that show it.
    let fields: [String]
    /// Judges the answers, each by itself or all together.
    let judge: @Sendable ([BrowserAnswer], HeaderRule.Profile) -> [AnswerJudgement.OfAnswer]

    /// A check of each answer by itself.
    init(
        _ name: HeaderCheckName, _ expected: String, owasp: Objective.Severity?, observatory: Objective.Severity?,
        source: String, fields: [String], advice: String,
        each judge: @escaping @Sendable (BrowserAnswer, HeaderRule.Profile) -> AnswerJudgement
    ) {
        self.init(
            name, expected, owasp: owasp, observatory: observatory, source: source, fields: fields, advice: advice
        ) { answers, profile in
            answers.indices.map { ($0, judge(answers[$0], profile)) }
        }
    }

    /// A check of the answers together.
    init(
        _ name: HeaderCheckName, _ expected: String, owasp: Objective.Severity?, observatory: Objective.Severity?,
        source: String, fields: [String], advice: String,
        together judge: @escaping @Sendable ([BrowserAnswer], HeaderRule.Profile) -> [AnswerJudgement.OfAnswer]
    ) {
        self.name = name
        self.expected = expected
        self.owasp = owasp
        self.observatory = observatory
        self.source = source
        self.advice = advice
        self.fields = fields
        self.judge = judge
    }

    /// Whether it counts; nil: it is no part of the rule.
    func severity(_ rule: HeaderRule) -> Objective.Severity? {
        if rule.demanded.contains(name) { return .hard }
        return rule.profile == .owasp ? owasp : observatory
    }

    /// All checks, in the order of their names.
    static let all: [HeaderCheck] = {
        let checks = transport + policy + policySources + types + documents + cookies + leaks + together
        let byName = Dictionary(checks.map { ($0.name, $0) }) { first, _ in first }
        return HeaderCheckName.allCases.compactMap { byName[$0] }
    }()
}

extension BrowserAnswer {
    /// Whether it is one of those that every field is asked of: plain HTTP that leads elsewhere is not.
    var isPage: Bool { purpose != .upgrade }

    /// Whether fields about pages are asked of it: assets have no use for them.
    var isOpened: Bool { isPage && content != .asset }

    /// Judges a document by its policies; silent where there are none, which is a check of its own. A browser obeys each
    /// of several policies, so that one good one suffices: of those that say something of the matter at all.
    func judged(
        _ problem: (ContentPolicy) -> String?, among counts: (ContentPolicy) -> Bool = { _ in true }, holds: String
    ) -> AnswerJudgement {
        let policies = policies.filter(counts)
        guard isPage, content == .document, !policies.isEmpty else { return .silent }
        let problems = policies.map(problem)
        if problems.contains(where: { $0 == nil }) { return .holds(holds) }
        return .breaks(problems.compactMap { $0 }.first ?? "")
    }

    /// Judges the value of a field that must be one of the given; lines of the same value count as one.
    func judged(_ name: String, oneOf good: [String]) -> AnswerJudgement {
        guard let value = values(name).first else { return .breaks("no \(name)") }
        let isGood = good.contains(value.lowercased())
        return isGood ? .holds(FieldText.shown(value)) : .breaks(FieldText.shown("\(name): \(value)"))
    }
}

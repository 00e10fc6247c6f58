import Scenarios

/// A check of `cors:` as a value: what is expected, where that is written, and how the answers are judged.
struct CORSCheck: Sendable {
    let name: CORSCheckName
    /// What should be.
    let expected: String
    /// Where it is written.
    let source: String
    /// What to do about a failure.
    let advice: String
    /// Header fields that show it.
    let fields: [String]
    /// Whether it counts, by what the rule says.
    let severity: @Sendable (CORSRule) -> Objective.Severity
    /// Whether it shows nothing if there was nothing to judge.
    let mustBeSeen: @Sendable (CORSRule) -> Bool
    /// Judges all answers.
    let judge: @Sendable ([CORSAnswer], CORSRule) -> [AnswerJudgement.OfAnswer]

    /// A check of each answer by itself.
    init(
        _ name: CORSCheckName, _ expected: String, source: String, fields: [String], advice: String,
        severity: @escaping @Sendable (CORSRule) -> Objective.Severity = { _ in .hard },
        mustBeSeen: @escaping @Sendable (CORSRule) -> Bool = { _ in false },
        each judge: @escaping @Sendable (CORSAnswer, CORSRule) -> AnswerJudgement
    ) {
        self.init(
            name, expected, source: source, fields: fields, advice: advice, severity: severity, mustBeSeen: mustBeSeen,
            together: { answers, rule in answers.indices.map { ($0, judge(answers[$0], rule)) } })
    }

    /// A check of the answers together.
    init(
        _ name: CORSCheckName, _ expected: String, source: String, fields: [String], advice: String,
        severity: @escaping @Sendable (CORSRule) -> Objective.Severity = { _ in .hard },
        mustBeSeen: @escaping @Sendable (CORSRule) -> Bool = { _ in false },
        together judge: @escaping @Sendable ([CORSAnswer], CORSRule) -> [AnswerJudgement.OfAnswer]
    ) {
        self.name = name
        self.expected = expected
        self.source = source
        self.advice = advice
        self.fields = fields
        self.severity = severity
        self.mustBeSeen = mustBeSeen
        self.judge = judge
    }

    static let origin = "Access-Control-Allow-Origin"
    static let credentials = "Access-Control-Allow-Credentials"

    /// All checks, in the order of their names.
    static let all: [CORSCheck] = {
        let checks = denied + allowed + cached + preflights
        let byName = Dictionary(checks.map { ($0.name, $0) }) { first, _ in first }
        return CORSCheckName.allCases.compactMap { byName[$0] }
    }()
}

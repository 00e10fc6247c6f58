internal import Generator
internal import Measures
internal import Scenarios

/// What a scenario says that a rejection looks like: the one place where an answer's content is read for that.
struct RejectionSign {
    private let checks: [AnswerCheck]

    /// nil: the status tells.
    init?(_ rule: RateLimitRule) {
        guard !rule.rejected.isEmpty else { return nil }
        checks = rule.rejected.map { AnswerCheck($0) }
    }

    /// Whether the answer looks like that; nil where it can't be told: none came, or not all of the body was kept.
    func isShown(by exchange: ObservedExchange) -> Bool? {
        var isShown = true
        for check in checks {
            guard let holds = check.holds(exchange) else { return nil }
            isShown = isShown && holds
        }
        return isShown
    }

    /// What it is, for people: `json $.error == limited`.
    static func shown(_ rule: RateLimitRule) -> String { rule.rejected.map(\.source).joined(separator: " and ") }
}

internal import Measures
internal import Scenarios
import VerificationKit

/// Asks for one object with queries that must, or must not, make another object of it: the plain object twice, so that
/// it is in the cache, each query twice, the plain object once more.
struct QueryPart: CachePart {
    private let planned: [PlannedExchange]
    private let variants: [CacheRule.QueryVariant]
    private let hit: CacheRule.HitField
    private var isSent = false
    private var observed: [ObservedExchange] = []
    private var exhibits: [Exhibit] = []

    /// `fresh` is a value that no earlier run has used, so that no cache knows it.
    init?(_ rule: CacheRule, maker: RequestMaker, fresh: String) {
        guard !rule.query.isEmpty, let plain = Self.plain(rule, maker) else { return nil }
        variants = rule.query
        hit = rule.hit
        let queries = rule.query.enumerated().map { index, variant in
            var exchange = plain
            let query = variant.query.contains("=") ? variant.query : "\(variant.query)=\(fresh)\(index)"
            exchange.target += (plain.target.contains("?") ? "&" : "?") + query
            return exchange
        }
        planned = [plain, plain] + queries.flatMap { [$0, $0] } + [plain]
    }

    private static func plain(_ rule: CacheRule, _ maker: RequestMaker) -> PlannedExchange? {
        var exchange = maker.exchange(rule.request, number: rule.first)
        exchange?.lane = .kept(0)
        return exchange
    }

    var summary: String { "one object with \(variants.count) queries" }
    var exchanges: Int { planned.count }
    var duration: Span { Span(seconds: 0.01 * Double(planned.count)) }

    mutating func nextAction() -> VerificationAction? {
        if isSent { return nil }
        isSent = true
        return .send(planned, purpose: "an object with queries")
    }

    mutating func take(_ observed: [ObservedExchange], since start: Instant) {
        self.observed = observed
        exhibits = observed.map { Exhibit($0, since: start) }
    }

    var findings: [VerificationFinding] {
        let expected = variants.map { "\($0.query) \($0.isOther ? "another object" : "the same object")" }
            .joined(separator: ", ")
        guard observed.count == planned.count, observed.allSatisfy({ $0.outcome == .ok && $0.status > 0 }) else {
            return [
                VerificationFinding(
                    .query, observed.isEmpty ? .noData : .inconclusive, expected: expected,
                    observed: "answers are missing",
                    evidence: "Not every request for the object got an answer.",
                    exhibits: Array(exhibits.prefix(CheckedAnswers.shown)))
            ]
        }
        let results = variants.indices.map(judge)
        let worst = Verdict.worst(of: results.map(\.verdict)) ?? .noData
        let shown = results.indices.filter { results[$0].verdict == worst }.prefix(2)
        return [
            VerificationFinding(
                .query, worst, expected: expected,
                observed: zip(variants, results).map { "\($0.query): \($1.observed)" }.joined(separator: ", "),
                evidence: zip(variants, results).map { "\($0.query): \($1.reason)" }.joined(separator: " "),
                exhibits: [exhibits[1]] + shown.map { exhibits[2 + 2 * $0] })
        ]
    }

    private func judge(_ index: Int) -> (verdict: Verdict, observed: String, reason: String) {
        let variant = variants[index]
        let plain = observed[1]
        let answer = observed[2 + 2 * index]
        let isSame = AnswerVersion(plain) == AnswerVersion(answer) && plain.status == answer.status
        let status = CacheStatus(answer.fields, by: hit).kind
        guard CacheStatus(plain.fields, by: hit).kind == .hit else {
            return (.inconclusive, "not known", "the plain object was not in the cache at its second request.")
        }
        switch (variant.isOther, status == .hit) {
        case (_, _) where status == .unknown:
            return (.inconclusive, "not known", "the answer doesn't say what the cache did.")
        case (true, false):
            return (.pass, "another object", "its first request was fetched, though the plain one was there.")
        case (true, true) where !isSame:
            return (.pass, "another object", "its first request was a hit with another content than the plain one.")
        case (true, true) where variant.query.contains("="):
            return (
                .inconclusive, "not known",
                "its first request was a hit; an earlier run may have left it there: declare the parameter without a value."
            )
        case (true, true):
            return (
                .fail, "the same object",
                "its first request, with a value that no one has used, was a hit: the cache leaves the parameter out of its key."
            )
        case (false, true) where isSame:
            return (.pass, "the same object", "its first request was a hit with the same content.")
        case (false, true):
            return (
                .fail, "another object", "its first request was a hit, but with another content than the plain one."
            )
        case (false, false):
            return (
                .fail, "another object",
                "its first request was fetched, though the plain one was there: the parameter is part of the cache's key."
            )
        }
    }
}

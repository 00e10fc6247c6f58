internal import Measures
internal import Scenarios
import VerificationKit

/// Asks for one object with sets of header fields whose answers must not be mixed up: each set twice, so that the first
/// ones are in the cache when the later ones come, then each once more.
struct VaryPart: CachePart {
    private let planned: [PlannedExchange]
    private let sets: [[Header]]
    private var isSent = false
    private var observed: [ObservedExchange] = []
    private var exhibits: [Exhibit] = []
    private let hit: CacheRule.HitField

    init?(_ rule: CacheRule, maker: RequestMaker) {
        guard rule.vary.count >= 2 else { return nil }
        hit = rule.hit
        sets = rule.vary
        let order = rule.vary.indices.flatMap { [$0, $0] } + rule.vary.indices
        planned = order.compactMap { index in
            guard var exchange = maker.exchange(rule.request, number: rule.first) else { return nil }
            for header in rule.vary[index] { exchange.set(header.name, header.value.constant ?? "") }
            exchange.lane = .kept(0)
            return exchange
        }
    }

    var summary: String { "one object with \(sets.count) sets of header fields" }
    var exchanges: Int { planned.count }
    var duration: Span { Span(seconds: 0.01 * Double(planned.count)) }

    mutating func nextAction() -> VerificationAction? {
        if isSent { return nil }
        isSent = true
        return .send(planned, purpose: "variants of an object")
    }

    mutating func take(_ observed: [ObservedExchange], since start: Instant) {
        self.observed = observed
        exhibits = observed.map { Exhibit($0, since: start, naming: names) }
    }

    /// The names of the fields that differ.
    private var names: [String] {
        var names: [String] = []
        for header in sets.joined() where !names.contains(where: { $0.lowercased() == header.name.lowercased() }) {
            names.append(header.name)
        }
        return names
    }

    /// The answers to a set, by their places.
    private func places(of set: Int) -> [Int] { [2 * set, 2 * set + 1, 2 * sets.count + set] }

    /// What must differ between sets: contents, their coding and language, and whom they may be shown to.
    private struct Look: Hashable {
        var status: Int
        var body: UInt64
        var fields: [String]

        init(_ observed: ObservedExchange) {
            status = observed.status
            body = AnswerVersion(observed).body
            fields = [
                "Content-Encoding", "Content-Language", "Content-Type", "Access-Control-Allow-Origin", "Location",
            ]
            .map { observed.value($0) ?? "" }
        }
    }

    var findings: [VerificationFinding] {
        let expected = "another answer to each of \(sets.count) sets"
        guard observed.count == planned.count, !observed.isEmpty,
            observed.allSatisfy({ $0.outcome == .ok && $0.status > 0 })
        else {
            return [
                VerificationFinding(
                    .vary, observed.isEmpty ? .noData : .inconclusive, expected: expected,
                    observed: "answers are missing",
                    evidence: "Not every variant of the object got an answer.",
                    exhibits: Array(exhibits.prefix(CheckedAnswers.shown)))
            ]
        }
        return [varyFinding(expected), fieldFinding]
    }

    private func varyFinding(_ expected: String) -> VerificationFinding {
        let looks = observed.map(Look.init)
        var mixed: [(one: Int, other: Int)] = []
        for one in sets.indices {
            for other in sets.indices where other > one {
                let pair = places(of: one).lazy.flatMap { first in places(of: other).map { (first, $0) } }
                    .first { looks[$0.0] == looks[$0.1] }
                if let pair { mixed.append((pair.0, pair.1)) }
            }
        }
        let hits = observed.count { CacheStatus($0.fields, by: hit).kind == .hit }
        if let first = mixed.first {
            return VerificationFinding(
                .vary, .fail, expected: expected, observed: "\(mixed.count) pairs of sets got the same answer",
                evidence:
                    "Answers to requests with other values of \(names.joined(separator: ", ")) are the same in status, "
                    + "body, coding, language and allowed origin. The cache must keep them apart: send Vary, or add the field to "
                    + "the cache's key.",
                exhibits: [exhibits[first.one], exhibits[first.other]])
        }
        return VerificationFinding(
            .vary, hits > 0 ? .pass : .inconclusive, expected: expected,
            observed: "\(sets.count) sets, each with answers of its own",
            evidence: hits > 0
                ? "Each set was asked for three times, in turn with the others: \(observed.count) answers, \(hits) of them hits, "
                    + "none equal to one of another set."
                : "No answer to the variants was a hit, so the cache could not have mixed them up.",
            exhibits: Array(exhibits.suffix(sets.count).prefix(CheckedAnswers.shown)))
    }

    private var fieldFinding: VerificationFinding {
        // Fields with the same value in all sets make no difference.
        let differing = names.filter { name in
            Set(sets.map { set in set.first { $0.name.lowercased() == name.lowercased() }?.value.constant }).count > 1
        }
        let missing = differing.filter { name in
            !observed.allSatisfy { answer in
                (answer.value("Vary") ?? "").split(separator: ",").contains { listed in
                    let word = listed.filter { $0 != " " && $0 != "\t" }.lowercased()
                    return word == "*" || word == name.lowercased()
                }
            }
        }
        return VerificationFinding(
            .varyField, missing.isEmpty ? .pass : .fail, severity: .advisory,
            expected: "Vary: \(differing.joined(separator: ", "))",
            observed: missing.isEmpty ? "named on every answer" : "\(missing.joined(separator: ", ")) not named",
            evidence: missing.isEmpty
                ? "Every cache on the way is told (RFC 9111 §4.1)."
                : "Answers differ by \(missing.joined(separator: ", ")), but their Vary does not say so: browsers and "
                    + "caches other than this one mix them up (RFC 9111 §4.1).",
            exhibits: Array(exhibits.prefix(missing.isEmpty ? 0 : 1)))
    }
}

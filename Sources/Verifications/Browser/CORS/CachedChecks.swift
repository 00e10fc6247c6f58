import Measures
import Scenarios
import VerificationKit

extension CORSCheck {
    /// Grants and caches.
    static let cached: [CORSCheck] = [
        CORSCheck(
            .varyOrigin, "Vary: Origin on every answer to a request whose grant depends on the origin",
            source: "Fetch, CORS protocol and HTTP caches; RFC 9110 §12.5.5",
            fields: [origin, "Vary", "Cache-Control"],
            advice:
                "Add Vary: Origin to answers with and without a grant: else a cache gives one origin's answer to another.",
            together: { answers, _ in
                answers.indices.map { (Int($0), vary(answers, $0, isHarmful: true)) }
            }),
        CORSCheck(
            .varyElsewhere, "Vary: Origin on answers without a grant, and where one origin alone is granted, too",
            source: "Fetch, CORS protocol and HTTP caches", fields: [origin, "Vary", "Cache-Control"],
            advice:
                "Nothing says that these answers may be kept; a cache that keeps one without a grant would give it to the "
                + "allowed origin.",
            severity: { _ in .advisory },
            together: { answers, _ in
                answers.indices.map { (Int($0), vary(answers, $0, isHarmful: false)) }
            }),
        CORSCheck(
            .cachedGrant, "no answer carries the grant of an origin that asked before",
            source: "Fetch, CORS protocol and HTTP caches", fields: [origin, "Vary", "Age"],
            advice: "A cache keeps the answer with its grant: add Vary: Origin, or leave the field to the edge.",
            together: { answers, _ in
                answers.indices.map { (Int($0), keptGrant(answers, $0)) }
            }),
        CORSCheck(
            .cachedDenial, "an answer of a cache is granted to allowed origins, whoever asked before",
            source: "Fetch, CORS protocol and HTTP caches", fields: [origin, "Vary", "Age"],
            advice: "A cache keeps the answer without a grant: add Vary: Origin to it too."
        ) { answer, _ in
            guard !answer.isPreflight, answer.isAllowed, let hit = answer.answer.cacheHit else { return .silent }
            return answer.isReadable(withCredentials: false)
                ? .holds("granted with \(hit)") : .breaks("\(answer.grant) with \(hit)")
        },
    ]

    /// Whether an answer is without `Vary: Origin` that must have it. `isHarmful`: where a cache would give an allowed
    /// origin the grant of another, or the answer says that it may be kept. Else only a cache that keeps what it need not
    /// could give an allowed origin an answer without a grant.
    private static func vary(_ answers: [CORSAnswer], _ index: Int, isHarmful: Bool) -> AnswerJudgement {
        let answer = answers[index]
        guard !answer.isPreflight, isCacheable(answer), isSettled(answer) else { return .silent }
        let same = answers.filter { !$0.isPreflight && isSame($0, answer) && isSettled($0) }
        // A host in capitals or with a dot at its end is the same one to some servers, and asked by no browser.
        let grants = Set(
            same.compactMap(\.allowedOrigin).map { $0.lowercased() }.map {
                $0.hasSuffix(".") ? String($0.dropLast()) : $0
            })
        guard Set(same.map(\.allowedOrigin)).count > 1 else { return .holds("the same for every origin") }
        // Where everybody may read, no answer of another is wrong.
        if grants == ["*"] || answer.allowedOrigin == "*" && !answer.allowsCredentials {
            return .holds("* for every origin")
        }
        let vary = answer.members("Vary").map { $0.lowercased() }
        if vary.contains("origin") || vary.contains("*") { return .holds("Vary: Origin") }
        let members = FieldText.members(answer.answer.values("Cache-Control")).map { $0.lowercased() }
        if members.contains("no-store") { return .holds("no-store") }
        let isOthers = grants.count > 1 && answer.allowedOrigin != nil
        let isKept = same.contains { $0.answer.cacheHit != nil } || saysToKeep(members)
        let problem = AnswerJudgement.breaks("no Vary: Origin with \(answer.grant)")
        if isOthers || isKept { return isHarmful ? problem : .silent }
        return isHarmful ? .holds("no Vary, and nothing that lets a cache keep it") : problem
    }

    /// Whether Cache-Control says that caches may use the answer for a time.
    private static func saysToKeep(_ members: [String]) -> Bool {
        members.contains { member in
            if member == "public" { return true }
            let parts = member.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, ["max-age", "s-maxage"].contains(FieldText.trimmed(parts[0])) else { return false }
            return UInt64(FieldText.trimmed(parts[1])) != 0
        }
    }

    /// Whether an answer carries the grant of an origin that asked before, and a cache is the reason.
    private static func keptGrant(_ answers: [CORSAnswer], _ index: Int) -> AnswerJudgement {
        let answer = answers[index]
        guard !answer.isPreflight, index > 0 else { return .silent }
        let none = AnswerJudgement.holds("no grant of another")
        guard let granted = answer.allowedOrigin, granted != "*", granted != answer.asker.origin else { return none }
        let before = answers[..<index].filter { !$0.isPreflight && isSame($0, answer) }
        guard let first = before.firstIndex(where: { $0.asker.origin == granted }) else { return none }
        let unasked = AnswerJudgement.holds("the server's own for this origin")
        guard let hit = answer.answer.cacheHit else {
            // Without a word of a cache: only where the same asker had another answer before that origin asked.
            let hadOther = before[..<first].contains { $0.asker == answer.asker && $0.allowedOrigin != granted }
            return hadOther ? .breaks("\(granted), which it did not get before") : unasked
        }
        // What the server names to this asker by itself, or to everybody, needs no cache.
        let fetched = answers.filter { !$0.isPreflight && $0.answer.cacheHit == nil && isSettled($0) }
        if fetched.contains(where: { isSame($0, answer) && $0.asker == answer.asker && $0.allowedOrigin == granted }) {
            return unasked
        }
        let others = fetched.filter { $0.asker.origin != granted && !$0.isMadeUp }
        if !others.isEmpty, others.allSatisfy({ $0.allowedOrigin == granted }) { return unasked }
        return .breaks("\(granted) with \(hit)")
    }

    private static func isSame(_ one: CORSAnswer, _ other: CORSAnswer) -> Bool {
        let first = one.answer.exchange.planned, second = other.answer.exchange.planned
        return first.method == second.method && first.target == second.target && first.host == second.host
            && first.port == second.port && first.isSecure == second.isSecure
    }

    /// Whether the status says something of the grant: a refusal for being too many or a fault may come to anyone.
    private static func isSettled(_ answer: CORSAnswer) -> Bool {
        answer.answer.status < 500 && answer.answer.status != 429
    }

    /// Whether caches may keep answers of the method (RFC 9110 §9.2.3).
    private static func isCacheable(_ answer: CORSAnswer) -> Bool {
        ["GET", "HEAD"].contains(answer.answer.exchange.planned.method)
    }
}

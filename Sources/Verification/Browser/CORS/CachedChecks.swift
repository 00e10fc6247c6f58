import Measures
import Scenarios

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
                answers.indices.map { index in
                    let answer = answers[index]
                    guard !answer.isPreflight, isCacheable(answer), isSettled(answer) else { return (index, .silent) }
                    let same = answers.filter { !$0.isPreflight && isSame($0, answer) && isSettled($0) }
                    guard Set(same.map(\.allowedOrigin)).count > 1 else {
                        return (index, .holds("the same for every origin"))
                    }
                    let vary = answer.members("Vary").map { $0.lowercased() }
                    if vary.contains("origin") || vary.contains("*") { return (index, .holds("Vary: Origin")) }
                    let members = FieldText.members(answer.answer.values("Cache-Control")).map { $0.lowercased() }
                    if members.contains("no-store") { return (index, .holds("no-store")) }
                    return (index, .breaks("no Vary: Origin with \(answer.grant)"))
                }
            }),
        CORSCheck(
            .cachedGrant, "no answer carries the grant of an origin that asked before",
            source: "Fetch, CORS protocol and HTTP caches", fields: [origin, "Vary", "Age"],
            advice: "A cache keeps the answer with its grant: add Vary: Origin, or leave the field to the edge.",
            together: { answers, _ in
                answers.indices.map { index in
                    let answer = answers[index]
                    guard !answer.isPreflight, index > 0 else { return (index, .silent) }
                    guard let granted = answer.allowedOrigin, granted != "*", granted != answer.asker.origin else {
                        return (index, .holds("no grant of another"))
                    }
                    let before = answers[..<index].filter { !$0.isPreflight && isSame($0, answer) }
                    guard before.contains(where: { $0.asker.origin == granted }) else {
                        return (index, .holds("no grant of another"))
                    }
                    // A server that names the same origin to everybody needs no cache for it.
                    let isStatic = answers.filter { isSame($0, answer) && !$0.isPreflight }
                        .allSatisfy { $0.allowedOrigin == granted }
                    if isStatic, answer.answer.cacheHit == nil { return (index, .holds("the same for every origin")) }
                    return (index, .breaks("\(granted)\(answer.answer.cacheHit.map { " with \($0)" } ?? "")"))
                }
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

import Measures
import Scenarios
import VerificationKit

extension HeaderCheck {
    /// What the fields of an answer, or of several answers, say together.
    static let together: [HeaderCheck] = [
        HeaderCheck(
            .conflictingFields, "fields that browsers read once are there once, or say the same", owasp: .hard,
            observatory: .hard, source: "RFC 9110 §5.3; RFC 9651 §3.3", fields: single,
            advice: "Let one place set the field, the proxy or the application; browsers differ in which they take."
        ) { answer, _ in
            guard answer.isPage else { return .silent }
            for name in single {
                let values = answer.values(name).map { $0.lowercased() }
                if Set(values).count > 1 {
                    return .breaks(FieldText.shown("\(name): \(values.sorted().joined(separator: " and "))"))
                }
            }
            return .holds("none in conflict")
        },
        HeaderCheck(
            .cachedFields, "an answer of a cache carries the same fields as the first", owasp: .hard,
            observatory: .hard, source: "RFC 9111 §3.1, §4.3.4", fields: kept,
            advice: "Set the fields where the cache keeps them, or in front of the cache.",
            together: { answers, _ in
                answers.indices.map { index in
                    guard case .again(let first) = answers[index].purpose, let hit = answers[index].cacheHit,
                        answers.indices.contains(first), answers[first].status == answers[index].status
                    else { return (index, .silent) }
                    for name in kept {
                        let before = answers[first].values(name), after = answers[index].values(name)
                        if before.isEmpty != after.isEmpty {
                            return (index, .breaks("\(name) \(after.isEmpty ? "is gone" : "is new") with \(hit)"))
                        }
                    }
                    return (index, .holds("the same with \(hit)"))
                }
            }),
    ]

    /// Fields that browsers read one value of. X-Frame-Options and Strict-Transport-Security have checks of their own.
    private static let single = [
        "Content-Type", "X-Content-Type-Options", "X-XSS-Protection", "Cross-Origin-Opener-Policy",
        "Cross-Origin-Embedder-Policy", "Cross-Origin-Resource-Policy", "Location", "Access-Control-Allow-Origin",
    ]

    /// Fields that must outlive a cache.
    private static let kept = [
        "Strict-Transport-Security", "Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options",
        "Referrer-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Embedder-Policy",
        "Cross-Origin-Resource-Policy",
    ]
}

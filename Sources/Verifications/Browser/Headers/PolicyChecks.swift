import Scenarios
import VerificationKit

extension HeaderCheck {
    private static let field = "Content-Security-Policy"
    private static let observatorySource = "mdn/mdn-http-observatory src/analyzer/tests/csp.js"

    /// The policy as such.
    static let policy: [HeaderCheck] = [
        HeaderCheck(
            .csp, "an enforced Content-Security-Policy on every answer but assets", owasp: .hard, observatory: .hard,
            source: "CSP3 §3.1; OWASP/www-project-secure-headers ci/headers_add.json",
            fields: [field, field + "-Report-Only"],
            advice:
                "Add one to every answer, errors too; for an API default-src 'none'; frame-ancestors 'none' will do."
        ) { answer, _ in
            guard answer.isOpened else { return .silent }
            if let value = answer.values(field).first, !answer.policies.isEmpty {
                return .holds(FieldText.shown(value, upTo: 80))
            }
            if !answer.values(field + "-Report-Only").isEmpty { return .breaks("only reported, not enforced") }
            return .breaks(answer.values(field).isEmpty ? "no \(field)" : "an empty \(field)")
        },
        HeaderCheck(
            .cspSyntax, "directives and sources that browsers know", owasp: .advisory, observatory: .advisory,
            source: "CSP3 §2.2.1, §2.3.1", fields: [field],
            advice: "Browsers pass over what they don't know: put it right or take it out."
        ) { answer, _ in
            answer.judgedInAll { $0.problems.first }
        },
        HeaderCheck(
            .cspDuplicates, "each directive once in a policy", owasp: .advisory, observatory: .hard,
            source: "CSP3 §2.2.1: later ones are ignored; mdn/mdn-http-observatory src/analyzer/cspParser.js",
            fields: [field], advice: "Join the sources in one directive: only the first counts."
        ) { answer, _ in
            answer.judgedInAll { policy in
                policy.duplicates.first { !$0.hasPrefix("report-") }.map {
                    "\(FieldText.shown($0, upTo: 40)) occurs twice"
                }
            }
        },
        HeaderCheck(
            .cspDefault, "a default-src that is not broad", owasp: .advisory, observatory: .advisory,
            source: "CSP3 §6.1.3; \(observatorySource)", fields: [field],
            advice: "Begin with default-src 'none' or 'self', and open what is needed."
        ) { answer, _ in
            answer.judged(
                { policy in
                    guard let sources = policy.sources("default-src") else { return "no default-src" }
                    return sources.broad.first.map { "default-src \($0)" }
                }, holds: "default-src is narrow")
        },
        HeaderCheck(
            .cspNonce, "nonces of at least 128 bits", owasp: .advisory, observatory: .advisory,
            source: "CSP3 §7.1", fields: [field],
            advice: "Make each nonce of 16 random bytes or more, in base64."
        ) { answer, _ in
            answer.judgedInAll { policy in
                policy.nonces.first { $0.prefix { $0 != "=" }.utf8.count < 22 }
                    .map { "a nonce of \($0.utf8.count) characters" }
            }
        },
        HeaderCheck(
            .cspNonceUnique, "a new nonce with each answer", owasp: .hard, observatory: .hard, source: "CSP3 §7.1",
            fields: [field],
            advice:
                "A nonce that is known beforehand protects nothing: make a new one for each answer, and don't cache it.",
            together: { answers, _ in
                var seen: [String: Int] = [:]
                return answers.indices.map { index in
                    let nonces = Set(answers[index].policies.flatMap(\.nonces))
                    defer { for nonce in nonces { seen[nonce] = seen[nonce] ?? index } }
                    if let first = nonces.compactMap({ seen[$0] }).min() {
                        return (index, .breaks("the nonce of \(answers[first].label)"))
                    }
                    return (index, nonces.isEmpty ? .holds("no nonces") : .holds("a nonce of its own"))
                }
            }),
        HeaderCheck(
            .cspUpgrade, "upgrade-insecure-requests", owasp: .advisory, observatory: nil,
            source: "Upgrade Insecure Requests §3.1; OWASP/www-project-secure-headers ci/headers_add.json",
            fields: [field], advice: "Add upgrade-insecure-requests, so that old http:// links are asked by HTTPS."
        ) { answer, _ in
            answer.judged(
                { $0.directives["upgrade-insecure-requests"] == nil ? "no upgrade-insecure-requests" : nil },
                holds: "upgrade-insecure-requests")
        },
        HeaderCheck(
            .cspLegacy, "no X-Content-Security-Policy or X-WebKit-CSP", owasp: .advisory, observatory: nil,
            source: "OWASP Content Security Policy Cheat Sheet", fields: ["X-Content-Security-Policy", "X-WebKit-CSP"],
            advice: "Take them out: browsers don't read them, and old ones read them wrongly."
        ) { answer, _ in
            for name in ["X-Content-Security-Policy", "X-WebKit-CSP"] where !answer.values(name).isEmpty {
                return .breaks(name)
            }
            return .holds("none")
        },
    ]
}

extension BrowserAnswer {
    /// Judges all policies of an answer, whatever its content: each must be right.
    func judgedInAll(_ problem: (ContentPolicy) -> String?) -> AnswerJudgement {
        guard isPage, !policies.isEmpty else { return .silent }
        return policies.lazy.compactMap(problem).first.map { .breaks($0) } ?? .holds("in order")
    }
}

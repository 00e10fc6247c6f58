import Measures
import Scenarios
import VerificationKit

extension HeaderCheck {
    private static let field = "Strict-Transport-Security"

    /// Strict-Transport-Security, and the way from HTTP to HTTPS.
    static let transport: [HeaderCheck] = [
        HeaderCheck(
            .hsts, "Strict-Transport-Security on every answer", owasp: .hard, observatory: .hard,
            source: "RFC 6797 §7.1", fields: [field],
            advice: "Add it to every answer, errors too (nginx: add_header … always)."
        ) { answer, _ in
            guard answer.isPage else { return .silent }
            return answer.values(field).first.map { .holds(FieldText.shown($0)) } ?? .breaks("no \(field)")
        },
        HeaderCheck(
            .hstsSingle, "one Strict-Transport-Security field", owasp: .hard, observatory: .hard,
            source: "RFC 6797 §7.1, §8.1: browsers heed the first only", fields: [field],
            advice: "Let one place set it: the proxy or the application."
        ) { answer, _ in
            let values = answer.values(field)
            guard answer.isPage, !values.isEmpty else { return .silent }
            // A comma can't be part of a value: two fields that something on the way has joined.
            let count = values.count + values.reduce(0) { $0 + $1.filter { $0 == "," }.count }
            return count == 1 ? .holds("one") : .breaks("\(count) fields")
        },
        HeaderCheck(
            .hstsSyntax, "a value that browsers can read: max-age with a number, each directive once", owasp: .hard,
            observatory: .hard, source: "RFC 6797 §6.1", fields: [field],
            advice: "Write it as max-age=63072000; includeSubDomains."
        ) { answer, _ in
            judged(answer) { $0.problems.first.map { .breaks($0) } ?? .holds("well formed") }
        },
        HeaderCheck(
            .hstsMaxAge, "max-age of at least 63072000 (owasp) or 15552000 (observatory) seconds", owasp: .hard,
            observatory: .hard,
            source:
                "OWASP HTTP Headers Cheat Sheet; mdn/mdn-http-observatory src/analyzer/tests/strict-transport-security.js",
            fields: [field], advice: "Raise max-age: two years are usual."
        ) { answer, profile in
            judged(answer) { hsts in
                guard let age = hsts.maxAge else { return .breaks("no max-age") }
                let least: UInt64 = profile == .owasp ? 63_072_000 : 15_552_000
                return age >= least ? .holds("max-age=\(age)") : .breaks("max-age=\(age), below \(least)")
            }
        },
        HeaderCheck(
            .hstsSubdomains, "includeSubDomains", owasp: .hard, observatory: .advisory,
            source: "RFC 6797 §6.1.2; OWASP/www-project-secure-headers ci/headers_add.json", fields: [field],
            advice: "Add includeSubDomains once every subdomain speaks HTTPS."
        ) { answer, _ in
            judged(answer) { $0.includesSubDomains ? .holds("includeSubDomains") : .breaks("no includeSubDomains") }
        },
        HeaderCheck(
            .hstsPreload, "preload only with includeSubDomains and max-age of at least 31536000", owasp: .advisory,
            observatory: .advisory, source: "hstspreload.org, submission requirements", fields: [field],
            advice: "Without them the lists of browsers don't take the host."
        ) { answer, _ in
            judged(answer) { hsts in
                guard hsts.preloads else { return .holds("not asked for") }
                if !hsts.includesSubDomains { return .breaks("preload without includeSubDomains") }
                guard let age = hsts.maxAge, age >= 31_536_000 else {
                    return .breaks("preload with too small a max-age")
                }
                return .holds("preload")
            }
        },
        HeaderCheck(
            .httpsRedirect, "plain HTTP leads to HTTPS on the same host at once, or is not served", owasp: .hard,
            observatory: .hard, source: "mdn/mdn-http-observatory src/analyzer/tests/redirection.js; RFC 6797 §7.2",
            fields: ["Location"],
            advice: "Answer plain HTTP with 301 to https:// of the same host; go elsewhere from there."
        ) { answer, _ in
            guard answer.purpose == .upgrade else { return .silent }
            if answer.status == 0 { return .holds("plain HTTP is not served") }
            guard [301, 302, 303, 307, 308].contains(answer.status) else {
                return .breaks("\(answer.status) over plain HTTP")
            }
            let location = answer.values("Location").first ?? ""
            let shown = FieldText.shown(FieldText.withoutQuery(location))
            let host = answer.exchange.planned.host
            let withoutFragment = String(location.prefix { $0 != "#" })
            guard let endpoint = try? Endpoint(parsing: withoutFragment) else {
                return .breaks("leads to \"\(shown)\"")
            }
            guard endpoint.isSecure else { return .breaks("leads to plain HTTP first: \(shown)") }
            return endpoint.host == host.lowercased() ? .holds(shown) : .breaks("leads to another host first: \(shown)")
        },
    ]

    private static func judged(
        _ answer: BrowserAnswer, _ judge: (TransportSecurity) -> AnswerJudgement
    ) -> AnswerJudgement {
        guard answer.isPage, let value = answer.values(field).first else { return .silent }
        // What a comma has joined is two fields, of which browsers read the first.
        return judge(TransportSecurity(String(value.prefix { $0 != "," })))
    }
}

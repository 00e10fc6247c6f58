import Measures
import Scenarios
import VerificationKit

extension CORSCheck {
    private static let fetch = "Fetch, CORS-preflight fetch"
    private static let methods = "Access-Control-Allow-Methods"
    private static let headers = "Access-Control-Allow-Headers"
    private static let maxAge = "Access-Control-Max-Age"
    /// The field that no server knows.
    static let unlistedHeader = "x-loadgate-unlisted"

    /// Preflights.
    static let preflights: [CORSCheck] = [
        CORSCheck(
            .preflightStatus, "200 to 299 for preflights of allowed origins", source: "\(fetch): ok status", fields: [],
            advice: "Answer OPTIONS with 204, without a redirect and before authentication.",
            severity: whereNeeded, mustBeSeen: { !$0.allow.isEmpty || $0.allowsAll }
        ) { answer, rule in
            preflight(answer, rule) { _, _ in
                (200...299).contains(answer.answer.status)
                    ? .holds(String(answer.answer.status)) : .breaks(String(answer.answer.status))
            }
        },
        CORSCheck(
            .preflightAnonymous, "preflights are answered without credentials",
            source: "\(fetch): they never carry cookies or Authorization", fields: ["WWW-Authenticate"],
            advice: "Let OPTIONS with Access-Control-Request-Method pass before authentication.", severity: whereNeeded
        ) { answer, rule in
            preflight(answer, rule) { _, _ in
                [401, 403, 407].contains(answer.answer.status)
                    ? .breaks("\(answer.answer.status) without credentials") : .holds(String(answer.answer.status))
            }
        },
        CORSCheck(
            .preflightOrigin, "preflights grant each allowed origin", source: "\(fetch): CORS check", fields: [origin],
            advice: "Send Access-Control-Allow-Origin on the answer to OPTIONS too.", severity: whereNeeded
        ) { answer, rule in
            preflight(answer, rule) { _, _ in
                answer.isReadable(withCredentials: false) ? .holds("granted") : .breaks(answer.grant)
            }
        },
        CORSCheck(
            .preflightCredentials, "preflights allow credentials", source: "\(fetch): CORS check with credentials",
            fields: [credentials, origin],
            advice: "Send Access-Control-Allow-Credentials: true on the answer to OPTIONS too.", severity: whereNeeded
        ) { answer, rule in
            guard rule.credentials == true else { return .silent }
            return preflight(answer, rule) { _, _ in
                answer.isReadable(withCredentials: true)
                    ? .holds("true") : .breaks("no credentials with \(answer.grant)")
            }
        },
        CORSCheck(
            .preflightMethods, "preflights allow the methods asked for", source: "\(fetch): methods, case-sensitive",
            fields: [methods], advice: "Name the method in Access-Control-Allow-Methods, in capitals.",
            severity: whereNeeded
        ) { answer, rule in
            preflight(answer, rule) { method, _ in
                guard isDeclared(method, rule) else { return .silent }
                return answer.allows(method: method, withCredentials: rule.credentials == true)
                    ? .holds(method) : .breaks("\(method) is not in \(methods)")
            }
        },
        CORSCheck(
            .preflightHeaders, "preflights allow the header fields asked for", source: "\(fetch): header names",
            fields: [headers], advice: "Name the field in Access-Control-Allow-Headers.", severity: whereNeeded
        ) { answer, rule in
            preflight(answer, rule) { _, asked in
                let names = asked.filter { $0 != unlistedHeader && $0 != "authorization" }
                guard !names.isEmpty else { return .silent }
                let missing = names.first { !answer.allows(header: $0, withCredentials: rule.credentials == true) }
                return missing.map { .breaks("\($0) is not in \(headers)") } ?? .holds(names.joined(separator: ", "))
            }
        },
        CORSCheck(
            .preflightAuthorization, "Authorization is named where it is needed",
            source: "Fetch, CORS non-wildcard request-header name",
            fields: [headers], advice: "Name Authorization: * never stands for it.", severity: whereNeeded
        ) { answer, rule in
            preflight(answer, rule) { _, asked in
                guard asked.contains("authorization") else { return .silent }
                return answer.allows(header: "authorization", withCredentials: rule.credentials == true)
                    ? .holds("named") : .breaks("authorization is not in \(headers)")
            }
        },
        CORSCheck(
            .preflightSyntax, "lists of methods and header fields that browsers can read",
            source: "\(fetch): what is not a list of tokens is a network error", fields: [methods, headers],
            advice: "Send names with commas between them."
        ) { answer, _ in
            guard answer.isPreflight, answer.allowedOrigin != nil else { return .silent }
            for name in [methods, headers] {
                if let wrong = answer.members(name).first(where: { !HeaderName.isToken($0) }) {
                    return .breaks("\"\(FieldText.shown(wrong, upTo: 60))\" in \(name)")
                }
            }
            return .holds("in order")
        },
        CORSCheck(
            .preflightMethodUnlisted, "no other methods are allowed",
            source: "Fetch, CORS protocol; OWASP HTML5 Security Cheat Sheet, CORS",
            fields: [methods], advice: "Take them out of Access-Control-Allow-Methods, or add them to methods.",
            severity: { $0.methods == nil ? .advisory : .hard }
        ) { answer, rule in
            anyPreflight(answer) { _, _ in
                guard answer.isReadable(withCredentials: false) else { return .silent }
                let extra = answer.members(methods).filter {
                    !isDeclared($0, rule) && !CORSAnswer.safeMethods.contains($0) && $0 != "OPTIONS"
                        // With credentials * is a name like others, and the check of it tells.
                        && !($0 == "*" && rule.credentials == true)
                }
                return extra.isEmpty
                    ? .holds("none") : .breaks(FieldText.shown(extra.joined(separator: ", "), upTo: 80))
            }
        },
        CORSCheck(
            .preflightHeaderUnlisted, "no made-up header field is allowed",
            source: "Fetch, CORS protocol; OWASP HTML5 Security Cheat Sheet, CORS",
            fields: [headers], advice: "Name what is needed: the list asked for must not come back as it is.",
            severity: { $0.headers == nil ? .advisory : .hard }
        ) { answer, rule in
            anyPreflight(answer) { _, asked in
                guard asked.contains(unlistedHeader) else { return .silent }
                let isAllowed =
                    answer.isReadable(withCredentials: false) && (200...299).contains(answer.answer.status)
                    && answer.allows(header: unlistedHeader, withCredentials: rule.credentials == true)
                return isAllowed ? .breaks("\(unlistedHeader) is allowed") : .holds("refused")
            }
        },
        CORSCheck(
            .preflightWildcard, "no * for methods or header fields with credentials",
            source: "Fetch, CORS protocol and credentials: then * is a name like others", fields: [methods, headers],
            advice: "Name the methods and header fields."
        ) { answer, rule in
            guard rule.credentials == true else { return .silent }
            return preflight(answer, rule) { _, _ in
                let name = [methods, headers].first { answer.members($0).contains("*") }
                return name.map { .breaks("* in \($0)") } ?? .holds("no *")
            }
        },
        CORSCheck(
            .preflightMaxAge, "Access-Control-Max-Age as declared, else at most a day",
            source: "\(fetch): 5 s unless given, and browsers cut it", fields: [maxAge],
            advice: "Send seconds: too few cost a preflight with each request, too many outlive a change.",
            severity: { $0.maxAge == nil ? .advisory : .hard }
        ) { answer, rule in
            preflight(answer, rule) { _, _ in
                let values = answer.answer.values(maxAge)
                guard let value = values.first else { return .breaks("no \(maxAge): 5 s") }
                guard values.count == 1, let seconds = UInt64(value), value.utf8.allSatisfy({ $0 != 0x2B }) else {
                    return .breaks(
                        "\"\(FieldText.shown(values.joined(separator: ", "), upTo: 60))\" is not a number of seconds")
                }
                let isRight = rule.maxAge.map { UInt64($0.components.seconds) == seconds } ?? (seconds <= 86_400)
                return isRight ? .holds("\(seconds) s") : .breaks("\(seconds) s")
            }
        },
    ]

    /// Judges preflights of allowed origins.
    private static func anyPreflight(
        _ answer: CORSAnswer, _ judge: (_ method: String, _ headers: [String]) -> AnswerJudgement
    ) -> AnswerJudgement {
        guard answer.isAllowed, case .preflight(let method, let headers) = answer.question else { return .silent }
        return judge(method, headers)
    }

    /// Judges preflights of allowed origins for what is declared; others may be refused as the server likes.
    private static func preflight(
        _ answer: CORSAnswer, _ rule: CORSRule, _ judge: (_ method: String, _ headers: [String]) -> AnswerJudgement
    ) -> AnswerJudgement {
        anyPreflight(answer) { method, headers in
            isDeclared(method, rule) && !headers.contains(unlistedHeader) ? judge(method, headers) : .silent
        }
    }

    /// Hard where browsers send preflights at all; reading with GET takes none (Fetch, CORS-safelisted).
    private static let whereNeeded: @Sendable (CORSRule) -> Objective.Severity = { rule in
        let isJSON = if case .json = rule.request.body { true } else { false }
        let isPlain = CORSAnswer.safeMethods.contains(rule.request.method.rawValue) && !isJSON
        return rule.methods == nil && rule.headers == nil && rule.maxAge == nil && isPlain ? .advisory : .hard
    }

    private static func isDeclared(_ method: String, _ rule: CORSRule) -> Bool {
        (rule.methods ?? [rule.request.method.rawValue]).contains(method)
    }
}

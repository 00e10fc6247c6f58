import Measures
import Scenarios
import VerificationKit

extension CORSCheck {
    private static let fetch = "Fetch, CORS check"
    private static let expose = "Access-Control-Expose-Headers"

    /// Allowed origins, and what grants must look like.
    static let allowed: [CORSCheck] = [
        CORSCheck(
            .allowedOrigin, "each allowed origin is granted, byte by byte, on 2xx", source: fetch, fields: [origin],
            advice: "Send Access-Control-Allow-Origin with exactly the Origin that asked: no slash, no list.",
            mustBeSeen: { !$0.allow.isEmpty || $0.allowsAll }
        ) { answer, rule in
            guard !answer.isPreflight, answer.mustBeGranted, (200...299).contains(answer.answer.status) else {
                return .silent
            }
            return granted(answer)
        },
        CORSCheck(
            .allowedErrors, "each allowed origin is granted on redirects and errors too",
            source: "Fetch, HTTP fetch: a redirect or an error that fails the CORS check is a network error to scripts",
            fields: [origin], advice: "Set the field on every answer (nginx: add_header … always)."
        ) { answer, rule in
            guard !answer.isPreflight, answer.mustBeGranted, answer.answer.status >= 300 else { return .silent }
            return granted(answer)
        },
        CORSCheck(
            .allowedElsewhere,
            "allowed origins are granted where nothing is declared, too: on the 404 of a made-up path, on PROPFIND",
            source: "Fetch, HTTP fetch: an error that fails the CORS check is a network error to scripts",
            fields: [origin],
            advice:
                "Harmless where CORS is set route by route. To have it judged, name the request: not_found, method_not_allowed.",
            severity: { _ in .advisory }
        ) { answer, _ in
            guard !answer.isPreflight, answer.isAllowed, answer.isMadeUp else { return .silent }
            return granted(answer)
        },
        CORSCheck(
            .originSingle, "one Access-Control-Allow-Origin",
            source: "Fetch, CORS check: several are joined, and match nothing",
            fields: [origin], advice: "Let one place set it: the proxy or the application."
        ) { answer, _ in
            let count = answer.answer.values(origin).count
            return count == 0 ? .silent : count == 1 ? .holds("one") : .breaks("\(count) fields")
        },
        CORSCheck(
            .originSyntax, "Access-Control-Allow-Origin is * or one origin",
            source: "Fetch, HTTP responses; RFC 6454 §7.1",
            fields: [origin], advice: "Send * or scheme://host[:port]: no list, no pattern, no slash at the end."
        ) { answer, _ in
            let values = answer.answer.values(origin)
            guard !values.isEmpty else { return .silent }
            for value in values where value != "*" && value != "null" {
                // What came back of an odd Origin is told by the check of that origin.
                if value == answer.asker.origin { continue }
                guard let parsed = WebOrigin(value), !parsed.isPattern else {
                    return .breaks("\"\(FieldText.shown(value, upTo: 100))\"")
                }
            }
            return .holds("in order")
        },
        CORSCheck(
            .neverNull, "never Access-Control-Allow-Origin: null",
            source: "Fetch, CORS protocol; W3C CORS for developers §1.1",
            fields: [origin], advice: "Leave the field out where nothing is granted: null lets sandboxed frames in."
        ) { answer, _ in
            answer.answer.values(origin).contains { $0.lowercased() == "null" } ? .breaks("null") : .holds("never null")
        },
        CORSCheck(
            .credentials, "Access-Control-Allow-Credentials: true for allowed origins",
            source: "Fetch, CORS protocol and credentials", fields: [credentials, origin],
            advice: "Send the field with true in lower case beside the origin: * does not go with it."
        ) { answer, rule in
            guard rule.credentials == true, !answer.isPreflight, answer.mustBeGranted else { return .silent }
            if answer.isReadable(withCredentials: true) { return .holds("true") }
            let value = answer.answer.values(credentials).first
            return .breaks(
                value.map { "\"\(FieldText.shown($0, upTo: 60))\" with \(answer.grant)" } ?? "no \(credentials)")
        },
        CORSCheck(
            .credentialsUndeclared, "no credentials where the scenario does not ask for them",
            source: "Fetch, CORS protocol and credentials", fields: [credentials],
            advice: "Take Access-Control-Allow-Credentials out, or say credentials: true.",
            severity: { $0.credentials == false ? .hard : .advisory }
        ) { answer, rule in
            guard rule.credentials != true, answer.asker.origin != nil else { return .silent }
            return answer.allowsCredentials ? .breaks("credentials are allowed") : .holds("none")
        },
        CORSCheck(
            .credentialsValue, "Access-Control-Allow-Credentials, where it is sent, is true",
            source: "Fetch, CORS check: byte by byte, so True does not count", fields: [credentials],
            advice: "Send true in lower case, or nothing.",
            severity: { $0.credentials == true ? .hard : .advisory }
        ) { answer, _ in
            let values = answer.answer.values(credentials)
            guard !values.isEmpty else { return .silent }
            return values == ["true"]
                ? .holds("true") : .breaks("\"\(FieldText.shown(values.joined(separator: ", "), upTo: 60))\"")
        },
        CORSCheck(
            .credentialsWildcard, "never * with credentials", source: "Fetch, CORS protocol and credentials",
            fields: [origin, credentials], advice: "Browsers refuse it: name the origin, or take the credentials out."
        ) { answer, _ in
            guard answer.allowedOrigin != nil else { return .silent }
            return answer.allowedOrigin == "*" && answer.allowsCredentials ? .breaks(answer.grant) : .holds("not both")
        },
        CORSCheck(
            .expose, "fields of expose can be read by scripts", source: "Fetch, CORS-exposed header-name list",
            fields: [expose], advice: "Name them in Access-Control-Expose-Headers, on errors that carry them too."
        ) { answer, rule in
            guard !rule.expose.isEmpty, !answer.isPreflight, answer.mustBeGranted else { return .silent }
            let isSuccess = (200...299).contains(answer.answer.status)
            let exposed = answer.members(expose).map { $0.lowercased() }
            let hasAll = exposed.contains("*") && rule.credentials != true
            var judged = false
            for name in rule.expose where isSuccess || !answer.answer.values(name).isEmpty {
                judged = true
                let lower = name.lowercased()
                if !exposed.contains(lower), !safe(lower), !hasAll { return .breaks("\(name) is not exposed") }
            }
            return judged ? .holds("exposed") : .silent
        },
        CORSCheck(
            .exposeWildcard, "no * in Access-Control-Expose-Headers with credentials",
            source: "Fetch, CORS protocol and credentials: then * is a name like others", fields: [expose],
            advice: "Name the fields."
        ) { answer, rule in
            guard !answer.isPreflight, answer.isAllowed, !answer.members(expose).isEmpty else { return .silent }
            let isLiteral = rule.credentials == true && answer.members(expose).contains("*")
            return isLiteral ? .breaks("* with credentials") : .holds("in order")
        },
    ]

    private static func safe(_ name: String) -> Bool { CORSAnswer.safeFields.contains(name) }

    private static func granted(_ answer: CORSAnswer) -> AnswerJudgement {
        answer.isReadable(withCredentials: false) ? .holds("granted") : .breaks(answer.grant)
    }
}

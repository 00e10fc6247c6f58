import Scenarios
import VerificationKit

extension HeaderCheck {
    private static let owaspList = "OWASP/www-project-secure-headers ci/headers_add.json"

    /// Referrers, isolation, features, caches.
    static let documents: [HeaderCheck] = [
        HeaderCheck(
            .referrerPolicy, "Referrer-Policy on every answer but assets", owasp: .hard, observatory: .advisory,
            source: "Referrer Policy §4.1; \(owaspList)", fields: ["Referrer-Policy"],
            advice: "Add strict-origin-when-cross-origin, or no-referrer."
        ) { answer, _ in
            guard answer.isOpened else { return .silent }
            return answer.values("Referrer-Policy").first.map { .holds(FieldText.shown($0)) }
                ?? .breaks("no Referrer-Policy")
        },
        HeaderCheck(
            .referrerPolicyValue, "no-referrer, same-origin, strict-origin or strict-origin-when-cross-origin",
            owasp: .hard, observatory: .hard,
            source: "Referrer Policy §3, §8.1: the last known token counts; "
                + "mdn/mdn-http-observatory src/analyzer/tests/referrer-policy.js",
            fields: ["Referrer-Policy"],
            advice: "The others tell other hosts the path or query of the page, or tell it over plain HTTP."
        ) { answer, _ in
            let values = answer.values("Referrer-Policy")
            guard answer.isPage, let shown = values.first else { return .silent }
            let known = FieldText.members(values).map { $0.lowercased() }.filter { referrerPolicies[$0] != nil }
            guard let last = known.last else {
                return .breaks("\"\(FieldText.shown(shown))\" is not one that browsers know")
            }
            return referrerPolicies[last] == true ? .holds(last) : .breaks(last)
        },
        HeaderCheck(
            .openerPolicy, "Cross-Origin-Opener-Policy: same-origin or same-origin-allow-popups on pages",
            owasp: .advisory, observatory: .advisory, source: "HTML §7.1.3; \(owaspList)",
            fields: ["Cross-Origin-Opener-Policy"],
            advice: "Add same-origin unless other sites open the page and talk to it."
        ) { answer, _ in
            guard answer.isPage, answer.content == .document else { return .silent }
            return answer.item(
                "Cross-Origin-Opener-Policy",
                oneOf: [
                    "same-origin", "same-origin-allow-popups", "noopener-allow-popups",
                ])
        },
        HeaderCheck(
            .openerPolicyValue, "Cross-Origin-Opener-Policy, where it is sent, is one that browsers know",
            owasp: .advisory, observatory: .hard,
            source:
                "HTML §7.1.3; RFC 9651 §3.3; mdn/mdn-http-observatory src/analyzer/tests/cross-origin-opener-policy.js",
            fields: ["Cross-Origin-Opener-Policy"],
            advice: "Write it once, in lower case and without quotes: browsers ignore what they don't know."
        ) { answer, _ in
            guard answer.isPage else { return .silent }
            return answer.known(
                "Cross-Origin-Opener-Policy",
                items: ["same-origin", "same-origin-allow-popups", "noopener-allow-popups", "unsafe-none"])
        },
        HeaderCheck(
            .embedderPolicy, "Cross-Origin-Embedder-Policy: require-corp or credentialless on pages", owasp: .advisory,
            observatory: .advisory, source: "HTML §7.1.4; \(owaspList)", fields: ["Cross-Origin-Embedder-Policy"],
            advice: "Add require-corp where all that the page embeds allows it."
        ) { answer, _ in
            guard answer.isPage, answer.content == .document else { return .silent }
            return answer.item("Cross-Origin-Embedder-Policy", oneOf: ["require-corp", "credentialless"])
        },
        HeaderCheck(
            .embedderPolicyValue, "Cross-Origin-Embedder-Policy, where it is sent, is one that browsers know",
            owasp: .advisory, observatory: .hard,
            source:
                "HTML §7.1.4; RFC 9651 §3.3; mdn/mdn-http-observatory src/analyzer/tests/cross-origin-embedder-policy.js",
            fields: ["Cross-Origin-Embedder-Policy"],
            advice: "Write it once, in lower case and without quotes: browsers ignore what they don't know."
        ) { answer, _ in
            guard answer.isPage else { return .silent }
            return answer.known(
                "Cross-Origin-Embedder-Policy", items: ["require-corp", "credentialless", "unsafe-none"])
        },
        HeaderCheck(
            .resourcePolicy, "Cross-Origin-Resource-Policy: same-origin or same-site", owasp: .advisory,
            observatory: .advisory,
            source: "Fetch, \"cross-origin resource policy check\"; \(owaspList)",
            fields: ["Cross-Origin-Resource-Policy"],
            advice: "Add same-origin or same-site; cross-origin only to what other sites are to embed."
        ) { answer, _ in
            guard answer.isPage else { return .silent }
            return answer.judged("Cross-Origin-Resource-Policy", oneOf: ["same-origin", "same-site"])
        },
        HeaderCheck(
            .resourcePolicyValue, "Cross-Origin-Resource-Policy, where it is sent, is one that browsers know",
            owasp: .advisory, observatory: .hard,
            source:
                "Fetch, \"cross-origin resource policy check\"; mdn/mdn-http-observatory src/analyzer/tests/cross-origin-resource-policy.js",
            fields: ["Cross-Origin-Resource-Policy"], advice: "Write same-origin, same-site or cross-origin, once."
        ) { answer, _ in
            guard answer.isPage else { return .silent }
            return answer.known("Cross-Origin-Resource-Policy", words: ["same-origin", "same-site", "cross-origin"])
        },
        HeaderCheck(
            .permissionsPolicy, "Permissions-Policy on pages", owasp: .advisory, observatory: nil,
            source: "Permissions Policy §5.2; \(owaspList)", fields: ["Permissions-Policy"],
            advice: "Switch off what the page does not use: camera=(), geolocation=(), microphone=()."
        ) { answer, _ in
            guard answer.isPage, answer.content == .document else { return .silent }
            return answer.values("Permissions-Policy").first.map { .holds(FieldText.shown($0, upTo: 80)) }
                ?? .breaks("no Permissions-Policy")
        },
        HeaderCheck(
            .permissionsPolicySyntax, "a Permissions-Policy that browsers can read: camera=(), geolocation=(self)",
            owasp: .advisory, observatory: nil, source: "Permissions Policy §5.2; RFC 9651 §3.2",
            fields: ["Permissions-Policy"],
            advice: "Write it as a dictionary of structured fields: with one slip browsers ignore all of it."
        ) { answer, _ in
            let values = answer.values("Permissions-Policy")
            guard answer.isPage, !values.isEmpty else { return .silent }
            for member in FieldText.members(values) {
                if let problem = permissionProblem(member) { return .breaks(problem) }
            }
            return .holds("well formed")
        },
        HeaderCheck(
            .crossDomainPolicies, "X-Permitted-Cross-Domain-Policies: none", owasp: .advisory, observatory: nil,
            source: owaspList, fields: ["X-Permitted-Cross-Domain-Policies"],
            advice: "Add it where documents of old plug-ins matter."
        ) { answer, _ in
            guard answer.isPage else { return .silent }
            return answer.judged("X-Permitted-Cross-Domain-Policies", oneOf: ["none", "master-only"])
        },
        HeaderCheck(
            .cacheControl, "Cache-Control: no-store on JSON", owasp: .advisory, observatory: nil,
            source: "OWASP REST Security Cheat Sheet, Security Headers; RFC 9111 §5.2.2.5", fields: ["Cache-Control"],
            advice: "Add no-store to answers that hold personal data; leave public data cacheable and allow this check."
        ) { answer, _ in
            guard answer.isPage, answer.content == .json else { return .silent }
            let values = answer.values("Cache-Control")
            if FieldText.members(values).contains(where: { $0.lowercased() == "no-store" }) {
                return .holds("no-store")
            }
            return .breaks(values.first.map { "Cache-Control: \(FieldText.shown($0))" } ?? "no Cache-Control")
        },
    ]

    /// Policies that browsers know, and whether they are safe.
    private static let referrerPolicies: [String: Bool] = [
        "no-referrer": true, "same-origin": true, "strict-origin": true, "strict-origin-when-cross-origin": true,
        "origin": false, "origin-when-cross-origin": false, "unsafe-url": false, "no-referrer-when-downgrade": false,
    ]

    /// What keeps browsers from reading a member such as `camera=(self "https://a.example")`.
    private static func permissionProblem(_ member: String) -> String? {
        let pieces = member.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = pieces[0]
        let isName =
            !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                    UInt8(ascii: "_"), UInt8(ascii: "*"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
        let shown = FieldText.shown(member, upTo: 60)
        guard isName, pieces.count == 2 else { return "\"\(shown)\" is not a feature with a list" }
        let list = pieces[1]
        if ["*", "self"].contains(list.prefix { $0 != ";" }) { return nil }
        guard list.first == "(", let close = list.firstIndex(of: ")") else {
            return "\"\(shown)\" lacks its parentheses"
        }
        let inner = list[list.index(after: list.startIndex)..<close]
        for item in inner.split(separator: " ") {
            let isQuoted = item.count > 1 && item.first == "\"" && item.last == "\""
            guard isQuoted || ["self", "src", "*"].contains(item) else {
                return "\(FieldText.shown(String(item), upTo: 40)) in \"\(shown)\" lacks its quotes"
            }
        }
        return nil
    }
}

extension BrowserAnswer {
    /// Judges a field that is one structured item (RFC 9651 §3.3): with two lines it is none.
    fileprivate func item(_ name: String, oneOf good: [String]) -> AnswerJudgement {
        let values = values(name)
        guard let value = values.first else { return .breaks("no \(name)") }
        guard values.count == 1 else { return .breaks("\(values.count) fields \(name), which browsers read as none") }
        let item = FieldText.trimmed(value.prefix { $0 != ";" })
        return good.contains(item) ? .holds(FieldText.shown(value)) : .breaks(FieldText.shown("\(name): \(value)"))
    }

    /// Judges the value of a field that is one structured item, where it is sent: a token, and nothing else.
    fileprivate func known(_ name: String, items: [String]) -> AnswerJudgement {
        let values = values(name)
        guard !values.isEmpty else { return .silent }
        let shown = FieldText.shown(values.joined(separator: ", "))
        let members = StructuredFieldList(values.joined(separator: ", "))?.members ?? []
        guard members.count == 1, case .token(let token) = members[0].value, items.contains(token) else {
            return .breaks("\"\(shown)\"")
        }
        return .holds(shown)
    }

    /// Judges the value of a field that is one word, where it is sent.
    fileprivate func known(_ name: String, words: [String]) -> AnswerJudgement {
        let values = values(name)
        guard !values.isEmpty else { return .silent }
        let value = values.joined(separator: ", ")
        let shown = FieldText.shown(value)
        return words.contains(FieldText.trimmed(value).lowercased()) ? .holds(shown) : .breaks("\"\(shown)\"")
    }
}

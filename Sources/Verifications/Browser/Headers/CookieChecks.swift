import HTTPFields
import Scenarios
import VerificationKit

extension HeaderCheck {
    private static let observatorySource = "mdn/mdn-http-observatory src/analyzer/tests/cookies.js"

    /// Cookies.
    static let cookies: [HeaderCheck] = [
        HeaderCheck(
            .cookieSecure, "Secure on every cookie", owasp: .hard, observatory: .hard,
            source: "RFC 6265bis §4.1.2.5; \(observatorySource)", fields: ["Set-Cookie"],
            advice: "Add Secure: without it the cookie goes over plain HTTP too."
        ) { answer, profile in
            answer.judgedCookies { !$0.isSecure && !$0.isIgnored(profile) ? "lacks Secure" : nil }
        },
        HeaderCheck(
            .cookieHTTPOnly, "HttpOnly on cookies of sessions and logins", owasp: .hard, observatory: .hard,
            source: "RFC 6265bis §4.1.2.6; \(observatorySource)", fields: ["Set-Cookie"],
            advice: "Add HttpOnly: without it every script on the page can read the session."
        ) { answer, profile in
            answer.judgedCookies { $0.isSession(profile) && !$0.isHTTPOnly ? "lacks HttpOnly" : nil }
        },
        HeaderCheck(
            .cookieSameSite, "SameSite=Lax or Strict on every cookie", owasp: .advisory, observatory: .advisory,
            source: "RFC 6265bis §4.1.2.7; \(observatorySource)", fields: ["Set-Cookie"],
            advice: "Say SameSite=Lax unless other sites need the cookie: browsers differ in what they do without it."
        ) { answer, _ in
            answer.judgedCookies { $0.sameSiteProblem }
        },
        HeaderCheck(
            .cookieSessionSameSite,
            "SameSite=Lax or Strict on cookies of sessions, logins and anti-forgery tokens; of the observatory's: any "
                + "SameSite on csrf tokens",
            owasp: .hard, observatory: .hard, source: "RFC 6265bis §4.1.2.7; \(observatorySource)",
            fields: ["Set-Cookie"], advice: "Add SameSite=Lax or Strict: else other sites' requests carry the session."
        ) { answer, profile in
            answer.judgedCookies { cookie in
                switch profile {
                case .owasp: cookie.isSession || cookie.isAntiForgery ? cookie.sameSiteProblem : nil
                case .observatory:
                    cookie.label.lowercased().contains("csrf") && cookie.sameSite == nil ? "lacks SameSite" : nil
                }
            }
        },
        HeaderCheck(
            .cookieSameSiteValue, "SameSite is Strict, Lax or None, and None only with Secure", owasp: .hard,
            observatory: .hard, source: "RFC 6265bis §5.6.7, §5.7; \(observatorySource)", fields: ["Set-Cookie"],
            advice: "Browsers take another value as none given, and refuse None without Secure."
        ) { answer, _ in
            answer.judgedCookies { cookie in
                guard let value = cookie.sameSite else { return nil }
                guard ["strict", "lax", "none"].contains(value) else {
                    return "has SameSite=\(FieldText.shown(value, upTo: 20))"
                }
                return value == "none" && !cookie.isSecure ? "has SameSite=None without Secure" : nil
            }
        },
        HeaderCheck(
            .cookiePrefix, "__Host- with Secure, Path=/ and no Domain; __Secure- with Secure", owasp: .hard,
            observatory: .hard, source: "RFC 6265bis §4.1.3", fields: ["Set-Cookie"],
            advice: "Browsers refuse a cookie that breaks its prefix's promise."
        ) { answer, _ in
            answer.judgedCookies { $0.prefixProblem }
        },
        HeaderCheck(
            .cookieDomain, "no Domain on cookies of sessions and logins", owasp: .advisory, observatory: nil,
            source: "RFC 6265bis §4.1.2.3; OWASP Session Management Cheat Sheet", fields: ["Set-Cookie"],
            advice: "Leave Domain out: with it every subdomain gets the session."
        ) { answer, _ in
            answer.judgedCookies { $0.isSession && $0.domain != nil ? "has a Domain" : nil }
        },
        HeaderCheck(
            .cookieCached, "no cookie in an answer that a cache gave or that shared caches may keep", owasp: .hard,
            observatory: .advisory, source: "RFC 9111 §7.3; RFC 6265 §8.6",
            fields: ["Set-Cookie", "Cache-Control", "Age"],
            advice: "One user's cookie goes to all others: add no-store or private, or set no cookie there."
        ) { answer, _ in
            guard answer.isPage else { return .silent }
            guard !answer.cookies.isEmpty else { return .holds("no cookie") }
            if let hit = answer.cacheHit { return .breaks("a cookie with \(hit)") }
            let directives = FieldText.members(answer.values("Cache-Control")).map { $0.lowercased() }
            if directives.contains("no-store") || directives.contains("private") {
                return .holds("not for shared caches")
            }
            let isPublic = directives.contains("public") || directives.contains { $0.hasPrefix("s-maxage") }
            return isPublic ? .breaks("a cookie with Cache-Control: public or s-maxage") : .holds("not marked public")
        },
    ]
}

extension SetCookie {
    /// Whether the name is that of a session or login, by a profile.
    fileprivate func isSession(_ profile: HeaderRule.Profile) -> Bool {
        profile == .owasp
            ? isSession : !isIgnored(profile) && ["login", "sess"].contains { label.lowercased().contains($0) }
    }

    /// A cookie of a platform that its users can't change, which the observatory passes over.
    fileprivate func isIgnored(_ profile: HeaderRule.Profile) -> Bool {
        profile == .observatory && label == "heroku-session-affinity"
    }

    fileprivate var sameSiteProblem: String? {
        guard let sameSite else { return "lacks SameSite" }
        return ["lax", "strict"].contains(sameSite) ? nil : "has SameSite=\(FieldText.shown(sameSite, upTo: 20))"
    }
}

extension BrowserAnswer {
    /// Judges each cookie of an answer; an answer without cookies is as it should be.
    fileprivate func judgedCookies(_ problem: (SetCookie) -> String?) -> AnswerJudgement {
        guard !cookies.isEmpty else { return .holds("no cookie") }
        for cookie in cookies {
            if let problem = problem(cookie) {
                return .breaks("cookie \(FieldText.shown(cookie.label, upTo: 40)) \(problem)")
            }
        }
        return .holds("cookies as they should be")
    }
}

import Measures
import Scenarios
import VerificationKit

extension HeaderCheck {
    private static let field = "Content-Security-Policy"
    private static let observatorySource = "mdn/mdn-http-observatory src/analyzer/tests/csp.js"

    /// What the policy lets in.
    static let policySources: [HeaderCheck] = [
        HeaderCheck(
            .cspScript, "script-src or default-src", owasp: .hard, observatory: .hard,
            source: "CSP3 §6.1.11; \(observatorySource)", fields: [field],
            advice: "Without them scripts come from anywhere: add default-src 'self' or a script-src."
        ) { answer, _ in
            answer.judged(
                { $0.scripts == nil || $0.scriptAttributes == nil ? "neither script-src nor default-src" : nil },
                holds: "scripts are limited")
        },
        HeaderCheck(
            .cspScriptInline,
            "no 'unsafe-inline' for scripts, unless a nonce, a hash or 'strict-dynamic' switches it off",
            owasp: .hard, observatory: .hard, source: "CSP3 §6.7.3.2; \(observatorySource)", fields: [field],
            advice: "Move inline scripts to files, or mark them with a nonce or hash."
        ) { answer, profile in
            answer.judged(
                { policy in
                    let lists = [policy.scripts, policy.scriptAttributes].compactMap { $0 }
                    return lists.contains { $0.allowsInlineScript(profile) } ? "'unsafe-inline' for scripts" : nil
                }, among: { $0.scripts != nil || $0.scriptAttributes != nil },
                holds: "inline scripts need a nonce or hash, or don't run")
        },
        HeaderCheck(
            .cspScriptEval, "no 'unsafe-eval'", owasp: .hard, observatory: .hard,
            source: "CSP3 §4.4; \(observatorySource)", fields: [field],
            advice: "Do without eval, new Function and templates that need them."
        ) { answer, _ in
            answer.judged(
                { policy in
                    let lists = [policy.evaluation, policy.styles].compactMap { $0 }
                    return lists.contains { $0.sources.contains("'unsafe-eval'") } ? "'unsafe-eval'" : nil
                }, among: { $0.evaluation != nil }, holds: "no eval")
        },
        HeaderCheck(
            .cspScriptSources, "scripts from named hosts only: no *, no bare scheme, no top-level domain", owasp: .hard,
            observatory: .hard, source: "CSP3 §6.7.2.8; \(observatorySource)", fields: [field],
            advice: "Name the hosts; data: and blob: run what an attacker writes into a page."
        ) { answer, profile in
            answer.judged(
                { policy in
                    guard let list = policy.scripts else { return nil }
                    // Hosts and schemes don't count where trust is handed on (§8.2).
                    if list.isStrict, list.hasNonceOrHash(profile) { return nil }
                    return list.broad(profile, forScripts: true).first.map { "scripts from \($0)" }
                }, among: { $0.scripts != nil }, holds: "named sources")
        },
        HeaderCheck(
            .cspStrictDynamic, "'strict-dynamic' only with a nonce or hash", owasp: .advisory, observatory: .hard,
            source: "CSP3 §8.2; \(observatorySource)", fields: [field],
            advice: "Alone it lets no script run: add a nonce or hash."
        ) { answer, profile in
            answer.judgedInAll { policy in
                guard let list = policy.scripts, list.isStrict, !list.hasNonceOrHash(profile) else { return nil }
                return "'strict-dynamic' without nonce and hash"
            }
        },
        HeaderCheck(
            .cspStyle, "styles from named sources, without 'unsafe-inline'", owasp: .advisory, observatory: .advisory,
            source: "CSP3 §6.1.14; \(observatorySource)", fields: [field],
            advice: "Move inline styles to files, or mark them with a nonce or hash."
        ) { answer, _ in
            answer.judged(
                { policy in
                    guard let list = policy.styles, let attributes = policy.styleAttributes else {
                        return "neither style-src nor default-src"
                    }
                    if list.allowsInlineStyle || attributes.allowsInlineStyle { return "'unsafe-inline' for styles" }
                    return list.broad.first.map { "styles from \($0)" }
                }, holds: "named sources")
        },
        HeaderCheck(
            .cspObject, "object-src or default-src that is not broad", owasp: .hard, observatory: .hard,
            source: "CSP3 §6.1.9; OWASP/www-project-secure-headers ci/headers_add.json", fields: [field],
            advice: "Add object-src 'none'."
        ) { answer, profile in
            answer.judged(
                { $0.objects.limit("plugins", "neither object-src nor default-src", profile) }, holds: "limited")
        },
        HeaderCheck(
            .cspBase, "base-uri that is not broad", owasp: .advisory, observatory: .advisory,
            source: "CSP3 §6.3.1: default-src says nothing of it; \(observatorySource)", fields: [field],
            advice: "Add base-uri 'none' or 'self': else an injected <base> moves every relative script."
        ) { answer, _ in
            answer.judged({ $0.sources("base-uri").limit("base-uri", "no base-uri") }, holds: "limited")
        },
        HeaderCheck(
            .cspForm, "form-action that is not broad", owasp: .hard, observatory: .advisory,
            source: "CSP3 §6.4.1; OWASP/www-project-secure-headers ci/headers_add.json", fields: [field],
            advice: "Add form-action 'self' or 'none': default-src says nothing of it."
        ) { answer, _ in
            answer.judged({ $0.sources("form-action").limit("forms", "no form-action") }, holds: "limited")
        },
        HeaderCheck(
            .cspFrameAncestors, "frame-ancestors that is not broad, on pages and JSON", owasp: .hard,
            observatory: .advisory,
            source: "CSP3 §6.4.2; OWASP REST Security Cheat Sheet, Security Headers", fields: [field],
            advice: "Add frame-ancestors 'none' or 'self': default-src says nothing of it."
        ) { answer, _ in
            guard answer.isPage, [.document, .json].contains(answer.content), !answer.policies.isEmpty else {
                return .silent
            }
            let problems = answer.policies.map { $0.sources("frame-ancestors").limit("frames", "no frame-ancestors") }
            return problems.contains { $0 == nil } ? .holds("limited") : .breaks(problems.compactMap { $0 }.first ?? "")
        },
        HeaderCheck(
            .cspInsecureActive, "over HTTPS, no http: or ftp: sources for scripts and other active content",
            owasp: .hard, observatory: .hard, source: "Mixed Content §3.2; \(observatorySource)", fields: [field],
            advice: "Name the sources with https://."
        ) { answer, profile in
            insecure(answer, profile) { !passive.contains($0) }
        },
        HeaderCheck(
            .cspInsecurePassive, "over HTTPS, no http: or ftp: sources for images and media", owasp: .advisory,
            observatory: .advisory, source: "Mixed Content §3.1; \(observatorySource)", fields: [field],
            advice: "Name the sources with https://."
        ) { answer, profile in
            insecure(answer, profile) { passive.contains($0) }
        },
    ]

    private static let passive: Set<String> = ["img-src", "media-src"]

    private static func insecure(
        _ answer: BrowserAnswer, _ profile: HeaderRule.Profile, _ counts: (String) -> Bool
    ) -> AnswerJudgement {
        guard answer.content == .document, answer.exchange.planned.isSecure else { return .silent }
        return answer.judgedInAll { policy in
            for name in policy.directives.keys.sorted() where counts(name) {
                if let source = policy.sources(name)?.insecure(profile).first {
                    return FieldText.shown("\(name) \(source)", upTo: 80)
                }
            }
            return nil
        }
    }
}

extension SourceList? {
    /// What is wrong with sources that must be limited; nil: nothing.
    fileprivate func limit(_ what: String, _ absent: String, _ profile: HeaderRule.Profile = .owasp) -> String? {
        guard let self else { return absent }
        return self.broad(profile).first.map { "\(what) from \(FieldText.shown($0, upTo: 60))" }
    }
}

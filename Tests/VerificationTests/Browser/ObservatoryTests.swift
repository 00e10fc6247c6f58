import Measures
import Scenarios
import Testing

@testable import BrowserVerification

/// What passes with the profile `observatory`, and what doesn't, of one page's fields. The cases stand for the classes of the
/// tests that the HTTP observatory publishes (mdn/mdn-http-observatory, `test/`), as far as they are about header fields.
@Suite("Profile observatory")
struct ObservatoryTests {
    /// The hard checks that fail, of those whose labels begin so.
    private func failed(_ beginnings: [String], _ fields: String) -> [String] {
        var rule = HeaderRule(requests: [])
        rule.profile = .observatory
        let answer = BrowserFixtures.answer(fields)
        return HeaderCheck.all.filter { check in
            check.severity(rule) == .hard && beginnings.contains { check.name.rawValue.hasPrefix($0) }
                && check.judge([answer], .observatory).contains {
                    if case .breaks = $0.judgement { true } else { false }
                }
        }.map(\.name.rawValue)
    }

    private static let nonce = "'nonce-b2theW9yYmF5'"

    @Test(
        "of Content-Security-Policy: where scripts, plugins and active content come from decides",
        arguments: [
            // None, unreadable, or said twice.
            ("", false), (" ", false), ("defau", false), ("default-src 'none'; default-src 'none'", false),
            ("default-src 'none'; font-src 'self'; default-src 'self'", false), ("frame-ancestor 'none'", false),
            ("upgrade-insecure-requests", false), ("default-src 'none'; script-src 'strict-dynamic'", false),
            // Scripts and plugins from anywhere.
            ("script-src 'unsafe-inline'", false), ("default-src 'UNSAFE-INLINE'", false), ("script-src data:", false),
            ("default-src 'none'; script-src http:", false), ("script-src ftp:", false), ("script-src https:", false),
            ("default-src https://paintbox.example https:", false), ("default-src 'none'; script-src *", false),
            ("default-src 'none'; script-src https://*", false), ("default-src 'none'; script-src http://*.*", false),
            ("default-src *; script-src *; object-src 'none'", false),
            ("default-src 'none'; script-src 'self'; object-src *", false),
            ("object-src https:; script-src 'none'", false),
            // Without object-src and default-src plugins come from anywhere.
            ("script-src 'none'", false), ("script-src 'self'; style-src 'self'", false),
            ("default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'", false),
            ("default-src 'none'; script-src 'unsafe-eval'", false),
            ("default-src 'self'; style-src 'unsafe-eval'", false),
            // Plain HTTP for active content.
            ("default-src http://paintbox.example", false),
            ("default-src 'none'; script-src http://paintbox.example", false),
            ("default-src 'none'; connect-src ftp://paintbox.example", false),
            // For images and media it passes.
            ("default-src 'none'; img-src http://paintbox.example", true),
            ("default-src 'self'; img-src http: https:", true),
            ("default-src 'self'; media-src ftp:; style-src 'unsafe-inline'", true),
            // Styles are a matter of advice.
            ("object-src 'none'; script-src 'none'; style-src 'unsafe-inline'", true),
            ("default-src 'none'; style-src *", true),
            ("default-src 'unsafe-inline'; script-src https://paintbox.example", true),
            ("default-src 'none'; style-src data:", true), ("default-src 'none'; style-src https:", true),
            // base-uri, form-action and frame-ancestors are extras.
            ("default-src https://paintbox.example", true), ("default-src 'none'", true), ("default-src", true),
            ("default-src 'self';;; ;;;script-src 'none'", true),
            ("default-src 'none'; base-uri *; form-action *", true),
            ("default-src 'none'; frame-ancestors *", true),
            ("default-src 'none'; object-src https://paintbox.example", true),
            ("default-src 'self'; connect-src ws://paintbox.example", true),
            ("default-src 'self'; script-src blob:", true),
            // Nonces, hashes, strict-dynamic.
            ("object-src 'none'; style-src 'none'; script-src 'unsafe-inline' \(nonce)", true),
            ("default-src 'none'; script-src 'strict-dynamic' \(nonce) https://* 'unsafe-inline'", true),
            ("default-src 'none'; script-src 'strict-dynamic' 'sha256-cGFpbnRib3g='", true),
            ("object-src 'none'; script-src 'unsafe-inline' 'sha256-cGFpbnRib3g=''sha256-Ym94cGFpbnQ='", true),
            ("default-src 'self'; style-src 'unsafe-inline' 'sha384-cGFpbnRib3g='", true),
            // Several policies hold together.
            ("default-src 'none'; script-src 'self', default-src 'none'; script-src 'self'", true),
            ("default-src 'self'; script-src 'self' 'unsafe-inline', default-src 'none'", true),
        ])
    func contentPolicy(policy: String, passes: Bool) {
        let failed = failed(["csp"], policy.isEmpty ? "X: y" : "Content-Security-Policy: \(policy)")
        #expect(failed.isEmpty == passes, "\(policy): \(failed)")
    }

    @Test("of a policy that is only reported")
    func reported() {
        #expect(failed(["csp"], "Content-Security-Policy-Report-Only: default-src 'none'") == ["csp"])
    }

    @Test(
        "of cookies: Secure, HttpOnly on sessions, SameSite on csrf tokens",
        arguments: [
            ("X: y", true), ("Set-Cookie: SESSID=x; Secure; HttpOnly", true), ("Set-Cookie: lang=de; Secure", true),
            ("Set-Cookie: heroku-session-affinity=x", true),
            ("Set-Cookie: sess=x; Secure; HttpOnly; SameSite=None", true),
            ("Set-Cookie: token=x; Secure", true), ("Set-Cookie: csrf=x; Secure; SameSite=None", true),
            ("Set-Cookie: CsrfToken=x; Secure; HttpOnly", false), ("Set-Cookie: a=x; Secure; SameSite=", false),
            ("Set-Cookie: a=x; Secure; SameSite=True", false), ("Set-Cookie: a=x; SameSite=None", false),
            ("Set-Cookie: lang=de", false), ("Set-Cookie: lang=de\nStrict-Transport-Security: max-age=15768000", false),
            ("Set-Cookie: SESSID=x; Secure", false), ("Set-Cookie: login=x; HttpOnly", false),
            ("Set-Cookie: a=x; Secure\nSet-Cookie: b=x", false),
        ])
    func cookies(fields: String, passes: Bool) {
        let failed = failed(["cookie"], fields)
        #expect(failed.isEmpty == passes, "\(fields): \(failed)")
    }

    @Test(
        "of frames, types, referrers, HTTPS and isolation",
        arguments: [
            ("frame_", "X: y", false), ("frame_", "X-Frame-Options: x", false),
            ("frame_", "X-Frame-Options: DENY", true),
            ("frame_", "X-Frame-Options: sameorigin", true),
            ("frame_", "X-Frame-Options: SAMEORIGIN, SAMEORIGIN", false),
            ("frame_", "X-Frame-Options: ALLOW-FROM https://paintbox.example", true),
            (
                "frame_", "X-Frame-Options: DENY\nContent-Security-Policy: frame-ancestors https://paintbox.example",
                true
            ),
            ("content_type_options", "X: y", false), ("content_type_options", "X-Content-Type-Options: sniff", false),
            ("content_type_options", "X-Content-Type-Options: nosniff, nosniff", false),
            ("content_type_options", "X-Content-Type-Options: nosniff ", true),
            ("referrer_policy", "X: y", true), ("referrer_policy", "Referrer-Policy: No-Referrer", true),
            ("referrer_policy", "Referrer-Policy: x", false), ("referrer_policy", "Referrer-Policy: unsafe-url", false),
            ("referrer_policy", "Referrer-Policy: origin, no-referrer, unsafe-url", false),
            ("referrer_policy", "Referrer-Policy: no-referrer, x", true),
            ("referrer_policy", "Referrer-Policy: origin", false),
            ("hsts", "X: y", false), ("hsts", "Strict-Transport-Security: includeSubDomains; preload", false),
            ("hsts", "Strict-Transport-Security: max-age=15552000", true),
            ("hsts", "Strict-Transport-Security: max-age=86400", false),
            ("hsts", "Strict-Transport-Security: max-age=15768000; includeSubDomains; preload", true),
            ("hsts", "Strict-Transport-Security: max-age=15768000, max-age=15768000", false),
            ("opener_policy", "X: y", true), ("opener_policy", "Cross-Origin-Opener-Policy: x", false),
            ("opener_policy", "Cross-Origin-Opener-Policy: unsafe-none", true),
            ("embedder_policy", "X: y", true),
            ("embedder_policy", "Cross-Origin-Embedder-Policy: \"require-corp\"", false),
            ("embedder_policy", "Cross-Origin-Embedder-Policy: credentialless; report-to=\"a\"", true),
            ("resource_policy", "X: y", true), ("resource_policy", "Cross-Origin-Resource-Policy: x", false),
            ("resource_policy", "Cross-Origin-Resource-Policy: cross-origin", true),
        ])
    func others(check: String, fields: String, passes: Bool) {
        let failed = failed([check], fields)
        #expect(failed.isEmpty == passes, "\(fields): \(failed)")
    }
}

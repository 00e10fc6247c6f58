import Scenarios

@testable import BrowserVerification

/// For each check of `headers:` answers that hold and answers that fail.
enum HeaderExamples {
    struct Example {
        var holds: [[BrowserAnswer]]
        var breaks: [[BrowserAnswer]]

        init(_ holds: [[BrowserAnswer]], breaks: [[BrowserAnswer]]) {
            self.holds = holds
            self.breaks = breaks
        }
    }

    /// Answers with one field each.
    private static func each(_ name: String, _ holds: [String], breaks: [String]) -> Example {
        func answers(_ values: [String]) -> [[BrowserAnswer]] {
            values.map { value in
                [BrowserFixtures.answer("Content-Type: text/html\n" + (value == "-" ? "" : "\(name): \(value)"))]
            }
        }
        return Example(answers(holds), breaks: answers(breaks))
    }

    private static func csp(_ holds: String..., breaks: [String]) -> Example {
        each("Content-Security-Policy", holds, breaks: breaks)
    }

    private static func hsts(_ holds: String..., breaks: [String]) -> Example {
        each("Strict-Transport-Security", holds, breaks: breaks)
    }

    private static func cookie(_ holds: String..., breaks: [String]) -> Example {
        each("Set-Cookie", holds + ["-"], breaks: breaks)
    }

    private static func fields(_ holds: String..., breaks: [String]) -> Example {
        Example(
            holds.map { [BrowserFixtures.answer($0)] }, breaks: breaks.map { [BrowserFixtures.answer($0)] })
    }

    private static func upgrade(_ status: Int, _ location: String) -> [BrowserAnswer] {
        [
            BrowserFixtures.answer(
                location.isEmpty ? "" : "Location: \(location)", status: status, isSecure: false, for: .upgrade)
        ]
    }

    private static func cached(_ first: String, then second: String) -> [BrowserAnswer] {
        [BrowserFixtures.answer(first), BrowserFixtures.answer(second, for: .again(0))]
    }

    private static let nonce = "'nonce-bWFrZSBlYWNoIG5vbmNlIQ=='"
    private static let hash = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"

    static let all: [HeaderCheckName: Example] = transport.merging(policy) { one, _ in one }
        .merging(documents) { one, _ in one }.merging(rest) { one, _ in one }

    private static let transport: [HeaderCheckName: Example] = [
        .hsts: hsts("max-age=1", breaks: ["-"]),
        .hstsSingle: fields(
            "Strict-Transport-Security: max-age=1",
            breaks: [
                "Strict-Transport-Security: max-age=1\nStrict-Transport-Security: max-age=2",
                "Strict-Transport-Security: max-age=1, max-age=2",
            ]),
        .hstsSyntax: hsts(
            "max-age=1", "MAX-AGE=\"31536000\" ; includeSubDomains;", "max-age=1; unknown=2", "max-age=1 ;; preload",
            breaks: [
                "includeSubDomains", "max-age=", "max-age=-1", "max-age=1; max-age=1", "max-age=1.5",
                "max-age=1 includeSubDomains",
                "max-age=1; includeSubDomains=yes", "max-age=1; foo bar",
            ]),
        .hstsMaxAge: hsts(
            "max-age=63072000", "max-age=99999999999999999999999999",
            breaks: ["max-age=63071999", "max-age=0", "max-age=x", "includeSubDomains"]),
        .hstsSubdomains: hsts("max-age=1; IncludeSubdomains", breaks: ["max-age=1", "max-age=1; xincludeSubDomains"]),
        .hstsPreload: hsts(
            "max-age=31536000; includeSubDomains; preload", "max-age=1",
            breaks: ["max-age=31536000; preload", "max-age=31535999; includeSubDomains; preload"]),
        .httpsRedirect: Example(
            [
                upgrade(301, "https://paintbox.example/"), upgrade(308, "https://PAINTBOX.example/x?y#z"),
                upgrade(0, ""),
            ],
            breaks: [
                upgrade(200, ""), upgrade(301, "http://www.paintbox.example/"), upgrade(301, "https://other.example/"),
                upgrade(302, "/login"), upgrade(301, ""), upgrade(404, ""),
                upgrade(301, "https://paintbox.example.evil.example/"),
                upgrade(301, "https://paintbox.example@evil.example/"),
            ]),
    ]

    private static let policy: [HeaderCheckName: Example] = [
        .csp: fields(
            "Content-Security-Policy: default-src 'self'",
            breaks: [
                "", "Content-Security-Policy-Report-Only: default-src 'self'", "Content-Security-Policy:",
                "Content-Security-Policy: ;,",
            ]),
        .cspSyntax: csp(
            "default-src 'self' https://a.example \(nonce)", "DEFAULT-SRC 'Self'", "img-src 'none'; report-uri /csp",
            breaks: [
                "script-scr 'self'", "default-src self", "default-src 'slef'", "default-src none",
                "script-src nonce-abc",
                "script-src 'nonce-'", "default-src 'none' https://a.example", "script-src ‘self’",
                "script-src 'sha256-###'",
            ]),
        .cspDuplicates: csp(
            "default-src 'self'; script-src 'self'", "report-uri /a; report-uri /b; img-src *",
            "default-src 'self', default-src 'none'",
            breaks: ["script-src 'self'; img-src *; SCRIPT-SRC *"]),
        .cspDefault: csp(
            "default-src 'none'", "default-src 'self' https://a.example",
            breaks: ["script-src 'self'", "default-src *", "default-src https:"]),
        .cspScript: csp(
            "default-src 'self'", "script-src 'self'", "script-src-elem 'self'; script-src-attr 'none'",
            breaks: ["img-src 'self'", "script-src-elem 'self'"]),
        .cspScriptInline: csp(
            "script-src 'self'", "script-src 'unsafe-inline' \(nonce)", "script-src 'unsafe-inline' \(hash)",
            "script-src 'unsafe-inline' 'strict-dynamic'", "default-src 'unsafe-inline'; script-src 'self'",
            "script-src 'unsafe-inline', script-src 'self'",
            breaks: [
                "script-src 'unsafe-inline'", "default-src 'UNSAFE-INLINE'",
                "script-src 'self'; script-src-attr 'unsafe-inline'",
                "script-src 'self'; script-src-elem 'unsafe-inline'", "script-src 'unsafe-inline' 'nonce-",
                "frame-ancestors 'none', script-src 'unsafe-inline'", "script-src 'unsafe-inline' 'nonce-'",
                "script-src 'unsafe-inline' 'sha256-'", "script-src 'unsafe-inline' 'nonce-a b'",
            ]),
        .cspScriptEval: csp(
            "script-src 'self'", "script-src 'wasm-unsafe-eval'",
            "default-src 'unsafe-eval'; script-src 'self'; style-src 'self'",
            breaks: [
                "script-src 'unsafe-eval' \(nonce)", "default-src 'unsafe-eval'",
                "script-src 'self'; style-src 'unsafe-eval'",
            ]),
        .cspScriptSources: csp(
            "script-src 'self' https://cdn.a.example *.a.example", "script-src https: \(nonce) 'strict-dynamic'",
            "script-src 'none'", "default-src *; script-src 'self'",
            breaks: [
                "script-src *", "script-src https:", "default-src http:", "script-src data:", "script-src 'self' blob:",
                "script-src https://*", "script-src https://*:443", "script-src *.com", "script-src https://*.com/js/",
                "script-src https: 'strict-dynamic'",
            ]),
        .cspStrictDynamic: csp(
            "script-src 'strict-dynamic' \(nonce)", "script-src 'self'", breaks: ["script-src 'strict-dynamic' 'self'"]),
        .cspNonce: csp(
            "script-src \(nonce)", "script-src 'self'",
            breaks: ["script-src 'nonce-YWJj'", "style-src 'nonce-MDEyMzQ1Njc4OQ=='"]),
        .cspNonceUnique: Example(
            [
                [
                    BrowserFixtures.answer("Content-Security-Policy: script-src 'nonce-YWFhYWFhYWFhYWFhYWFhYQ=='"),
                    BrowserFixtures.answer("Content-Security-Policy: script-src 'nonce-YmJiYmJiYmJiYmJiYmJiYg=='"),
                ],
                [BrowserFixtures.answer("")],
            ],
            breaks: [
                [
                    BrowserFixtures.answer("Content-Security-Policy: script-src \(nonce)"),
                    BrowserFixtures.answer("Content-Security-Policy: style-src \(nonce)"),
                ]
            ]),
        .cspStyle: csp(
            "style-src 'self'", "default-src 'self'", "style-src 'unsafe-inline' \(nonce)",
            breaks: [
                "style-src 'unsafe-inline'", "script-src 'self'", "style-src https:",
                "style-src 'unsafe-inline' 'strict-dynamic'",
            ]),
        .cspObject: csp(
            "object-src 'none'", "default-src 'self'",
            breaks: ["script-src 'self'", "object-src *", "default-src https:"]),
        .cspBase: csp("base-uri 'none'", "base-uri 'self'", breaks: ["default-src 'none'", "base-uri *"]),
        .cspForm: csp("form-action 'self'", breaks: ["default-src 'none'", "form-action https:"]),
        .cspFrameAncestors: Example(
            [
                [BrowserFixtures.answer("Content-Security-Policy: frame-ancestors 'none'")],
                [
                    BrowserFixtures.answer(
                        "Content-Type: application/json\nContent-Security-Policy: frame-ancestors 'self'")
                ],
            ],
            breaks: [
                [BrowserFixtures.answer("Content-Security-Policy: default-src 'none'")],
                [BrowserFixtures.answer("Content-Security-Policy: frame-ancestors https:")],
                [
                    BrowserFixtures.answer(
                        "Content-Type: application/problem+json\nContent-Security-Policy: default-src 'none'")
                ],
            ]),
        .cspInsecureActive: csp(
            "script-src https://a.example", "img-src http://a.example",
            breaks: [
                "script-src http://a.example", "connect-src 'self' ftp://a.example", "connect-src ws://a.example",
                "default-src http:",
            ]),
        .cspInsecurePassive: csp(
            "img-src https:", "script-src http://a.example", breaks: ["img-src http://a.example", "media-src http:"]),
        .cspUpgrade: csp("upgrade-insecure-requests", breaks: ["default-src 'self'"]),
        .cspLegacy: fields(
            "", breaks: ["X-Content-Security-Policy: default-src 'self'", "X-WebKit-CSP: default-src 'self'"]),
    ]

    private static let documents: [HeaderCheckName: Example] = [
        .contentTypeOptions: each(
            "X-Content-Type-Options",
            ["nosniff", "NoSniff", "nosniff\nX-Content-Type-Options: nosniff"],
            breaks: ["-", "no-sniff", "foo, nosniff", "nosniff, nosniff", "nosniff, foo"]),
        .contentType: fields(
            "Content-Type: text/html",
            breaks: ["", "Content-Type: html", "Content-Type: /", "Content-Type: text/ht ml"]),
        .contentTypeCharset: fields(
            "Content-Type: text/html; charset=utf-8", "Content-Type: text/html;Charset=\"UTF-8\"",
            breaks: ["Content-Type: text/html", "Content-Type: text/plain; charset="]),
        .contentTypeMatches: Example(
            [
                [BrowserFixtures.answer("Content-Type: text/html", body: "<!doctype html>")],
                [BrowserFixtures.answer("Content-Type: application/json", body: " {\"a\":1}")],
            ],
            breaks: [
                [BrowserFixtures.answer("Content-Type: text/html", body: "\n {\"a\":1}")],
                [BrowserFixtures.answer("Content-Type: text/html", body: "[]")],
                [BrowserFixtures.answer("Content-Type: application/json", body: "<html>")],
            ]),
        .frameProtection: fields(
            "X-Frame-Options: deny", "X-Frame-Options: SAMEORIGIN", "Content-Security-Policy: frame-ancestors 'self'",
            breaks: [
                "", "X-Frame-Options: ALLOWALL", "X-Frame-Options: ALLOW-FROM https://a.example",
                "Content-Security-Policy: frame-ancestors *\nX-Frame-Options: DENY",
                "Content-Security-Policy: default-src 'none'",
            ]),
        .frameOptionsValue: fields(
            "X-Frame-Options: DENY",
            breaks: ["X-Frame-Options: ALLOW-FROM https://a.example", "X-Frame-Options:", "X-Frame-Options: DENY, foo"]),
        .frameOptionsConflict: fields(
            "X-Frame-Options: DENY", "X-Frame-Options: DENY\nX-Frame-Options: deny",
            breaks: ["X-Frame-Options: DENY\nX-Frame-Options: SAMEORIGIN", "X-Frame-Options: DENY, SAMEORIGIN"]),
        .referrerPolicy: each("Referrer-Policy", ["no-referrer", "x"], breaks: ["-"]),
        .referrerPolicyValue: each(
            "Referrer-Policy", ["no-referrer", "unsafe-url, Strict-Origin", "strict-origin-when-cross-origin, x"],
            breaks: [
                "unsafe-url", "origin", "no-referrer, no-referrer-when-downgrade", "never", "origin-when-cross-origin",
            ]),
        .openerPolicy: each(
            "Cross-Origin-Opener-Policy", ["same-origin", "same-origin-allow-popups; report-to=\"a\""],
            breaks: ["-", "unsafe-none", "Same-Origin", "same-origin\nCross-Origin-Opener-Policy: same-origin"]),
        .embedderPolicy: each(
            "Cross-Origin-Embedder-Policy", ["require-corp", "credentialless"], breaks: ["-", "unsafe-none"]),
        .resourcePolicy: each(
            "Cross-Origin-Resource-Policy", ["same-origin", "same-site"], breaks: ["-", "cross-origin", "x"]),
        .openerPolicyValue: each(
            "Cross-Origin-Opener-Policy",
            ["same-origin", "unsafe-none", "same-origin; report-to=\"a\"", "same-origin; report-to"],
            breaks: [
                "x", "\"same-origin\"", "Same-Origin", "same-origin; report-to=a b", "",
                "same-origin\nCross-Origin-Opener-Policy: same-origin",
            ]),
        .embedderPolicyValue: each(
            "Cross-Origin-Embedder-Policy", ["require-corp", "credentialless; report-to=\"a\"", "unsafe-none"],
            breaks: [
                "x", "\"require-corp\"", "REQUIRE-CORP", "require-corp\nCross-Origin-Embedder-Policy: unsafe-none",
            ]),
        .resourcePolicyValue: each(
            "Cross-Origin-Resource-Policy", ["same-origin", "Same-Site", "cross-origin"],
            breaks: ["x", "same-origin\nCross-Origin-Resource-Policy: cross-origin"]),
        .permissionsPolicy: each("Permissions-Policy", ["camera=()"], breaks: ["-"]),
        .permissionsPolicySyntax: each(
            "Permissions-Policy", ["camera=(), geolocation=(self \"https://a.example\"), fullscreen=*, usb=self"],
            breaks: [
                "camera 'none'", "camera=none", "camera=(self https://a.example)", "camera=('self')", "Camera=()",
                "camera=(self",
            ]),
        .crossDomainPolicies: each("X-Permitted-Cross-Domain-Policies", ["none"], breaks: ["-", "all"]),
        .cacheControl: fields(
            "Content-Type: application/json\nCache-Control: private, No-Store",
            breaks: ["Content-Type: application/json", "Content-Type: application/json\nCache-Control: max-age=60"]),
    ]

    private static let rest: [HeaderCheckName: Example] = [
        .cookieSecure: cookie("a=b; secure", breaks: ["a=b", "a=secure; HttpOnly", "a=b; Secured"]),
        .cookieHTTPOnly: cookie(
            "session=1; httponly", "theme=dark", "author=1", "csrf_session=1",
            breaks: ["session=1; Secure", "JSESSIONID=1", "sid=1", "login_token=1", "auth=1"]),
        .cookieSameSite: cookie(
            "a=b; SameSite=Lax", "a=b; samesite=STRICT", breaks: ["a=b", "a=b; SameSite=None; Secure", "a=b; SameSite"]),
        .cookieSessionSameSite: cookie(
            "sid=1; SameSite=Strict", "theme=dark",
            breaks: ["sid=1", "XSRF-TOKEN=1", "PHPSESSID=1; SameSite=None; Secure"]),
        .cookieSameSiteValue: cookie(
            "a=b", "a=b; SameSite=None; Secure", "a=b; SameSite=Lax",
            breaks: ["a=b; SameSite=Laks", "a=b; SameSite=None", "a=b; SameSite=", "a=b; SameSite=True"]),
        .cookiePrefix: cookie(
            "__Host-a=b; Secure; Path=/", "__Secure-a=b; Secure", "a=b",
            breaks: [
                "__Host-a=b; Path=/", "__Host-a=b; Secure", "__host-a=b; Secure; Path=/app", "__Secure-a=b",
                "__Host-a=b; Secure; Path=/; Domain=paintbox.example",
            ]),
        .cookieDomain: cookie("sid=1", "theme=1; Domain=paintbox.example", breaks: ["sid=1; Domain=paintbox.example"]),
        .cookieCached: fields(
            "", "Set-Cookie: a=b\nCache-Control: private", "Set-Cookie: a=b\nCache-Control: public, no-store",
            "Set-Cookie: a=b",
            breaks: [
                "Set-Cookie: a=b\nAge: 3", "Set-Cookie: a=b\nCF-Cache-Status: HIT",
                "Set-Cookie: a=b\nCache-Control: public, max-age=5",
                "Set-Cookie: a=b\nCache-Control: s-maxage=5", "Set-Cookie: a=b\nCache-Status: edge; hit; ttl=3",
            ]),
        .serverVersion: fields(
            "", "Server: cloudflare", "Server: AmazonS3", breaks: ["Server: nginx/1.22.1", "Server: Apache/2"]),
        .poweredBy: fields("", breaks: ["X-Powered-By: Express", "x-aspnet-version: 4.0", "X-Generator: Drupal"]),
        .internalNames: fields("", breaks: ["X-Varnish-Backend: web1", "X-B3-TraceId: 80f198ee56343ba8"]),
        .sourceMap: fields("", breaks: ["SourceMap: /a.js.map", "X-SourceMap: /a.js.map"]),
        .errorDetails: Example(
            [
                [BrowserFixtures.answer("", status: 500, body: "Something went wrong")],
                [BrowserFixtures.answer("", status: 404, body: "nginx")],
            ],
            breaks: [
                [BrowserFixtures.answer("", status: 404, body: "<center>nginx/1.22.1</center>")],
                [BrowserFixtures.answer("", status: 500, body: "Traceback (most recent call last):")],
                [BrowserFixtures.answer("", status: 500, body: "at /app/node_modules/express/lib/router.js:1")],
            ]),
        .trace: Example(
            [[BrowserFixtures.answer("", status: 405, method: "TRACE")]],
            breaks: [[BrowserFixtures.answer("Content-Type: message/http", method: "TRACE", body: "TRACE / HTTP/1.1")]]),
        .xssProtection: each("X-XSS-Protection", ["-", "0"], breaks: ["1; mode=block", "1"]),
        .obsoleteFields: fields(
            "", breaks: ["Public-Key-Pins: pin-sha256=\"x\"", "Expect-CT: max-age=1", "Feature-Policy: camera 'none'"]),
        .conflictingFields: fields(
            "Content-Type: text/html", "X-Content-Type-Options: nosniff\nX-Content-Type-Options: NOSNIFF",
            breaks: [
                "Cross-Origin-Opener-Policy: same-origin\nCross-Origin-Opener-Policy: unsafe-none",
                "Content-Type: text/html\nContent-Type: application/json",
            ]),
        .cachedFields: Example(
            [
                cached("X-Frame-Options: DENY", then: "X-Frame-Options: DENY\nAge: 1"),
                cached("", then: "X-Cache: HIT from edge"),
            ],
            breaks: [
                cached("X-Frame-Options: DENY", then: "Age: 1"),
                cached("", then: "Strict-Transport-Security: max-age=1\nCF-Cache-Status: REVALIDATED"),
            ]),
    ]
}

import Testing

@testable import BrowserVerification
@testable import Scenarios

/// `headers:` and `cors:` of `verify:`.
@Suite("Reading headers and cors")
struct BrowserRuleTests {
    private func found(_ entry: String) -> [String] {
        problems(minimal("verify:\n  - \(entry)")).map { String($0.dropFirst("s.yaml:".count)) }
    }

    private func rule(_ entry: String) throws -> any VerificationRule {
        try #require(try read(minimal("verify:\n  - \(entry)")).verifications.first).rule
    }

    @Test("All of headers is read")
    func headers() throws {
        let entry = """
            headers:
                  name: site
                  paths: [/, /api]
                  profile: observatory
                  cover: [success, rate_limited, server_error, redirect]
                  rate_limited: {get: /api, headers: {X-API-Key: check}, times: 300}
                  server_error: {post: /broken, json: {a: 1}, timeout: 3s}
                  redirect: /old
                  upgrade: http://paintbox.example/
                  demand: [csp_style]
                  allow: {csp_form: forms go to the bank}
            """
        guard let rule = try rule(entry) as? HeaderRule else {
            Issue.record("no headers")
            return
        }
        #expect(rule.requests.map(\.url) == [Text("/"), Text("/api")])
        #expect(rule.profile == .observatory)
        #expect(rule.coverage.kinds == [.success, .rateLimited, .serverError, .redirect])
        #expect(rule.coverage.provocations[.rateLimited]?.times == 300)
        #expect(rule.coverage.provocations[.rateLimited]?.request.headers.map(\.name) == ["X-API-Key"])
        #expect(rule.coverage.provocations[.serverError]?.request.method == .post)
        #expect(rule.coverage.provocations[.serverError]?.request.timeout == .seconds(3))
        #expect(rule.coverage.provocations[.redirect]?.request.url == Text("/old"))
        #expect(rule.upgrade?.url == Text("http://paintbox.example/"))
        #expect(rule.demanded == [.cspStyle])
        #expect(rule.waived == [.cspForm: "forms go to the bank"])
    }

    @Test("Without cover the usual kinds are looked at, and those with a request of their own")
    func coverage() throws {
        let rule = try #require(try rule("headers: {paths: [/], redirect: /old}") as? HeaderRule)
        #expect(rule.coverage.asked == nil)
        #expect(rule.coverage.kinds == [.success, .notFound, .methodNotAllowed, .redirect, .cached])
    }

    @Test("All of cors is read")
    func cors() throws {
        let entry = """
            cors:
                  request: {put: /api, headers: {X-A: b}, json: {}}
                  allow: [https://app.example, "https://*.app.example"]
                  deny: [https://old.example]
                  methods: [PUT]
                  headers: [Content-Type]
                  credentials: true
                  expose: [X-Total]
                  max_age: 10m
                  not_found: /api/none
                  waive: {preflight_max_age: set elsewhere}
            """
        guard let rule = try rule(entry) as? CORSRule else {
            Issue.record("no cors")
            return
        }
        #expect(rule.request.method == .put)
        #expect(rule.allow.map(\.text) == ["https://app.example", "https://*.app.example"])
        #expect(rule.deny == ["https://old.example"])
        #expect(rule.methods == ["PUT"])
        #expect(rule.headers == ["Content-Type"])
        #expect(rule.credentials == true)
        #expect(rule.expose == ["X-Total"])
        #expect(rule.maxAge == .seconds(600))
        #expect(rule.coverage.provocations[.notFound]?.request.url == Text("/api/none"))
        #expect(rule.waived == [.preflightMaxAge: "set elsewhere"])
        let open = try #require(try self.rule("cors: {path: /a, allow: [\"*\"]}") as? CORSRule)
        #expect(open.allowsAll)
        #expect(open.allow.isEmpty)
    }

    @Test(
        "What is wrong is told with its place",
        arguments: [
            ("headers: {}", ["6:14: missing key \"paths\""]),
            ("headers: {paths: []}", ["6:22: expected at least one path"]),
            (
                "headers: {paths: [/], profile: owsap}",
                ["6:36: expected owasp or observatory, found \"owsap\" (did you mean \"owasp\"?)"]
            ),
            (
                "headers: {paths: [/], allow: {hstss: x}}",
                ["6:35: no check is called \"hstss\" (did you mean \"hsts\"?)"]
            ),
            (
                "headers: {paths: [/], allow: {hsts: }}",
                ["6:41: expected the reason why the check does not count, found nothing"]
            ),
            (
                "headers: {paths: [/], demand: [hsts, hsts], allow: {hsts: x}}",
                [
                    "6:42: \"hsts\" occurs more than once",
                    "6:49: \"hsts\" can't be both demanded and allowed to fail",
                ]
            ),
            (
                "headers: {paths: [/], cover: [success], redirect: /old}",
                ["6:45: cover does not ask for redirect"]
            ),
            (
                "headers: {paths: [/], cover: [rate_limited]}",
                ["6:34: to cover rate_limited, say what is limited: rate_limited: {get: /api, times: 150}"]
            ),
            (
                "headers: {paths: [/], upgrade: https://a.example/}",
                ["6:36: expected a whole http:// URL: what must lead to HTTPS is plain HTTP"]
            ),
            (
                "headers: {paths: [/], rate_limited: {get: /, times: 10001}}",
                ["6:57: expected a whole number from 1 to 10000, found \"10001\""]
            ),
            ("cors: {allow: []}", ["6:11: expected path or request"]),
            (
                "cors: {path: /, request: {get: /}, allow: []}",
                ["6:21: one request: \"request\" can't stand beside \"path\""]
            ),
            (
                "cors: {path: /, allow: [https://a.example/]}",
                [
                    "6:29: an origin has no path, not even a slash at its end, and no user: \"https://a.example/\""
                ]
            ),
            (
                "cors: {path: /, allow: [\"null\"]}",
                ["6:30: null is the origin of every sandboxed page and file: it can't be allowed"]
            ),
            (
                "cors: {path: /, allow: [\"*\"], credentials: true}",
                ["6:35: browsers refuse credentials where every origin is allowed: name the origins"]
            ),
            (
                "cors: {path: /, allow: [\"https://*.a.example\"], deny: [https://b.a.example]}",
                ["6:53: \"https://b.a.example\" is both allowed and denied"]
            ),
            (
                "cors: {path: /, allow: [https://a.example, https://a.example]}",
                ["6:48: \"https://a.example\" occurs more than once"]
            ),
            (
                "cors: {path: /, allow: [], methods: [get, \"a b\"]}",
                ["6:42: methods are case-sensitive: GET", "6:47: \"a b\" is not a valid method"]
            ),
        ])
    func wrong(entry: String, expected: [String]) {
        #expect(found(entry) == expected)
    }
}

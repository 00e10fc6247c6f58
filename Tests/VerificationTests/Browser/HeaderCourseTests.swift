import Measures
import Scenarios
import Testing

@testable import BrowserVerification
@testable import VerificationKit

/// What `headers` sends, and what it says of the answers together.
@Suite("The course of header fields")
struct HeaderCourseTests {
    private static let good = BrowserFixtures.lines(
        """
        Strict-Transport-Security: max-age=63072000; includeSubDomains
        Content-Security-Policy: default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; upgrade-insecure-requests
        X-Content-Type-Options: nosniff
        X-Frame-Options: DENY
        Referrer-Policy: no-referrer
        Permissions-Policy: camera=()
        Cross-Origin-Opener-Policy: same-origin
        Cross-Origin-Embedder-Policy: require-corp
        Cross-Origin-Resource-Policy: same-origin
        X-Permitted-Cross-Domain-Policies: none
        Content-Type: text/html; charset=utf-8
        """)

    /// 405 for odd methods, 404 for what is missing, everything right.
    private static func right(_ planned: PlannedExchange) -> ObservedExchange {
        let status =
            ["PROPFIND", "TRACE"].contains(planned.method)
            ? 405
            : planned.target.contains("missing")
                ? 404
                : planned.target == "/old" ? 301 : planned.target == "/broken" ? 500 : 200
        return BrowserFixtures.observed(planned, status: status, fields: good, body: "<p>")
    }

    private func rule(_ paths: String...) -> HeaderRule {
        HeaderRule(requests: paths.map { VerifiedRequest(url: Text($0)) })
    }

    private func run(
        _ rule: HeaderRule, target: String = "https://paintbox.example:8443", identities: Int? = nil,
        _ server: (PlannedExchange) -> ObservedExchange = right
    ) -> (report: VerificationReport, sent: [PlannedExchange]) {
        BrowserFixtures.run(
            HeaderCourse(
                name: "site", rule: rule, maker: BrowserFixtures.maker(target: target, identities: identities)),
            server)
    }

    @Test("Every kind that can be had is asked for, and a server that is right passes")
    func right() {
        let (report, sent) = run(rule("/", "/api"))
        #expect(report.verdict == .pass)
        #expect(report.failed() == [])
        #expect(report.failed(.advisory) == [])
        #expect(
            sent.prefix(5).map { "\($0.method) \($0.target)" } == [
                "GET /", "GET /api", "GET /loadgate-missing-5f0c2a9e7b31", "PROPFIND /", "TRACE /",
            ])
        // Each success twice more, for caches, of which none shows.
        #expect(sent.dropFirst(5).map(\.target) == ["/", "/", "/api", "/api"])
        #expect(report["coverage"]?.verdict == .inconclusive)
        #expect(report["coverage"]?.severity == .advisory)
        #expect(report["coverage"]?.observed == "success 6, not_found 1, method_not_allowed 2, no cached")
        #expect(
            report.findings.map(\.check) == ["answers", "coverage"] + HeaderCheckName.allCases.map(\.rawValue))
        #expect(report["https_redirect"]?.verdict == .noData)
        #expect(report["cookie_secure"]?.verdict == .pass)
        #expect(sent.allSatisfy { if case .kept = $0.lane { true } else { false } })
    }

    @Test("A field that errors lack is found on the errors")
    func errorsOnly() throws {
        let (report, _) = run(rule("/")) { planned in
            var answer = Self.right(planned)
            if answer.status >= 400 { answer.fields.removeAll { $0.name != "Content-Type" } }
            return answer
        }
        #expect(report.verdict == .fail)
        let finding = try #require(report["hsts"])
        #expect(finding.observed == "no Strict-Transport-Security on 3 of 6 answers")
        #expect(finding.evidence.hasPrefix("GET /loadgate-missing-5f0c2a9e7b31: 404: no Strict-Transport-Security; "))
        #expect(finding.evidence.hasSuffix("Source: RFC 6797 §7.1."))
        #expect(finding.exhibits.count == 3)
        #expect(
            finding.exhibits[0].request == "GET https://paintbox.example:8443/loadgate-missing-5f0c2a9e7b31")
        #expect(finding.exhibits[0].answer == "404, no Strict-Transport-Security")
    }

    @Test("What is asked for and not seen is inconclusive")
    func uncovered() {
        var asked = rule("/")
        asked.coverage.asked = [.success, .redirect, .serverError]
        asked.coverage.provocations[.redirect] = .init(request: VerifiedRequest(url: Text("/old")))
        asked.coverage.provocations[.serverError] = .init(request: VerifiedRequest(url: Text("/broken")))
        #expect(run(asked).report.verdict == .pass)
        let (report, sent) = run(asked) { planned in
            var answer = Self.right(planned)
            answer.status = 200
            return answer
        }
        #expect(report.verdict == .inconclusive)
        #expect(report["coverage"]?.observed == "success 3, no server_error, no redirect")
        #expect(sent.map(\.target) == ["/", "/broken", "/old"])
    }

    @Test("Requests are sent until one is refused, as a client of their own, and the refusal is judged")
    func limited() {
        var limited = rule("/")
        limited.coverage.provocations[.rateLimited] = .init(
            request: VerifiedRequest(url: Text("/api")), times: 150)
        var count = 0
        let (report, sent) = run(limited, identities: 20) { planned in
            var answer = Self.right(planned)
            guard planned.target == "/api" else { return answer }
            count += 1
            if count > 100 { (answer.status, answer.fields) = (429, []) }
            return answer
        }
        #expect(sent.filter { $0.target == "/api" }.count == 150)
        #expect(report["coverage"]?.observed.contains("rate_limited 1") == true)
        #expect(report["hsts"]?.observed == "no Strict-Transport-Security on 1 of 7 answers")
        let clients = Set(sent.filter { $0.target == "/api" }.flatMap { $0.fields.values("X-API-Key") })
        #expect(clients == ["client-1"])
        #expect(!sent.filter { $0.target == "/" }.flatMap { $0.fields.values("X-API-Key") }.contains("client-1"))
    }

    @Test("A cache that drops fields is found, and one that keeps nonces too")
    func caches() {
        var asked = rule("/")
        asked.coverage.asked = [.cached]
        var count = 0
        let (report, _) = run(asked) { planned in
            var answer = Self.right(planned)
            answer.fields.append(HeaderLine("Content-Security-Policy", "script-src 'nonce-bWFrZSBlYWNoIG5vbmNlIQ=='"))
            count += 1
            if count > 1 {
                answer.fields.removeAll { $0.name == "X-Frame-Options" }
                answer.fields.append(HeaderLine("X-Cache", "Hit from cloudfront"))
            }
            return answer
        }
        #expect(report["coverage"]?.verdict == .pass)
        #expect(
            report["cached_fields"]?.observed
                == "X-Frame-Options is gone with X-Cache: Hit from cloudfront on 2 of 2 answers")
        #expect(report["csp_nonce_unique"]?.verdict == .fail)
    }

    @Test("Plain HTTP beside HTTPS must lead there, or not be served")
    func upgrade() {
        func verdict(_ upgrade: String?, _ target: String, _ answer: (inout ObservedExchange) -> Void) -> Verdict? {
            var asked = rule("/")
            asked.upgrade = upgrade.map { VerifiedRequest(url: Text($0)) }
            return run(asked, target: target) { planned in
                var observed = Self.right(planned)
                if !planned.isSecure { answer(&observed) }
                return observed
            }.report["https_redirect"]?.verdict
        }
        let plain = "http://paintbox.example/"
        let leads: (inout ObservedExchange) -> Void = {
            $0.status = 301
            $0.fields = [HeaderLine("Location", "https://paintbox.example/")]
        }
        // On port 443 the way is known.
        #expect(verdict(nil, "https://paintbox.example", leads) == .pass)
        #expect(verdict(nil, "https://paintbox.example", { _ in }) == .fail)
        #expect(verdict(plain, "https://paintbox.example:8443", leads) == .pass)
        #expect(verdict(nil, "https://paintbox.example:8443", leads) == .noData)
        let closed: (inout ObservedExchange) -> Void = { ($0.status, $0.outcome, $0.fields) = (0, .refused, []) }
        #expect(verdict(plain, "https://paintbox.example", closed) == .pass)
        let broken: (inout ObservedExchange) -> Void = { ($0.status, $0.outcome, $0.fields) = (0, .reset, []) }
        #expect(verdict(plain, "https://paintbox.example", broken) == .noData)
    }

    @Test("Over plain HTTP the field is judged, and the finding says who heeds it")
    func plain() {
        let (report, _) = run(rule("/"), target: "http://127.0.0.1:8080")
        #expect(report["hsts"]?.verdict == .pass)
        #expect(report["hsts"]?.evidence.contains("browsers heed the field over HTTPS only") == true)
        #expect(run(rule("/")).report["hsts"]?.evidence.contains("HTTPS only") == false)
    }

    @Test("Checks may be demanded and waived, and profiles differ")
    func severities() {
        var asked = rule("/")
        let server: (PlannedExchange) -> ObservedExchange = { planned in
            var answer = Self.right(planned)
            answer.fields.removeAll { $0.name.hasPrefix("Cross-Origin-Opener") }
            answer.fields.append(HeaderLine("Server", "nginx/1.22.1"))
            return answer
        }
        #expect(run(asked, server).report.failed() == ["server_version"])
        #expect(run(asked, server).report.failed(.advisory) == ["opener_policy"])
        asked.demanded = [.openerPolicy]
        asked.waived = [.serverVersion: "said on purpose"]
        let report = run(asked, server).report
        #expect(report.failed() == ["opener_policy"])
        #expect(report["server_version"]?.severity == .advisory)
        #expect(report["server_version"]?.evidence.hasPrefix("Waived: said on purpose. ") == true)
        asked.profile = .observatory
        #expect(run(asked, server).report["server_version"] == nil)
        asked.demanded.append(.serverVersion)
        asked.waived = [:]
        #expect(run(asked, server).report.failed() == ["opener_policy", "server_version"])
    }

    @Test("No secret shows: neither what was sent nor cookies nor queries")
    func secrets() {
        var asked = rule("/login?token=hush")
        asked.requests[0].headers = [Header(name: "Authorization", value: Text("Bearer hush"))]
        let (report, sent) = run(asked) { planned in
            var answer = Self.right(planned)
            answer.fields.append(HeaderLine("Set-Cookie", "sid=hush; Path=/"))
            answer.fields.append(HeaderLine("Location", "/next?code=hush"))
            return answer
        }
        for finding in report.findings {
            #expect(!finding.observed.contains("hush") && !finding.evidence.contains("hush"), "\(finding)")
            #expect(finding.exhibits.allSatisfy { !$0.answer.contains("hush") && !$0.request.contains("Bearer") })
        }
        #expect(report["cookie_http_only"]?.exhibits.first?.answer == "200, Set-Cookie: sid=…; Path=/")
        #expect(sent.filter { $0.method == "TRACE" }.allSatisfy { $0.fields.isEmpty && $0.body.isEmpty })
    }

    @Test("Answers that break off are none: what they lack may have been sent")
    func broken() {
        let (report, _) = run(rule("/")) { planned in
            var answer = BrowserFixtures.observed(planned, status: 200, fields: [])
            answer.outcome = .reset
            return answer
        }
        #expect(report.verdict == .noData)
        #expect(report["answers"]?.evidence.contains("GET /: reset") == true)
        let some = run(rule("/", "/api")) { planned in
            planned.target == "/api"
                ? BrowserFixtures.observed(planned, status: 0, fields: []) : Self.right(planned)
        }.report
        #expect(some["answers"]?.verdict == .inconclusive)
        #expect(some.verdict == .inconclusive)
    }

    @Test("The plan tells what is sent at most")
    func plan() {
        var asked = rule("/", "/api")
        asked.coverage.provocations[.rateLimited] = .init(request: VerifiedRequest(url: Text("/api")), times: 150)
        let course = HeaderCourse(name: "site", rule: asked, maker: BrowserFixtures.maker())
        // Two paths, a missing one, PROPFIND, TRACE and plain HTTP; twice two again; 150 towards the limit.
        #expect(course.plan.exchanges == 6 + 4 + 150)
        #expect(course.plan.parts.count == 3)
        #expect(course.report().verdict == .noData)
    }
}

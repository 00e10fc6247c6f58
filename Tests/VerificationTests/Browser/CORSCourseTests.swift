import Measures
import Scenarios
import Testing
import VerificationKit

@testable import BrowserVerification

/// What `cors` sends.
@Suite("The course of CORS")
struct CORSCourseTests {
    private func run(_ rule: CORSRule, identities: Int? = nil) -> [PlannedExchange] {
        BrowserFixtures.run(
            CORSCourse(name: "api", rule: rule, maker: BrowserFixtures.maker(identities: identities)),
            SimulatedCORS().answer
        ).sent
    }

    @Test("Hostile origins are derived from the allowed one")
    func hostile() throws {
        let rule = CORSRule(
            request: VerifiedRequest(url: Text("/")), allow: [try #require(WebOrigin("https://app.x.example"))])
        let derived = HostileOrigin.derived(rule).map { "\($0.check.rawValue) \($0.text)" }
        #expect(
            derived == [
                "denied_other https://evil.example", "denied_null null", "denied_scheme http://app.x.example",
                "denied_port https://app.x.example:8443", "denied_suffix https://app.x.example.evil.example",
                "denied_underscore https://app.x.example_.evil.example",
                "denied_backtick https://app.x.example`.evil.example", "denied_prefix https://evilapp.x.example",
                "denied_subdomain https://evil.app.x.example", "denied_sibling https://evil.x.example",
                "denied_dot https://appxx.example", "denied_trailing_dot https://app.x.example.",
                "denied_case HTTPS://APP.X.EXAMPLE", "denied_localhost http://localhost:3000",
            ])
    }

    @Test("What the rule allows is never hostile, and addresses have no subdomains")
    func hostileBounds() {
        func derived(_ allow: String...) -> [String] {
            HostileOrigin.derived(
                CORSRule(request: VerifiedRequest(url: Text("/")), allow: allow.compactMap { WebOrigin($0) })
            ).map(\.text)
        }
        let pattern = derived("https://*.x.example")
        #expect(!pattern.contains { $0.hasSuffix(".x.example") && $0.hasPrefix("https://") })
        #expect(pattern.contains("https://evilx.example"))
        #expect(pattern.contains("https://loadgatexx.example"))
        #expect(pattern.contains("https://loadgate.x.example.evil.example"))
        let both = derived("https://a.example", "http://a.example", "http://localhost:3000", "https://evil.example")
        #expect(!both.contains("http://a.example"))
        #expect(!both.contains("http://localhost:3000"))
        #expect(!both.contains("https://evil.example"))
        #expect(derived("http://127.0.0.1:5173").contains("http://127.0.0.1.evil.example:5173"))
        #expect(!derived("http://127.0.0.1:5173").contains { $0.contains("evil.127") || $0.contains("evil127") })
        #expect(derived("https://[::1]").allSatisfy { !$0.contains("]evil") && !$0.contains("].") })
        #expect(derived() == ["https://evil.example", "null", "http://localhost:3000"])
    }

    @Test("Preflights carry the origin and the question, nothing else")
    func preflights() {
        var rule = SimulatedCORS.rule
        rule.request.headers = [Header(name: "Authorization", value: Text("Bearer secret"))]
        rule.request.body = .text(Text("x"))
        let preflights = run(rule, identities: 3).filter { $0.method == "OPTIONS" }
        #expect(preflights.count > 10)
        for preflight in preflights {
            #expect(
                preflight.fields.map(\.name).allSatisfy {
                    ["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"].contains($0)
                })
            #expect(preflight.body.isEmpty)
        }
        let first = preflights[0]
        #expect(first.fields.values("Access-Control-Request-Headers") == ["authorization,content-type"])
        let asked = Set(preflights.flatMap { $0.fields.values("Access-Control-Request-Method") })
        #expect(asked == ["GET", "PUT", "DELETE"])
    }

    @Test("A limit is met as one client, and what refuses hostile origins is asked too")
    func limited() {
        var rule = SimulatedCORS.rule
        rule.coverage.asked = nil
        rule.coverage.provocations[.rateLimited] = AnswerCoverage.Provocation(
            request: VerifiedRequest(url: Text("/api/v1/calculate")), times: 130)
        let server = SimulatedCORS()
        var counted = 0
        let (report, sent) = BrowserFixtures.run(
            CORSCourse(name: "api", rule: rule, maker: BrowserFixtures.maker(identities: 500))
        ) { planned in
            var answer = server.answer(planned)
            if planned.target == "/api/v1/calculate" {
                counted += 1
                if counted > 60 { answer.status = 429 }
            }
            return answer
        }
        let towards = sent.filter { $0.target == "/api/v1/calculate" }
        // Two batches of 50, then two hostile origins.
        #expect(towards.count == 102)
        #expect(Set(towards.flatMap { $0.fields.values("X-API-Key") }) == ["client-1"])
        #expect(report["coverage"]?.observed.contains("rate_limited 3") == true)
        #expect(report["allowed_errors"]?.verdict == .pass)
        let others = sent.filter { $0.target == "/api/v1/projects" && $0.method == "GET" }
        #expect(!others.contains { $0.fields.values("X-API-Key") == ["client-1"] })
        #expect(report.exchanges == sent.count)
    }

    @Test("A limit that never refuses is not covered, and says so")
    func unlimited() {
        var rule = SimulatedCORS.rule
        rule.coverage.asked = [.success, .rateLimited]
        rule.coverage.provocations[.rateLimited] = AnswerCoverage.Provocation(
            request: VerifiedRequest(url: Text("/x")), times: 70)
        let (report, sent) = BrowserFixtures.run(
            CORSCourse(name: "api", rule: rule, maker: BrowserFixtures.maker()), SimulatedCORS().answer)
        #expect(sent.filter { $0.target == "/x" }.count == 70)
        #expect(report["coverage"]?.verdict == .inconclusive)
        #expect(report.verdict == .inconclusive)
    }

    @Test("Without answers nothing passes")
    func silence() {
        let (report, _) = BrowserFixtures.run(
            CORSCourse(name: "api", rule: SimulatedCORS.rule, maker: BrowserFixtures.maker())
        ) { BrowserFixtures.observed($0, status: 0, fields: []) }
        #expect(report.verdict == .noData)
        #expect(!report.findings.contains { $0.verdict == .pass })
        let unasked = CORSCourse(name: "api", rule: SimulatedCORS.rule, maker: BrowserFixtures.maker()).report()
        #expect(unasked.verdict == .noData)
    }

    @Test("The plan counts what is sent")
    func plan() {
        let course = CORSCourse(name: "api", rule: SimulatedCORS.rule, maker: BrowserFixtures.maker())
        let (report, sent) = BrowserFixtures.run(course, SimulatedCORS().answer)
        #expect(course.plan.exchanges == sent.count)
        #expect(course.plan.parts.count == 1)
        #expect(report.kind == "cors")
        #expect(report.name == "api")
    }
}

import Measures
import Scenarios

@testable import BrowserVerification
@testable import VerificationKit

/// A server of the CORS protocol as a function, right unless a test changes its answers.
struct SimulatedCORS {
    /// An answer under way.
    struct Reply {
        var status: Int
        var fields: [HeaderLine]
        let origin: String?
        let isPreflight: Bool

        mutating func set(_ name: String, _ value: String?) {
            fields.removeAll { $0.name == name }
            if let value { fields.append(HeaderLine(name, value)) }
        }
    }

    static let origin = "Access-Control-Allow-Origin"
    static let credentials = "Access-Control-Allow-Credentials"
    static let methods = "Access-Control-Allow-Methods"
    static let headers = "Access-Control-Allow-Headers"
    static let expose = "Access-Control-Expose-Headers"

    static var rule: CORSRule {
        var rule = CORSRule(
            request: VerifiedRequest(url: Text("/api/v1/projects")),
            allow: ["https://app.paintbox.example", "https://admin.paintbox.example:8443"].compactMap {
                WebOrigin($0)
            })
        rule.methods = ["GET", "PUT"]
        rule.headers = ["Content-Type", "Authorization"]
        rule.credentials = true
        rule.expose = ["X-Total"]
        rule.maxAge = .seconds(600)
        rule.deny = ["https://old.paintbox.test"]
        rule.coverage.asked = [.success, .notFound, .methodNotAllowed]
        return rule
    }

    /// Who is granted.
    var allows: (String) -> Bool = { origin in SimulatedCORS.rule.allow.contains { $0.covers(origin) } }
    /// What is wrong with the answers.
    var change: (inout Reply) -> Void = { _ in }

    func answer(_ planned: PlannedExchange) -> ObservedExchange {
        let origin = planned.fields.values("Origin").first
        let isPreflight = planned.method == "OPTIONS"
        var reply = Reply(
            status: planned.method == "PROPFIND"
                ? 405 : planned.target.contains("missing") ? 404 : isPreflight ? 204 : 200,
            fields: [HeaderLine("Vary", "Accept-Encoding, Origin"), HeaderLine("X-Total", "3")], origin: origin,
            isPreflight: isPreflight)
        if let origin, allows(origin) {
            reply.set(Self.origin, origin)
            reply.set(Self.credentials, "true")
            if isPreflight {
                reply.set(Self.methods, "GET, PUT")
                reply.set(Self.headers, "content-type, authorization")
                reply.set("Access-Control-Max-Age", "600")
            } else {
                reply.set(Self.expose, "X-Total")
            }
        }
        change(&reply)
        return BrowserFixtures.observed(planned, status: reply.status, fields: reply.fields, body: "{}")
    }

    func report(_ rule: CORSRule = rule) -> VerificationReport {
        BrowserFixtures.run(CORSCourse(name: "api", rule: rule, maker: BrowserFixtures.maker()), answer).report
    }
}

import Generator
import Measures
import Scenarios
import TestSupport

@testable import BrowserVerification
@testable import VerificationKit

/// Carries a course out against real servers.
enum RealRun {
    /// The report of the first verification of a scenario that begins with `target:` and has this `verify:`.
    static func report(
        _ verify: String, target: String, also urls: [String] = [], authority: String? = nil
    ) throws -> VerificationReport {
        let scenario = try ScenarioReader(environment: [:], kinds: .of(HeaderRule.self, CORSRule.self)).read(
            """
            name: real
            target: \(target)
            flows: {main: {steps: [{name: home, get: /}]}}
            load: [{users: 1, for: 1s}]
            identities: {count: 50, header: X-API-Key, value: "client-${user}"}
            verify:
            \(verify.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
            """, file: "real.yaml")
        var tls = TLSSettings()
        tls.authorities = authority
        let endpoints = try ([target] + urls).map { try Endpoint(parsing: $0) }
        let sender = try ExchangeSender(
            destinations: try Destinations(endpoints, authorised: []), tls: tls, userAgent: "loadgate/test")
        let maker = RequestMaker(scenario)
        guard let declared = scenario.verifications.first else { throw TestFailure("nothing to verify") }
        switch declared.rule {
        case let rule as HeaderRule:
            return carryOut(HeaderCourse(name: declared.name, rule: rule, maker: maker), sender)
        case let rule as CORSRule: return carryOut(CORSCourse(name: declared.name, rule: rule, maker: maker), sender)
        default: throw TestFailure("not of this suite: \(declared.kind)")
        }
    }

    /// Sends JSON once; the answer's status.
    static func post(_ json: String, to url: String) throws -> Int {
        let endpoint = try Endpoint(parsing: url)
        let sender = try ExchangeSender(
            destinations: try Destinations([endpoint], authorised: []), tls: TLSSettings(), userAgent: "loadgate/test")
        var request = PlannedExchange(
            isSecure: endpoint.isSecure, host: endpoint.host, port: endpoint.port, method: "POST", target: endpoint.path
        )
        request.fields = [HeaderLine("Content-Type", "application/json")]
        request.body = Array(json.utf8)
        return sender.send([request]) { false }.first?.status ?? 0
    }

    private static func carryOut(_ course: some VerificationCourse, _ sender: ExchangeSender) -> VerificationReport {
        var course = course
        var actions = 0
        while actions < 1_000, let action = course.nextAction() {
            actions += 1
            if case .send(let batch, _) = action { course.take(sender.send(batch) { false }) }
        }
        return course.report()
    }
}

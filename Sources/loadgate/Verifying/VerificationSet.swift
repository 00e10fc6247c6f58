import Generator
import Measures
import Scenarios
import SecretsManager
import SourceScan
import Verification

/// The verifications of a run: where they go is settled before anything is sent, and they are carried out in turn.
struct VerificationSet {
    private let scenario: Scenario
    /// The variables that say where a secrets manager is and who asks.
    private let environment: [String: String]
    private var destinations: Destinations
    /// Plain HTTP beside HTTPS, which need not be served.
    private let optional: [Endpoint]

    /// Resolves where verifications send requests, and holds it against the rule of authorised targets.
    init(_ scenario: Scenario, authorised: [String], environment: [String: String]) throws {
        self.scenario = scenario
        self.environment = environment
        let maker = RequestMaker(scenario)
        func endpoints(_ requests: [VerifiedRequest]) -> [Endpoint] {
            var endpoints: [Endpoint] = []
            for endpoint in requests.compactMap({ maker.exchange($0, number: 0)?.endpoint })
            where !endpoints.contains(endpoint) { endpoints.append(endpoint) }
            return endpoints
        }
        let asked = endpoints(scenario.verifications.flatMap(\.requests))
        let plain = scenario.verifications.flatMap { verification -> [Endpoint] in
            guard case .headers(let rule) = verification.rule else { return [] }
            return endpoints([rule.upgrade].compactMap { $0 }) + endpoints(rule.requests).compactMap(\.plain)
        }
        optional = plain.filter { !asked.contains($0) }
        destinations = try Destinations(asked + optional, authorised: authorised, http: scenario.defaults.http)
    }

    /// Throws for the first place that accepts no connection.
    mutating func checkReachable() throws { try destinations.checkReachable(optional: optional) }

    /// What each verification came to, in the scenario's order; none is begun after an interruption.
    func reports(
        userAgent: String, interruption: Interruption, progress: VerificationProgress,
        readProbe: @escaping (String) -> Double?
    ) throws -> [VerificationReport] {
        if scenario.verifications.isEmpty { return [] }
        let sender = try ExchangeSender(
            destinations: destinations, tls: scenario.defaults.tls, userAgent: userAgent)
        return scenario.verifications.map { declared in
            let name = declared.name == declared.kind ? declared.kind : "\(declared.kind) \(declared.name)"
            guard !interruption.happened else { return Self.notRun(declared, because: "the run was interrupted") }
            let conductor = VerificationConductor(
                sender: sender, readProbe: readProbe, interruption: interruption,
                onPart: { progress.part("\(name): \($0)") })
            defer { progress.clear() }
            return report(of: declared, name: name, conductor, progress)
        }
    }

    /// Letters and digits that no earlier run has used.
    private static var fresh: String { String(UInt64.random(in: .min ... .max), radix: 36) }

    /// The report of a verification that was not run: nothing is left out silently.
    static func notRun(_ declared: DeclaredVerification, because reason: String) -> VerificationReport {
        VerificationReport(
            kind: declared.kind, name: declared.name,
            findings: [
                VerificationFinding(
                    check: "run", verdict: .inconclusive, expected: "the verification is carried out",
                    observed: "not run", evidence: reason)
            ])
    }

    /// Shows the plan, and what is about to be done, before it begins.
    private func conduct(
        _ course: some VerificationCourse, name: String, _ conductor: VerificationConductor,
        _ progress: VerificationProgress
    ) -> VerificationReport {
        let plan = course.plan
        let seconds = Figure.short(plan.duration.seconds, decimals: plan.duration.seconds < 10 ? 1 : 0)
        progress.plan("\(name): about \(Figure.grouped(UInt64(max(0, plan.exchanges)))) requests in \(seconds) s")
        for part in plan.parts { progress.plan("  \(part)") }
        return conductor.report(of: course)
    }

    private func report(
        of declared: DeclaredVerification, name: String, _ conductor: VerificationConductor,
        _ progress: VerificationProgress
    ) -> VerificationReport {
        let maker = RequestMaker(scenario)
        switch declared.rule {
        case .headers(let rule):
            return conduct(HeaderCourse(name: declared.name, rule: rule, maker: maker), name: name, conductor, progress)
        case .input(let rule):
            return conduct(InputCourse(rule, name: declared.name, in: scenario), name: name, conductor, progress)
        case .cache(let rule):
            guard let course = CacheCourse(rule, name: declared.name, maker: maker, fresh: Self.fresh) else {
                return Self.notRun(declared, because: "its requests can't be made")
            }
            return conduct(course, name: name, conductor, progress)
        case .cors(let rule):
            return conduct(CORSCourse(name: declared.name, rule: rule, maker: maker), name: name, conductor, progress)
        case .rateLimit(let rule):
            return conduct(RateLimitCourse(declared, rule: rule, maker: maker), name: name, conductor, progress)
        case .credentials(let rule):
            progress.part("\(name): searching")
            let interruption = conductor.interruption
            return SourceScan.report(declared, rule, shouldStop: { interruption.happened })
        case .secrets(let rule):
            progress.part("\(name): asking the manager")
            let interruption = conductor.interruption
            return SecretsVerification.report(
                declared, rule: rule, secrets: scenario.secrets, environment: environment,
                shouldStop: { interruption.happened })
        }
    }
}

extension Endpoint {
    /// Plain HTTP on its own port beside HTTPS on its own.
    fileprivate var plain: Endpoint? {
        guard isSecure, port == 443 else { return nil }
        var endpoint = self
        endpoint.isSecure = false
        endpoint.port = 80
        return endpoint
    }
}

extension PlannedExchange {
    /// Scheme, host and port.
    fileprivate var endpoint: Endpoint? {
        try? Endpoint(
            parsing: "\(isSecure ? "https" : "http")://\(host.contains(":") ? "[\(host)]" : host):\(port)")
    }
}

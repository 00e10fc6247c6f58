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
    /// What sends; nil until it is prepared, and where no verification sends anything.
    private var sender: ExchangeSender?

    /// Resolves where verifications send requests, and holds it against the rule of authorised targets.
    init(_ scenario: Scenario, authorised: [String], environment: [String: String]) throws {
        self.scenario = scenario
        self.environment = environment
        let maker = RequestMaker(scenario)
        func endpoints(_ exchanges: [PlannedExchange?]) -> [Endpoint] {
            var endpoints: [Endpoint] = []
            for endpoint in exchanges.compactMap({ $0?.endpoint }) where !endpoints.contains(endpoint) {
                endpoints.append(endpoint)
            }
            return endpoints
        }
        let asked = endpoints(scenario.verifications.flatMap(\.requests).map { maker.exchange($0, number: 0) })
        let plain = endpoints(
            scenario.verifications.map { verification in
                if let rule = verification.rule as? HeaderRule { maker.upgrade(rule) } else { nil }
            })
        optional = plain.filter { !asked.contains($0) }
        destinations = try Destinations(asked + optional, authorised: authorised, http: scenario.defaults.http)
    }

    /// Makes ready what sends, where a verification does: what is wrong with its settings must not be found out only after
    /// a load. Throws for the first place that accepts no connection, and for a setting that it can't use.
    mutating func prepare(userAgent: String) throws {
        guard !destinations.endpoints.isEmpty else { return }
        try destinations.checkReachable(optional: optional)
        sender = try ExchangeSender(destinations: destinations, tls: scenario.defaults.tls, userAgent: userAgent)
    }

    /// What each verification came to, in the scenario's order, once all is prepared; none is begun after an interruption.
    func reports(
        interruption: Interruption, progress: VerificationProgress, readProbe: @escaping (String) -> Double?
    ) -> [VerificationReport] {
        scenario.verifications.map { declared in
            guard !interruption.happened else { return Self.notRun(declared, because: "the run was interrupted") }
            defer { progress.clear() }
            return report(of: declared, interruption, progress, readProbe)
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

    private func report(
        of declared: DeclaredVerification, _ interruption: Interruption, _ progress: VerificationProgress,
        _ readProbe: @escaping (String) -> Double?
    ) -> VerificationReport {
        let name = declared.name
        let maker = RequestMaker(scenario)
        let course: (any VerificationCourse)?
        switch declared.rule {
        case let rule as HeaderRule: course = HeaderCourse(name: name, rule: rule, maker: maker)
        case let rule as InputRule: course = InputCourse(rule, name: name, in: scenario)
        case let rule as CacheRule: course = CacheCourse(rule, name: name, maker: maker, fresh: Self.fresh)
        case let rule as CORSRule: course = CORSCourse(name: name, rule: rule, maker: maker)
        case let rule as RateLimitRule: course = RateLimitCourse(declared, rule: rule, maker: maker)
        case let rule as CredentialRule:
            progress.part("\(declared.title): searching")
            return SourceScan.report(declared, rule, shouldStop: { interruption.happened })
        case let rule as SecretRule:
            progress.part("\(declared.title): asking the manager")
            return SecretsVerification.report(
                declared, rule: rule, secrets: scenario.secrets, environment: environment,
                shouldStop: { interruption.happened })
        default: course = nil
        }
        guard let course, let sender else { return Self.notRun(declared, because: "its requests can't be made") }
        Self.show(course.plan, of: declared, progress)
        let conductor = VerificationConductor(
            sender: sender, readProbe: readProbe, interruption: interruption,
            onPart: { progress.part("\(declared.title): \($0)") })
        return conductor.report(of: course)
    }

    /// Shows what is about to be done before it begins.
    private static func show(
        _ plan: VerificationPlan, of declared: DeclaredVerification, _ progress: VerificationProgress
    ) {
        let seconds = Figure.short(plan.duration.seconds, decimals: plan.duration.seconds < 10 ? 1 : 0)
        progress.plan(
            "\(declared.title): about \(Figure.grouped(UInt64(max(0, plan.exchanges)))) requests in \(seconds) s")
        for part in plan.parts { progress.plan("  \(part)") }
    }
}

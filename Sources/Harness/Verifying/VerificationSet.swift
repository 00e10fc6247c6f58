import Generator
import Measures
import Scenarios
import VerificationKit

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
    init(
        _ scenario: Scenario, authorised: [String], environment: [String: String], names: NameTable? = nil
    ) throws {
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
            scenario.verifications.flatMap { declared in
                (declared.rule as? any Verification)?.optionalExchanges(maker) ?? []
            })
        optional = plain.filter { !asked.contains($0) }
        destinations = try Destinations(
            asked + optional, authorised: authorised, http: scenario.defaults.http, names: names)
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
        interruption: Interruption, listener: any RunListener, readProbe: @escaping (String) -> Double?
    ) -> [VerificationReport] {
        scenario.verifications.map { declared in
            guard !interruption.happened else {
                return VerificationReport(notRun: declared, because: "the run was interrupted")
            }
            defer { listener.verificationEnded() }
            return report(of: declared, interruption, listener, readProbe)
        }
    }

    private func report(
        of declared: DeclaredVerification, _ interruption: Interruption, _ listener: any RunListener,
        _ readProbe: @escaping (String) -> Double?
    ) -> VerificationReport {
        guard let rule = declared.rule as? any Verification else {
            return VerificationReport(notRun: declared, because: "nothing here carries out a \(declared.kind)")
        }
        func tell(_ part: String) { listener.verifies(scenario.secrets.redact("\(declared.title): \(part)")) }
        let work = VerificationWork(
            declared: declared, scenario: scenario, environment: environment,
            shouldStop: { interruption.happened }, tell: tell,
            send: { [sender] course in
                guard let sender else { return nil }
                show(course.plan, of: declared, listener)
                let runner = VerificationRunner(
                    sender: sender, readProbe: readProbe, interruption: interruption, onPart: tell)
                return runner.report(of: course)
            })
        return rule.report(work)
    }

    /// Shows what is about to be done before it begins.
    private func show(
        _ plan: VerificationPlan, of declared: DeclaredVerification, _ listener: any RunListener
    ) {
        func note(_ text: String) { listener.note(scenario.secrets.redact(text)) }
        let seconds = Figure.short(plan.duration.seconds, decimals: plan.duration.seconds < 10 ? 1 : 0)
        note(
            "\(declared.title): about \(Figure.grouped(UInt64(max(0, plan.exchanges)))) requests in \(seconds) s")
        for part in plan.parts { note("  \(part)") }
    }
}

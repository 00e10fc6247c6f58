public import Measures
import Scenarios
public import VerificationKit

extension HeaderRule: Verification {
    /// The first request over plain HTTP, where it goes over HTTPS.
    public func optionalExchanges(_ maker: RequestMaker) -> [PlannedExchange] {
        maker.upgrade(self).map { [$0] } ?? []
    }

    /// Carries it out.
    public func report(_ work: VerificationWork) -> VerificationReport {
        work.carryOut(HeaderCourse(name: work.declared.name, rule: self, maker: work.maker))
    }
}

extension RequestMaker {
    /// The request over plain HTTP that must lead to HTTPS: the rule's own, else of the target where the ports are the usual
    /// ones.
    func upgrade(_ rule: HeaderRule) -> PlannedExchange? {
        if let upgrade = rule.upgrade { return exchange(upgrade) }
        guard let first = rule.requests.first, let plain = exchange(first)?.endpoint.plain else { return nil }
        var exchange = PlannedExchange(to: plain)
        exchange.timeout = Span(first.timeout)
        return exchange
    }
}

public import Measures
public import Scenarios
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

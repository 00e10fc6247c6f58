import Scenarios
public import VerificationKit

extension RateLimitRule: Verification {
    /// Carries it out.
    public func report(_ work: VerificationWork) -> VerificationReport {
        work.carryOut(RateLimitCourse(work.declared, rule: self, maker: work.maker))
    }
}

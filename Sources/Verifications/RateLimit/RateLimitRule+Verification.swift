import Scenarios
public import VerificationKit

extension RateLimitRule: Verification {
    /// Carries it out.
    public func report(_ work: VerificationWork) -> VerificationReport {
        work.carryOut(RateLimitSession(work.declared, rule: self, maker: work.maker))
    }
}

import Scenarios
public import VerificationKit

extension CacheRule: Verification {
    /// Carries it out.
    public func report(_ work: VerificationWork) -> VerificationReport {
        work.carryOut(CacheCourse(self, name: work.declared.name, maker: work.maker, fresh: work.fresh))
    }
}

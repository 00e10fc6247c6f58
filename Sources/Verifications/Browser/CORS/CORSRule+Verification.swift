import Scenarios
public import VerificationKit

extension CORSRule: Verification {
    /// Carries it out.
    public func report(_ work: VerificationWork) -> VerificationReport {
        work.carryOut(CORSCourse(name: work.declared.name, rule: self, maker: work.maker))
    }
}

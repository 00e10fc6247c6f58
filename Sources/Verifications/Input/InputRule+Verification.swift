import Scenarios
public import VerificationKit

extension InputRule: Verification {
    /// Carries it out.
    public func report(_ work: VerificationWork) -> VerificationReport {
        work.carryOut(InputCourse(self, name: work.declared.name, in: work.scenario))
    }
}

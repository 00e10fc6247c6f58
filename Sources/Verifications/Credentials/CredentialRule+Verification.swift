import Scenarios
public import VerificationKit

extension CredentialRule: Verification {
    /// Carries it out.
    public func report(_ work: VerificationWork) -> VerificationReport {
        work.tell("searching")
        return SourceScan.report(work.declared, self, shouldStop: work.shouldStop)
    }
}

import Scenarios
public import VerificationKit

extension SecretRule: Verification {
    /// Carries it out.
    public func report(_ work: VerificationWork) -> VerificationReport {
        work.tell("asking the manager")
        return SecretsVerification.report(
            work.declared, rule: self, secrets: work.scenario.secrets, environment: work.environment,
            shouldStop: work.shouldStop)
    }
}

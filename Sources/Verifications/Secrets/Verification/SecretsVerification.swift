import Foundation
import Measures
public import Scenarios
public import VerificationKit

/// The verification `secrets`: named secrets are kept in a secrets manager, and the run takes its own from there.
///
/// It is no course: it sends nothing to the target.
public enum SecretsVerification {
    /// Asks the manager about every secret of the rule and judges what it says. Takes some seconds for each at most.
    ///
    /// - Parameters:
    ///   - declared: The entry of `verify:`.
    ///   - rule: What it says of secrets.
    ///   - secrets: The scenario's own, which tell where the run takes its secrets from.
    ///   - environment: The variables that say where the manager is and who asks; see `ManagedSecrets.source`.
    ///   - shouldStop: Is asked while waiting, and ends it: what is not known by then is inconclusive.
    public static func report(
        _ declared: DeclaredVerification, rule: SecretRule, secrets: Secrets, environment: [String: String],
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) -> VerificationReport {
        report(declared, rule: rule, secrets: secrets, environment: environment, now: Date(), shouldStop: shouldStop)
    }

    /// `now`: the instant that ages are counted to.
    static func report(
        _ declared: DeclaredVerification, rule: SecretRule, secrets: Secrets, environment: [String: String], now: Date,
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) -> VerificationReport {
        let client = SecretsManagerClient(
            environment: environment, region: rule.region, endpoint: rule.endpoint?.constant, shouldStop: shouldStop)
        let (observations, calls) = SecretsInquiry(rule: rule, client: client, shouldStop: shouldStop).run()
        let judge = SecretsJudge(rule: rule, observations: observations, sources: secrets.sources, now: now)
        var report = VerificationReport(kind: declared.kind, name: declared.name, findings: judge.findings)
        report.figures = judge.figures
        report.exchanges = calls
        report.duration = observations.last?.received ?? .zero
        return report
    }
}

public import Scenarios

/// Secrets of AWS Secrets Manager as a source for `${aws-secret:…}`.
public enum ManagedSecrets {
    /// A source that reads the current version of each secret it is asked for, over the network.
    ///
    /// Where the manager is and who asks is found as AWS's own tools do it: `AWS_REGION`, `AWS_PROFILE`,
    /// `AWS_ENDPOINT_URL_SECRETS_MANAGER` and the others of the environment given, the shared files of `HOME`, web
    /// identity, container and instance endpoints. Failures name what was tried, never what was read.
    ///
    /// - Parameters:
    ///   - environment: The variables that count.
    ///   - shouldStop: Is asked while waiting, and ends it.
    public static func source(
        environment: [String: String], shouldStop: @escaping @Sendable () -> Bool = { false }
    ) -> SecretSource {
        let client = SecretsManagerClient(environment: environment, shouldStop: shouldStop)
        return { name in
            do throws(AWSFailure) {
                guard let text = try client.secret(name).text else {
                    return .failure(UnreadableSecret(reason: "it is bytes that are not text"))
                }
                return .success(text)
            } catch {
                return .failure(UnreadableSecret(reason: error.reason))
            }
        }
    }
}

import Foundation
import Scenarios

/// Looks for credentials where AWS's own tools do, in the same order: environment, web identity, shared files, container,
/// instance metadata. The first link that is set up is taken; where it fails, the ones behind it are not tried, since
/// they would be somebody else.
struct CredentialChain {
    /// What a link came to.
    enum Link {
        case found(AWSCredentials)
        /// It isn't set up, and why.
        case absent(String)
    }

    let settings: AWSSettings
    let shouldStop: @Sendable () -> Bool

    /// The credentials.
    ///
    /// - Throws: Why there are none: each link that was tried, with what it lacks.
    func find() throws(AWSFailure) -> AWSCredentials {
        let metadata = MetadataEndpoints(settings: settings, shouldStop: shouldStop)
        let roles = RoleCredentials(settings: settings, shouldStop: shouldStop)
        var tried: [String] = []
        for link in ["environment", "web identity", "shared files", "container", "instance metadata"] {
            if shouldStop() { throw AWSFailure(.noCredentials, "interrupted") }
            let result: Link
            do throws(AWSFailure) {
                switch link {
                case "environment": result = try environment()
                case "web identity": result = try roles.webIdentity()
                case "shared files": result = try roles.sharedFiles(environment: environment, metadata)
                case "container": result = try metadata.container()
                default: result = try metadata.instance()
                }
            } catch {
                tried.append("\(link) (\(error.reason))")
                throw AWSFailure(.noCredentials, Self.message(tried))
            }
            switch result {
            case .found(let credentials): return credentials
            case .absent(let reason): tried.append("\(link) (\(reason))")
            }
        }
        throw AWSFailure(.noCredentials, Self.message(tried))
    }

    private static func message(_ tried: [String]) -> String {
        "no credentials: tried \(tried.joined(separator: ", "))"
    }

    private func environment() throws(AWSFailure) -> Link {
        guard let keyID = settings.variable("AWS_ACCESS_KEY_ID") else {
            return .absent("AWS_ACCESS_KEY_ID is not set")
        }
        guard let secretKey = settings.variable("AWS_SECRET_ACCESS_KEY") else {
            throw AWSFailure(.noCredentials, "AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not")
        }
        return .found(
            AWSCredentials(
                keyID: keyID, secretKey: secretKey, token: settings.variable("AWS_SESSION_TOKEN"),
                origin: "the environment"))
    }
}

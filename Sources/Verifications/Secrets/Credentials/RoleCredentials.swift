import Foundation
import Scenarios

/// Roles that are assumed over STS, and the profiles of the shared files that say which.
struct RoleCredentials {
    /// Profiles at most that lead from one to the next.
    private static let maximumProfiles = 5

    let settings: AWSSettings
    let shouldStop: @Sendable () -> Bool

    // MARK: Web identity

    /// `AWS_WEB_IDENTITY_TOKEN_FILE` and `AWS_ROLE_ARN`, as Kubernetes and CI services set them.
    func webIdentity() throws(AWSFailure) -> CredentialChain.Link {
        guard let file = settings.variable("AWS_WEB_IDENTITY_TOKEN_FILE") else {
            return .absent("AWS_WEB_IDENTITY_TOKEN_FILE is not set")
        }
        guard let role = settings.variable("AWS_ROLE_ARN") else {
            throw AWSFailure(.noCredentials, "AWS_WEB_IDENTITY_TOKEN_FILE is set, AWS_ROLE_ARN is not")
        }
        return .found(
            try assume(
                role, tokenFile: file, session: settings.variable("AWS_ROLE_SESSION_NAME"),
                origin: "the web identity \(role)"))
    }

    private func assume(
        _ role: String, tokenFile: String, session: String?, origin: String
    ) throws(AWSFailure) -> AWSCredentials {
        guard let text = SharedProfiles.text(tokenFile) else {
            throw AWSFailure(.noCredentials, "the token file \(tokenFile) can't be read")
        }
        let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
        if token.isEmpty { throw AWSFailure(.noCredentials, "the token file \(tokenFile) is empty") }
        let answer = try AWSCall(settings: settings, shouldStop: shouldStop).sts(
            [
                ("Action", "AssumeRoleWithWebIdentity"), ("RoleArn", role), ("RoleSessionName", session ?? "loadgate"),
                ("WebIdentityToken", token),
            ], region: settings.region ?? "us-east-1", as: nil, who: origin, hidden: [token])
        return try credentials(answer, origin)
    }

    private func credentials(_ answer: String, _ origin: String) throws(AWSFailure) -> AWSCredentials {
        guard let credentials = AWSCredentials(xml: answer, origin: origin) else {
            throw AWSFailure(.malformed, "STS answers with something other than credentials")
        }
        return credentials
    }

    // MARK: Shared files

    /// The profile of the shared files: keys of its own, or a role by way of another profile, of the environment, of an
    /// endpoint, or of a token file.
    func sharedFiles(
        environment: () throws(AWSFailure) -> CredentialChain.Link, _ metadata: MetadataEndpoints
    ) throws(AWSFailure) -> CredentialChain.Link {
        let name = settings.profileName
        guard settings.profiles.profile(name) != nil else {
            let files = settings.profiles.files
            let places =
                files.isEmpty
                ? "HOME is not set" : "no profile \(JSONString.quoted(name)) in \(files.joined(separator: " or "))"
            // A profile that is asked for by name must be there.
            if settings.namesProfile { throw AWSFailure(.noCredentials, places) }
            return .absent(places)
        }
        return try profile(name, visited: [], environment: environment, metadata)
    }

    private func profile(
        _ name: String, visited: [String], environment: () throws(AWSFailure) -> CredentialChain.Link,
        _ metadata: MetadataEndpoints
    ) throws(AWSFailure) -> CredentialChain.Link {
        guard let profile = settings.profiles.profile(name) else {
            throw AWSFailure(.noCredentials, "there is no profile \(JSONString.quoted(name))")
        }
        // A profile may name itself as the source of its role: then its own keys are meant.
        guard let role = profile["role_arn"], visited.last != name else { return try keys(of: profile, name) }
        guard !visited.contains(name), visited.count < Self.maximumProfiles else {
            throw AWSFailure(
                .noCredentials, "the profiles lead in a circle: \((visited + [name]).joined(separator: ", "))")
        }
        let origin = "the role \(role) of profile \(JSONString.quoted(name))"
        if let file = profile["web_identity_token_file"] {
            return .found(try assume(role, tokenFile: file, session: profile["role_session_name"], origin: origin))
        }
        if profile["mfa_serial"] != nil {
            throw AWSFailure(
                .noCredentials,
                "profile \(JSONString.quoted(name)) wants a second factor, which nobody can give: \(Self.exportHint)")
        }
        let source: CredentialChain.Link
        if let other = profile["source_profile"] {
            source = try self.profile(other, visited: visited + [name], environment: environment, metadata)
        } else {
            switch profile["credential_source"] {
            case "Environment": source = try environment()
            case "EcsContainer": source = try metadata.container()
            case "Ec2InstanceMetadata": source = try metadata.instance()
            default:
                throw AWSFailure(
                    .noCredentials,
                    "profile \(JSONString.quoted(name)) has a role_arn, but no source_profile and no credential_source")
            }
        }
        switch source {
        case .absent(let reason): throw AWSFailure(.noCredentials, "profile \(JSONString.quoted(name)): \(reason)")
        case .found(let credentials): return .found(try assume(role, as: credentials, profile, origin: origin))
        }
    }

    private func assume(
        _ role: String, as credentials: AWSCredentials, _ profile: [String: String], origin: String
    ) throws(AWSFailure) -> AWSCredentials {
        var parameters = [
            ("Action", "AssumeRole"), ("RoleArn", role),
            ("RoleSessionName", profile["role_session_name"] ?? "loadgate"),
        ]
        if let identifier = profile["external_id"] { parameters.append(("ExternalId", identifier)) }
        if let seconds = profile["duration_seconds"] { parameters.append(("DurationSeconds", seconds)) }
        let answer = try AWSCall(settings: settings, shouldStop: shouldStop).sts(
            parameters, region: profile["region"] ?? settings.region ?? "us-east-1", as: credentials,
            who: credentials.origin)
        return try self.credentials(answer, origin)
    }

    private static let exportHint =
        "`aws configure export-credentials --format env` gives credentials for the environment"

    private func keys(of profile: [String: String], _ name: String) throws(AWSFailure) -> CredentialChain.Link {
        if let keyID = profile["aws_access_key_id"] {
            guard let secretKey = profile["aws_secret_access_key"] else {
                throw AWSFailure(
                    .noCredentials, "profile \(JSONString.quoted(name)) has a key id, but no aws_secret_access_key")
            }
            return .found(
                AWSCredentials(
                    keyID: keyID, secretKey: secretKey, token: profile["aws_session_token"],
                    origin: "profile \(JSONString.quoted(name))"))
        }
        for key in ["credential_process", "sso_session", "sso_start_url", "login_session"] where profile[key] != nil {
            throw AWSFailure(
                .noCredentials,
                "profile \(JSONString.quoted(name)) has \(key), which is not supported: \(Self.exportHint)")
        }
        return .absent("profile \(JSONString.quoted(name)) has no aws_access_key_id")
    }
}

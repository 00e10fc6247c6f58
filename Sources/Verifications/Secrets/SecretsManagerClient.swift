import Foundation
import NIOConcurrencyHelpers
import Scenarios

/// Reads secrets of AWS Secrets Manager. Credentials are looked for once, and again where they have expired.
final class SecretsManagerClient: Sendable {
    /// A secret's current version.
    struct Secret {
        /// Its text; nil: it is bytes that are no text.
        var text: String?
        /// When this version was made.
        var created: Date?
    }

    /// What the manager says of a secret beside its value.
    struct Description: Equatable {
        /// When it is to be deleted; nil: it isn't.
        var deletion: Date?
        /// Whether the manager renews it by itself.
        var rotates: Bool
    }

    /// Credentials that end so soon are renewed before a call.
    private static let leeway: TimeInterval = 60

    private struct State {
        var credentials: AWSCredentials?
        /// What would fail again in the same way: no credentials, an endpoint that doesn't answer.
        var obstacles: [String: AWSFailure] = [:]
    }

    private let settings: AWSSettings
    private let region: String?
    private let endpoint: String?
    private let shouldStop: @Sendable () -> Bool
    private let state = NIOLockedValueBox(State())

    /// `region` and `endpoint` go before what the environment says.
    init(
        environment: [String: String], region: String? = nil, endpoint: String? = nil,
        shouldStop: @escaping @Sendable () -> Bool
    ) {
        settings = AWSSettings(environment)
        self.region = region
        self.endpoint = endpoint
        self.shouldStop = shouldStop
    }

    /// The current version of a secret.
    func secret(_ name: String) throws(AWSFailure) -> Secret {
        let members = try call("GetSecretValue", name)
        let created = members.number("CreatedDate").map { Date(timeIntervalSince1970: $0) }
        if let text = members.text("SecretString") { return Secret(text: text, created: created) }
        guard let coded = members.text("SecretBinary"), let bytes = Data(base64Encoded: coded) else {
            throw AWSFailure(.malformed, "the answer has neither SecretString nor SecretBinary")
        }
        return Secret(text: String(validating: bytes, as: UTF8.self), created: created)
    }

    /// What the manager says of a secret.
    func description(_ name: String) throws(AWSFailure) -> Description {
        let members = try call("DescribeSecret", name)
        return Description(
            deletion: members.number("DeletedDate").map { Date(timeIntervalSince1970: $0) },
            rotates: members.boolean("RotationEnabled") ?? false)
    }

    private func call(_ action: String, _ name: String) throws(AWSFailure) -> JSONObject {
        let region = try region(for: name)
        let endpoint = settings.endpoint(of: .secretsManager, region: region, given: endpoint)
        if let obstacle = state.withLockedValue({ $0.obstacles[endpoint] }) { throw obstacle }
        let body = "{\"SecretId\": \(JSONString.quoted(name))}"
        let caller = AWSCall(settings: settings, shouldStop: shouldStop)
        let answer: [UInt8]
        do throws(AWSFailure) {
            answer = try withCredentials { credentials throws(AWSFailure) in
                try caller.secretsManager(action, body, region: region, endpoint: endpoint, as: credentials)
            }
        } catch {
            if error.kind == .unreachable { state.withLockedValue { $0.obstacles[endpoint] = error } }
            throw error
        }
        guard let members = JSONObject(answer) else {
            throw AWSFailure(.malformed, "the answer is not a JSON object")
        }
        return members
    }

    /// The region given, else that of an ARN (arn:partition:service:region:account:…), else the environment's.
    private func region(for name: String) throws(AWSFailure) -> String {
        let parts = name.split(separator: ":", omittingEmptySubsequences: false)
        let own = parts.first == "arn" && parts.count > 3 && !parts[3].isEmpty ? String(parts[3]) : nil
        guard let region = region ?? own ?? settings.region else {
            throw AWSFailure(
                .noRegion,
                "no region is known: set AWS_REGION, or region in the profile \(JSONString.quoted(settings.profileName))"
            )
        }
        guard AWSSettings.isRegion(region) else {
            throw AWSFailure(.noRegion, "\(JSONString.quoted(region)) is not a region")
        }
        return region
    }

    /// Calls with credentials, and once more with new ones where they turn out to have expired.
    private func withCredentials(
        _ call: (AWSCredentials) throws(AWSFailure) -> [UInt8]
    ) throws(AWSFailure) -> [UInt8] {
        let credentials = try self.credentials()
        do throws(AWSFailure) {
            return try call(credentials)
        } catch {
            guard error.kind == .expired, credentials.token != nil else { throw error }
            state.withLockedValue { $0.credentials = nil }
            let renewed = try self.credentials()
            if renewed.keyID == credentials.keyID, renewed.token == credentials.token { throw error }
            return try call(renewed)
        }
    }

    private func credentials() throws(AWSFailure) -> AWSCredentials {
        let (known, obstacle) = state.withLockedValue { ($0.credentials, $0.obstacles[""]) }
        if let obstacle { throw obstacle }
        if let known, known.expires.map({ $0.timeIntervalSinceNow > Self.leeway }) ?? true { return known }
        do throws(AWSFailure) {
            let found = try CredentialChain(settings: settings, shouldStop: shouldStop).find()
            state.withLockedValue { $0.credentials = found }
            return found
        } catch {
            state.withLockedValue { $0.obstacles[""] = error }
            throw error
        }
    }
}

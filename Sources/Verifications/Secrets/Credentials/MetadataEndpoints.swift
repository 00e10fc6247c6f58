import Fetch
import Foundation
import Measures
import Scenarios

/// The endpoints that give credentials to what runs in a container or on a virtual machine of AWS. They are asked
/// straight, without the environment's proxy.
struct MetadataEndpoints {
    /// Where a container's relative path leads.
    private static let containerHost = "169.254.170.2"
    /// Hosts that may be asked without TLS: loopback, and the link-local ones of ECS and EKS.
    private static let plainHosts: Set<String> = [containerHost, "169.254.170.23", "fd00:ec2::23", "localhost", "::1"]
    private static let containerTimeout = Span(nanoseconds: 2_000_000_000)
    /// Off AWS nobody listens there: no longer than this.
    private static let instanceTimeout = Span(nanoseconds: 1_000_000_000)

    let settings: AWSSettings
    let shouldStop: @Sendable () -> Bool

    // MARK: Container

    /// `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` (ECS) or `…_FULL_URI` (EKS Pod Identity and others), with the token of
    /// `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE` or `AWS_CONTAINER_AUTHORIZATION_TOKEN`.
    func container() throws(AWSFailure) -> CredentialChain.Link {
        guard let url = try containerURL() else {
            return .absent("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and …_FULL_URI are not set")
        }
        var request = FetchRequest(url: url)
        request.timeout = Self.containerTimeout
        request.tls.authorities = settings.variable("AWS_CA_BUNDLE")
        request.fields = [HeaderLine("Accept", "application/json")]
        if let token = try containerToken() { request.fields.append(HeaderLine("Authorization", token)) }
        let answer = try send(request, "the container's endpoint")
        guard answer.status == 200 else {
            throw AWSFailure(.noCredentials, "the container's endpoint answers with status \(answer.status)")
        }
        guard let credentials = AWSCredentials(json: answer.body, origin: "the container's endpoint") else {
            throw AWSFailure(.malformed, "the container's endpoint answers with something other than credentials")
        }
        return .found(credentials)
    }

    /// The endpoint's URL; nil: none is set.
    func containerURL() throws(AWSFailure) -> String? {
        if let path = settings.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
            return "http://\(Self.containerHost)\(path.hasPrefix("/") ? "" : "/")\(path)"
        }
        guard let url = settings.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") else { return nil }
        guard let endpoint = try? Endpoint(parsing: url) else {
            throw AWSFailure(.noCredentials, "AWS_CONTAINER_CREDENTIALS_FULL_URI is not an http:// or https:// URL")
        }
        guard endpoint.isSecure || Self.plainHosts.contains(endpoint.host) || Self.isLoopback(endpoint.host) else {
            throw AWSFailure(
                .noCredentials,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI leads to \(endpoint.host), which only https:// may be asked of")
        }
        return url
    }

    /// 127.0.0.0/8 in its usual notation.
    private static func isLoopback(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    private func containerToken() throws(AWSFailure) -> String? {
        guard let file = settings.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") else {
            return settings.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN")
        }
        guard let text = SharedProfiles.text(file) else {
            throw AWSFailure(.noCredentials, "the token file \(file) can't be read")
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    // MARK: Instance

    /// The instance metadata service, version 2: a token first, then the role's name, then its credentials.
    func instance() throws(AWSFailure) -> CredentialChain.Link {
        if settings.variable("AWS_EC2_METADATA_DISABLED")?.lowercased() == "true" {
            return .absent("AWS_EC2_METADATA_DISABLED is true")
        }
        let base = settings.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT") ?? "http://169.254.169.254"
        let root = (base.hasSuffix("/") ? String(base.dropLast()) : base) + "/latest"
        do throws(AWSFailure) {
            let token = try text("PUT", root + "/api/token", ["X-aws-ec2-metadata-token-ttl-seconds": "60"])
            let headers = ["X-aws-ec2-metadata-token": token]
            let location = root + "/meta-data/iam/security-credentials/"
            let names = try text("GET", location, headers)
            guard let role = names.split(whereSeparator: \.isNewline).first else {
                return .absent("the instance has no role")
            }
            let answer = try text("GET", location + role, headers)
            guard let credentials = AWSCredentials(json: Array(answer.utf8), origin: "the instance's role \(role)")
            else {
                return .absent("the metadata service answers with something other than credentials")
            }
            return .found(credentials)
        } catch {
            return .absent(error.reason)
        }
    }

    private func text(_ method: String, _ url: String, _ fields: [String: String]) throws(AWSFailure) -> String {
        var request = FetchRequest(url: url)
        request.method = method
        request.timeout = Self.instanceTimeout
        request.fields = fields.map { HeaderLine($0.key, $0.value) }
        let answer = try send(request, "the metadata service")
        guard answer.status == 200 else {
            throw AWSFailure(.noCredentials, "the metadata service answers with status \(answer.status)")
        }
        return String(decoding: answer.body, as: UTF8.self)
    }

    private func send(_ request: FetchRequest, _ who: String) throws(AWSFailure) -> FetchAnswer {
        do throws(FetchFailure) {
            return try Fetch.send(request, shouldStop: shouldStop)
        } catch {
            throw AWSFailure(.unreachable, "\(who) gives no answer: \(error)")
        }
    }
}

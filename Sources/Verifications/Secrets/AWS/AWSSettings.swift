import Fetch
import Foundation
import Measures
import Scenarios

/// What the environment and the shared files say of how AWS is to be reached, as AWS's own tools read them.
struct AWSSettings: Sendable {
    /// A service of AWS, as its endpoint and its variables call it.
    enum Service: String, Sendable {
        case secretsManager = "secretsmanager"
        case sts

        /// The name in `AWS_ENDPOINT_URL_…`, and in lower case in a section of services.
        var variable: String {
            switch self {
            case .secretsManager: "SECRETS_MANAGER"
            case .sts: "STS"
            }
        }
    }

    /// How long one request may take.
    private static let timeout = Span(nanoseconds: 5_000_000_000)

    let profiles: SharedProfiles
    /// The profile that is taken of the files.
    let profileName: String
    /// True where the environment names the profile.
    let namesProfile: Bool
    private let environment: [String: String]

    init(_ environment: [String: String]) {
        self.environment = environment
        profiles = SharedProfiles { Self.value(environment[$0]) }
        let named = Self.value(environment["AWS_PROFILE"]) ?? Self.value(environment["AWS_DEFAULT_PROFILE"])
        profileName = named ?? "default"
        namesProfile = named != nil
    }

    /// A variable of the environment; nil where it is not set or empty.
    func variable(_ name: String) -> String? { Self.value(environment[name]) }

    private static func value(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }

    private var profile: [String: String] { profiles.profile(profileName) ?? [:] }

    /// The region of the environment, or else of the profile.
    var region: String? { variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION") ?? profile["region"] }

    /// True for a text that may stand in a host's name and in a signature.
    static func isRegion(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 64
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// The URL of a service, a slash at its end. `given` goes before what the environment and the files say, and these
    /// before the service's own endpoint of the region.
    func endpoint(of service: Service, region: String, given: String? = nil) -> String {
        var found = given
        if found == nil, variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")?.lowercased() != "true" {
            found =
                variable("AWS_ENDPOINT_URL_\(service.variable)") ?? variable("AWS_ENDPOINT_URL")
                ?? profile["services"].flatMap { profiles.endpoint(service.variable.lowercased(), in: $0) }
                ?? profile["endpoint_url"]
        }
        let url = found ?? "https://\(service.rawValue).\(region).\(Self.domain(of: region))"
        return url.hasSuffix("/") ? url : url + "/"
    }

    /// The domain of the region's partition.
    private static func domain(of region: String) -> String {
        let domains = [
            ("cn-", "amazonaws.com.cn"), ("us-isob-", "sc2s.sgov.gov"), ("us-iso-", "c2s.ic.gov"),
            ("eu-isoe-", "cloud.adc-e.uk"), ("us-isof-", "csp.hci.ic.gov"), ("eusc-", "amazonaws.eu"),
        ]
        return domains.first { region.hasPrefix($0.0) }?.1 ?? "amazonaws.com"
    }

    /// A request to AWS: over the environment's proxy, with its authorities.
    func request(_ url: String) -> FetchRequest {
        var request = FetchRequest(url: url)
        request.timeout = Self.timeout
        request.tls.authorities = variable("AWS_CA_BUNDLE") ?? profile["ca_bundle"]
        let isSecure = url.lowercased().hasPrefix("https:")
        // HTTP_PROXY in capitals may be a header field of a CGI request, so libcurl doesn't take it either.
        let proxy = isSecure ? variable("https_proxy") ?? variable("HTTPS_PROXY") : variable("http_proxy")
        if let proxy {
            let exceptions = variable("no_proxy") ?? variable("NO_PROXY") ?? ""
            request.proxy = FetchRequest.Proxy(url: proxy, exceptions: exceptions)
        }
        return request
    }
}

public import Measures
public import Scenarios

/// What a drill's faults can reach.
public struct DrillSite: Sendable {
    /// The services that Loadgate runs.
    public var services: ServiceSupervisor
    /// The proxies; nil: there are none.
    public var proxies: (any ProxyControl)?
    /// The name server; nil: there is none.
    public var names: (any NameControl)?
    /// Where paths of requests lead: the scenario's target.
    public let target: Text
    private let targetEndpoint: Endpoint?
    /// How the target is spoken to by TLS.
    public var tls: TLSSettings
    /// What requests to the target carry besides: header fields, and how they prove who sends them.
    public var fields: [HeaderLine] = []
    /// How they prove who sends them; nil: not at all.
    public var authentication: Authentication?
    /// The hosts besides loopback to which requests may go.
    public var authorised: AuthorisedHosts
    /// What no message, journal or log shows.
    public var secrets: Secrets
    /// Names that are switched.
    let switches = NameSwitches()

    /// Makes a site.
    public init(
        services: ServiceSupervisor, proxies: (any ProxyControl)? = nil, names: (any NameControl)? = nil,
        target: Text = Text(""), tls: TLSSettings = TLSSettings(), authorised: [String] = [],
        secrets: Secrets = Secrets()
    ) {
        self.services = services
        self.proxies = proxies
        self.names = names
        self.target = target
        targetEndpoint = (try? ConstantURL(target))?.endpoint
        self.tls = tls
        self.authorised = AuthorisedHosts(authorised)
        self.secrets = secrets
    }

    /// How an endpoint is spoken to by TLS: what a scenario says of its target is of its target alone, but the authorities
    /// that it trusts are for this machine, too.
    func tls(for endpoint: Endpoint) -> TLSSettings {
        if isTarget(endpoint) { return tls }
        var settings = TLSSettings()
        if endpoint.host == "localhost" || endpoint.host.hasPrefix("127.") || endpoint.host == "::1" {
            settings.authorities = tls.authorities
            settings.verifies = tls.verifies
        }
        return settings
    }

    /// Whether an endpoint is the target: others get nothing of what proves to it who sends a request.
    func isTarget(_ endpoint: Endpoint) -> Bool {
        guard let target = targetEndpoint else { return false }
        return target.host == endpoint.host && target.port == endpoint.port && target.isSecure == endpoint.isSecure
    }
}

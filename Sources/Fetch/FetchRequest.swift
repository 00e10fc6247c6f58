public import Measures
public import Scenarios

/// One request beside the load: a readiness check, a probe's sample, a call of a secrets manager.
public struct FetchRequest: Sendable {
    /// A proxy, and the hosts that are asked without it.
    public struct Proxy: Sendable, Equatable {
        /// As libcurl takes it: `http://proxy.example:3128`.
        public var url: String
        /// As `NO_PROXY` has them: `localhost,.internal.example`.
        public var exceptions: String

        /// Makes a proxy.
        public init(url: String, exceptions: String = "") {
            self.url = url
            self.exceptions = exceptions
        }
    }

    /// Where a request may go.
    public enum Peers: Sendable {
        /// To every address.
        case any
        /// To addresses of loopback; a name that leads elsewhere gets no packet.
        case loopback

        /// Loopback alone, unless the host is among those that the scenario authorises by name.
        public init(of host: String, authorised: AuthorisedHosts) { self = authorised.names(host) ? .any : .loopback }
    }

    /// The method.
    public var method = "GET"
    /// An `http[s]://` URL.
    public var url: String
    /// Header fields, besides those that libcurl sends by itself.
    public var fields: [HeaderLine] = []
    /// What the request carries; nil: nothing.
    public var body: [UInt8]?
    /// How long it may take in all, looking up the name included; at least a millisecond.
    public var timeout = Span(nanoseconds: 2_000_000_000)
    /// The largest body that is taken, in bytes.
    public var maximumBody = 1 << 20
    /// Whether the answer has the body; else it is read, and thrown away.
    public var keepsBody = true
    /// Whom to trust, and who is asked for.
    public var tls = TLSSettings()
    /// How it proves who sends it; nil: not at all. For a signature (AWS Signature Version 4) the query must stand in the
    /// URL sorted and encoded as the signature wants it: libcurl 7.88 signs it as it is.
    public var signature: Authentication?
    /// Which addresses it may go to. Through a proxy: those that the proxy may have.
    public var peers = Peers.any
    /// The way to the host; nil: straight, whatever proxy the environment names.
    public var proxy: Proxy?

    /// Makes a request.
    public init(url: String) { self.url = url }
}

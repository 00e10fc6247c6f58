/// How requests are made of HTTP beyond method, URL, fields and body.
public struct HTTPSettings: Sendable, Equatable {
    /// A version of HTTP.
    public enum Version: String, CaseIterable, Sendable {
        /// RFC 9112.
        case http1 = "1.1"
        /// RFC 9113: by ALPN over TLS, with prior knowledge (§3.3) otherwise.
        case http2 = "2"
    }

    /// An entry of the name table that goes before DNS.
    public struct Resolution: Sendable, Equatable {
        /// The host that steps name.
        public var host: String
        /// The port that steps name.
        public var port: Int
        /// The numeric address to connect to.
        public var address: String

        /// Makes an entry.
        public init(host: String, port: Int, address: String) {
            self.host = host
            self.port = port
            self.address = address
        }
    }

    /// How an exchange is told apart in the traces of the services that it goes through.
    public enum Trace: String, CaseIterable, Sendable {
        /// A field `traceparent` (W3C Trace Context).
        case w3c
    }

    /// The version that is spoken.
    public var version = Version.http1
    /// Requests under way at most on one HTTP/2 connection; the peer's own bound holds too.
    public var streams = 100
    /// Redirects that are followed at most, 0...50; 0: a 3xx answer is the answer.
    public var redirects = 0
    /// Whether each user keeps the cookies that it is given, and sends them back (RFC 6265).
    public var cookies = false
    /// Whether each iteration begins without cookies; only where users keep some.
    public var freshCookies = false
    /// Whether compressed answers are asked for and unpacked.
    public var compression = false
    /// `http://`, `https://`, `socks5://` or `socks5h://host:port`, possibly with user and password.
    public var proxy: ProxyURL?
    /// How requests prove who sends them.
    public var authentication: Authentication?
    /// Names with fixed addresses.
    public var resolve: [Resolution] = []
    /// The Unix socket that carries every request; its path as this process can open it.
    public var unixSocket: String?
    /// What each request carries for traces; nil: nothing.
    public var trace: Trace?

    /// The language's own settings.
    public init() {}
}

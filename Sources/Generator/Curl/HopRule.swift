import CCurl
import CLinux
import Glibc
import Scenarios

/// Where a request may go, redirects included: to this machine, and to hosts that are authorised.
///
/// Without a proxy the address of every socket that is to be opened is looked at, so a name that leads elsewhere now
/// than it did before the run changes nothing; a connection that is used again was looked at when it was opened, for the
/// same host. Through a proxy no socket tells where a request goes, and the proxy may look the name up itself: so the
/// proxy's socket is looked at, and each target by its name.
struct HopRule: Sendable {
    private let authorised: AuthorisedHosts
    private let proxyHost: String?

    init(_ settings: CurlSettings) {
        authorised = settings.authorised
        proxyHost = settings.proxyHost
    }

    var hasProxy: Bool { proxyHost != nil }

    /// True where a socket may be opened to the address on behalf of `host`.
    func allows(_ address: SocketAddress, of host: @autoclosure () -> String) -> Bool {
        // A Unix socket is on this machine, too.
        address.isLoopback || address.family == AF_UNIX || authorised.names(proxyHost ?? host())
    }

    /// True where a proxy may be asked for the host.
    func allowsThroughProxy(_ host: String) -> Bool {
        authorised.allowsByName(host)
    }

    /// True for a plain IPv4 or IPv6 address.
    static func isLiteral(_ host: String) -> Bool { SocketAddress(numeric: host) != nil }

    /// The host in a URL as libcurl reads it, in lower case, without brackets and zone; nil where there is none.
    static func host(ofURL url: String) -> String? { Location(url)?.host }

    /// A URL taken apart by libcurl's own parser, so that no other reading of it can slip through.
    struct Location: Equatable {
        var host: String
        var port: String

        /// `url` may be relative to `base`.
        init?(_ url: String, base: String? = nil) {
            guard let handle = curl_url() else { return nil }
            defer { curl_url_cleanup(handle) }
            // What a scheme that libcurl doesn't know leads to is refused when it is followed. A proxy may lack a scheme.
            let flags = UInt32(CURLU_URLENCODE | CURLU_ALLOW_SPACE | CURLU_NON_SUPPORT_SCHEME | CURLU_PATH_AS_IS)
            if let base, curl_url_set(handle, CURLUPART_URL, base, flags | UInt32(CURLU_GUESS_SCHEME)) != CURLUE_OK {
                return nil
            }
            guard
                curl_url_set(handle, CURLUPART_URL, url, flags | (base == nil ? UInt32(CURLU_GUESS_SCHEME) : 0))
                    == CURLUE_OK, let host = Self.part(CURLUPART_HOST, of: handle)
            else { return nil }
            self.host = host.lowercased().filter { $0 != "[" && $0 != "]" }
            port = Self.part(CURLUPART_PORT, of: handle, flags: UInt32(CURLU_DEFAULT_PORT)) ?? ""
        }

        private static func part(_ part: CURLUPart, of handle: OpaquePointer, flags: UInt32 = 0) -> String? {
            var text: UnsafeMutablePointer<CChar>?
            guard curl_url_get(handle, part, &text, flags) == CURLUE_OK, let text else { return nil }
            defer { curl_free(text) }
            return String(cString: text)
        }
    }
}

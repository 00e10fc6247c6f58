import HTTPFields
import Scenarios

/// Which header fields a scenario may hold.
enum HeaderFields {
    /// Fields of one connection (RFC 9110 §7.6.1), and those that only the generator knows.
    private static let owned: Set<String> = [
        "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
        "content-length", "host", "expect", "http2-settings", "proxy-authenticate",
    ]
    /// Fields by which browsers tell where a request comes from and what they have: they say nothing of the next user.
    private static let browsers: Set<String> = [
        "cookie", "accept-encoding", "referer", "origin", "priority", "dnt", "upgrade-insecure-requests",
        "if-none-match", "if-modified-since", "x-client-data", "proxy-authorization", "alt-used",
    ]

    /// True for a name that the generator sends.
    static func canBeSent(_ name: String) -> Bool {
        HeaderName.isToken(name) && !owned.contains(name.lowercased())
    }

    /// True for a field of a recording that belongs to the request, and not to the browser or its connection.
    static func isOfRequest(_ name: String) -> Bool {
        let name = name.lowercased()
        return canBeSent(name) && !browsers.contains(name) && !name.hasPrefix("sec-")
            && !name.hasPrefix("proxy-")
    }

    /// True for `type/subtype`.
    static func isMediaType(_ type: String) -> Bool { MediaType.isEssence(type) }
}

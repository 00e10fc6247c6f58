/// The URL of a proxy, `http://`, `https://`, `socks5://` or `socks5h://[user:password@]host:port`: as it was written, and where
/// it listens.
public struct ProxyURL: Sendable, Equatable {
    /// As it was written, its secrets marked.
    public let text: Text
    /// The whole URL. May hold a password: never show it.
    public let constant: String
    /// Where it listens.
    public let endpoint: Endpoint

    /// Takes it apart; nil where it is not the URL of a proxy.
    public init?(_ text: Text) {
        guard let url = text.constant, !Reading.hasForbiddenCharacter(url), let colon = url.firstRange(of: "://"),
            ["http", "https", "socks5", "socks5h"].contains(url[..<colon.lowerBound].lowercased())
        else { return nil }
        // A slash ends the authority (RFC 3986 §3.2), and what stands before its last @ is user and password.
        var rest = url[colon.upperBound...]
        if rest.last == "/" { rest = rest.dropLast() }
        guard !rest.contains(where: { "/?#".contains($0) }),
            let endpoint = Reading.hostAndPort(rest.lastIndex(of: "@").map { rest[rest.index(after: $0)...] } ?? rest)
        else { return nil }
        self.text = text
        constant = url
        self.endpoint = endpoint
    }
}

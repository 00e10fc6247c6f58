extension Reading {
    /// Redirects at most that a request may follow.
    static let maximumRedirects = 50

    /// What requests have of HTTP, and the header fields of all of them.
    func http(
        _ node: SourceNode?, _ scope: Scope, _ transport: Defaults.Transport
    ) -> (settings: HTTPSettings, headers: [Header]) {
        var settings = HTTPSettings()
        guard let node, let fields = fields(node, .http) else { return (settings, []) }
        let headers = headers(fields["headers"], scope)
        if let name = choice(fields["version"], HTTPSettings.Version.allCases.map(\.rawValue)) {
            settings.version = HTTPSettings.Version(rawValue: name) ?? .http1
        }
        settings.streams = integer(fields["streams"], minimum: 1, maximum: 1000) ?? settings.streams
        settings.redirects = integer(fields["redirects"], minimum: 0, maximum: Self.maximumRedirects) ?? 0
        if let cookies = cookies(fields["cookies"]) {
            settings.cookies = cookies != .none
            settings.freshCookies = cookies == .fresh
        }
        settings.compression = boolean(fields["compression"]) ?? false
        settings.proxy = proxy(fields["proxy"])
        settings.authentication = authentication(fields["auth"], scope, transport)
        settings.resolve = resolve(fields["resolve"])
        settings.unixSocket = socketPath(fields["unix_socket"])

        if fields["auth"] != nil, Self.setsAuthorization(headers) {
            report(fields.place(of: "auth"), "auth can't stand beside the header field Authorization")
        }
        if fields["proxy"] != nil, fields["unix_socket"] != nil {
            report(fields.place(of: "unix_socket"), "a Unix socket can't be reached by a proxy")
        }
        let needs = [
            ("version", settings.version == .http2 ? "version: 2" : nil),
            ("redirects", settings.redirects > 0 ? "redirects" : nil),
            ("compression", settings.compression ? "compression" : nil),
            ("proxy", fields["proxy"] != nil ? "proxy" : nil),
            ("unix_socket", fields["unix_socket"] != nil ? "unix_socket" : nil),
        ]
        for case (let key, let what?) in needs { requireCurl(for: what, at: fields.place(of: key), transport) }
        return (settings, headers)
    }

    private enum Cookies {
        case none, kept, fresh
    }

    private func cookies(_ node: SourceNode?) -> Cookies? {
        value(node, "expected true, false or fresh") { text throws(GrammarError) in
            switch text {
            case "true": return .kept
            case "false": return Cookies.none
            case "fresh": return .fresh
            default:
                throw GrammarError(offset: 0, message: "expected true, false or fresh, found \(quoted(text))")
            }
        }
    }

    /// A proxy's URL. It may hold a password, so no message quotes it.
    private func proxy(_ node: SourceNode?) -> Text? {
        guard let node, let text = constant(node, "the URL of a proxy"), let url = text.constant else { return nil }
        guard Self.isProxy(url) else {
            report(node.place, "expected http, https, socks5 or socks5h, then ://[user:password@]host:port")
            return nil
        }
        return text
    }

    private static func isProxy(_ url: String) -> Bool {
        guard !hasForbiddenCharacter(url), let colon = url.firstRange(of: "://"),
            ["http", "https", "socks5", "socks5h"].contains(url[..<colon.lowerBound].lowercased())
        else { return false }
        // A slash ends the authority (RFC 3986 §3.2), and what stands before its last @ is user and password.
        var rest = url[colon.upperBound...]
        if rest.last == "/" { rest = rest.dropLast() }
        guard !rest.contains(where: { "/?#".contains($0) }) else { return false }
        return hostAndPort(rest.lastIndex(of: "@").map { rest[rest.index(after: $0)...] } ?? rest) != nil
    }

    /// Names with fixed addresses.
    private func resolve(_ node: SourceNode?) -> [HTTPSettings.Resolution] {
        var table: [HTTPSettings.Resolution] = []
        for entry in entries(node, of: "addresses by host:port") {
            let address = address(entry.value)
            guard let endpoint = Self.hostAndPort(entry.key) else {
                report(entry.place, "expected host:port such as api.example:443, found \(quoted(entry.key))")
                continue
            }
            if table.contains(where: { $0.host == endpoint.host && $0.port == endpoint.port }) {
                report(entry.place, "\(quoted(entry.key)) occurs more than once")
            }
            guard let address else { continue }
            table.append(HTTPSettings.Resolution(host: endpoint.host, port: endpoint.port, address: address))
        }
        return table
    }
}

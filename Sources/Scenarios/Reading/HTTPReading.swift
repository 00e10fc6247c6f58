extension Reading {
    /// Redirects at most that a request may follow.
    static let maximumRedirects = 50

    /// What requests have of HTTP.
    func http(_ keys: KeyValues<HTTPKeys>, _ transport: Defaults.Transport) -> HTTPSettings {
        var settings = HTTPSettings()
        settings.version = keys.version ?? .http1
        settings.streams = keys.streams ?? settings.streams
        settings.redirects = keys.redirects ?? 0
        if let cookies = keys.cookies {
            settings.cookies = cookies != .none
            settings.freshCookies = cookies == .fresh
        }
        settings.compression = keys.compression ?? false
        settings.proxy = keys.proxy
        settings.authentication = keys.auth.flatMap { authentication($0, transport) }
        settings.resolve = keys.resolve ?? []
        settings.unixSocket = keys.unixSocket
        settings.trace = keys.trace

        if keys.has(\.auth), Self.setsAuthorization(keys.headers ?? []) {
            report(keys.location(of: \.auth), "auth can't stand beside the header field Authorization")
        }
        if keys.has(\.proxy), keys.has(\.unixSocket) {
            report(keys.location(of: \.unixSocket), "a Unix socket can't be reached by a proxy")
        }
        let needs: [(location: TextLocation, what: String?)] = [
            (keys.location(of: \.redirects), settings.redirects > 0 ? "redirects" : nil),
            (keys.location(of: \.compression), settings.compression ? "compression" : nil),
            (keys.location(of: \.proxy), keys.has(\.proxy) ? "proxy" : nil),
            (keys.location(of: \.unixSocket), keys.has(\.unixSocket) ? "unix_socket" : nil),
        ]
        for case (let location, let what?) in needs { requireCurl(for: what, at: location, transport) }
        return settings
    }

    /// A proxy's URL. It may hold a password, so no message quotes it.
    fileprivate func proxy(_ node: SourceNode) -> ProxyURL? {
        guard let text = constant(node, "the URL of a proxy") else { return nil }
        guard let proxy = ProxyURL(text) else {
            report(node.location, "expected http, https, socks5 or socks5h, then ://[user:password@]host:port")
            return nil
        }
        return proxy
    }

    /// Names with fixed addresses.
    fileprivate func resolve(_ node: SourceNode) -> [HTTPSettings.Resolution] {
        var table: [HTTPSettings.Resolution] = []
        for entry in entries(node, of: "addresses by host:port") {
            let address = address(entry.value)
            guard let endpoint = Self.hostAndPort(entry.key) else {
                report(entry.location, "expected host:port such as api.example:443, found \(quoted(entry.key))")
                continue
            }
            if table.contains(where: { $0.host == endpoint.host && $0.port == endpoint.port }) {
                report(entry.location, "\(quoted(entry.key)) occurs more than once")
            }
            guard let address else { continue }
            table.append(HTTPSettings.Resolution(host: endpoint.host, port: endpoint.port, address: address))
        }
        return table
    }
}

/// What users do with cookies.
enum CookieChoice: String, CaseIterable, Sendable {
    case none = "false"
    case kept = "true"
    case fresh
}

extension KeyForm where Value == CookieChoice {
    static var cookies: KeyForm {
        let expected = "expected true, false or fresh"
        return .parsed(expected, .oneOf([.boolean, .choice(["fresh"])])) { text throws(GrammarError) in
            guard let cookies = CookieChoice(rawValue: text) else {
                throw GrammarError(message: "\(expected), found \(quoted(text))")
            }
            return cookies
        }
    }
}

extension KeyForm where Value == ProxyURL {
    /// A proxy's URL.
    static var proxy: KeyForm { KeyForm(.text) { reading, node, _ in reading.proxy(node) } }
}

extension KeyForm where Value == [HTTPSettings.Resolution] {
    /// Names with fixed addresses.
    static var resolutions: KeyForm { KeyForm(.names(.text)) { reading, node, _ in reading.resolve(node) } }
}

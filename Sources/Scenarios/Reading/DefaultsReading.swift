extension Reading {
    /// Defaults of steps; `scope`: what header fields and `auth` may hold.
    func defaults(_ node: SourceNode?, _ scope: Scope) -> Defaults {
        var defaults = Defaults()
        guard let node, let keys = read(node, DefaultsKeys.self, KeyContext(scope: scope)) else { return defaults }
        defaults.timeout = keys.timeout ?? defaults.timeout
        defaults.transport = keys.transport ?? .auto
        defaults.connections = keys.connections ?? .perUser
        if let http = keys.http {
            defaults.http = self.http(http, defaults.transport)
            defaults.headers = http.headers ?? []
        }
        if let tls = keys.tls { defaults.tls = self.tls(tls) }
        defaults.sources = keys.sourceAddresses ?? []
        if let dns = keys.dns { defaults.dns = self.dns(dns) }
        return defaults
    }

    /// An address that needs no resolution.
    func address(_ node: SourceNode) -> String? {
        let expected = "expected a numeric address such as 127.0.0.1 or ::1"
        return value(node, expected) { text throws(GrammarError) in
            guard NumericAddress.isNumeric(text) else {
                throw GrammarError(offset: 0, message: "\(expected), found \(quoted(text))")
            }
            return text
        }
    }

    /// Reports what Loadgate's own sockets don't carry where only they are allowed.
    func requireCurl(for what: String, at location: TextLocation, _ transport: Defaults.Transport) {
        if transport == .native { report(location, "\(quoted(what)) needs transport curl or auto") }
    }
}

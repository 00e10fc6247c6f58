extension Reading {
    /// Defaults of steps; `scope`: what header fields and `auth` may hold.
    func defaults(_ node: SourceNode?, _ scope: Scope) -> Defaults {
        var defaults = Defaults()
        guard let node, let fields = fields(node, .defaults) else { return defaults }
        if let timeout = duration(fields["timeout"]) { defaults.timeout = timeout }
        if let name = choice(fields["transport"], Defaults.Transport.allCases.map(\.rawValue)) {
            defaults.transport = Defaults.Transport(rawValue: name) ?? .auto
        }
        if let name = choice(fields["connections"], Defaults.Connections.allCases.map(\.rawValue)) {
            defaults.connections = Defaults.Connections(rawValue: name) ?? .perUser
        }
        (defaults.http, defaults.headers) = http(fields["http"], scope, defaults.transport)
        defaults.tls = tls(fields["tls"])
        defaults.sources = elements(fields["source_addresses"], of: "addresses").compactMap { address($0) }
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
    func requireCurl(for what: String, at place: Place, _ transport: Defaults.Transport) {
        if transport == .native { report(place, "\(quoted(what)) needs transport curl or auto") }
    }
}

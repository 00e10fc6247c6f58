import NIOHTTP1

/// Whether a request was meant for this machine, and comes from it.
///
/// A name that a stranger's page belongs to may resolve to 127.0.0.1 a moment later (DNS rebinding). The browser then takes
/// this port for the page's own origin, and asks no permission. It still says the name that it was given in `Host`, and in
/// `Origin` where the page is of.
enum LocalOrigin {
    /// Throws 421 where `Host` or the target names another host (RFC 9110 §15.5.20), 403 where `Origin` does.
    static func check(_ request: Request) throws(RequestProblem) {
        let uri = request.head.uri
        var hosts = request.headers["Host"]
        if let named = authority(ofURL: uri) { hosts.append(named) }
        guard hosts.allSatisfy(isLoopback) else {
            throw RequestProblem(
                .misdirectedRequest, "the control port is for localhost, 127.0.0.1 and [::1]: ask it by one of these")
        }
        let origins = request.headers["Origin"]
        guard origins.allSatisfy({ authority(ofURL: $0).map(isLoopback) ?? false }) else {
            throw RequestProblem(.forbidden, "the control port answers no pages of other hosts")
        }
    }

    /// `host:port` of a URL; nil where it is none.
    private static func authority(ofURL text: String) -> String? {
        for scheme in ["http://", "https://"] where text.lowercased().hasPrefix(scheme) {
            return String(text.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" })
        }
        return nil
    }

    /// True for `localhost`, any of 127.0.0.0/8 and `[::1]`, with a port or without. A user before an `@` is part of no host.
    private static func isLoopback(_ authority: String) -> Bool {
        var host = authority.trimmed
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]") else { return false }
            let port = host[host.index(after: end)...]
            return host[...end] == "[::1]" && isPort(port)
        }
        if let colon = host.firstIndex(of: ":") {
            guard isPort(host[colon...]) else { return false }
            host = host[..<colon]
        }
        if host.lowercased() == "localhost" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { part in
                (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { 48...57 ~= $0 } && UInt8(part) != nil
            }
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty || (text.hasPrefix(":") && text.dropFirst().utf8.allSatisfy { 48...57 ~= $0 })
    }
}

/// A URL taken apart leniently: browsers and command lines hold what no standard has.
struct RequestURL: Equatable {
    /// In lower case.
    var scheme: String
    /// `user:password` where it has one.
    var userInformation: String?
    /// Host and port as in a URL, in lower case.
    var authority: String
    /// The path; empty or beginning with `/`.
    var path: String
    /// What stands behind `?`; nil where there is none.
    var query: String?

    /// Scheme and authority.
    var origin: String { "\(scheme)://\(authority)" }

    /// The host without its port, an IPv6 address without brackets.
    var host: String {
        if authority.hasPrefix("["), let close = authority.firstIndex(of: "]") {
            return String(authority[..<close].dropFirst())
        }
        return String(authority.prefix { $0 != ":" })
    }

    /// Takes `scheme://[user@]host[:port][/path][?query][#fragment]` apart; nil for anything else.
    init?(_ url: String) {
        guard let colon = url.firstRange(of: "://") else { return nil }
        scheme = url[..<colon.lowerBound].lowercased()
        guard let first = scheme.first, first.isLetter, first.isASCII else { return nil }
        let rest = url[colon.upperBound...].prefix { $0 != "#" }
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        var authority = rest[..<end]
        if let at = authority.lastIndex(of: "@") {
            userInformation = String(authority[..<at])
            authority = authority[authority.index(after: at)...]
        }
        guard !authority.isEmpty else { return nil }
        var host = authority.lowercased()
        // The default port is the same host.
        for (name, port) in [("http", ":80"), ("https", ":443")] where scheme == name && host.hasSuffix(port) {
            host = String(host.dropLast(port.count))
        }
        self.authority = host
        let tail = rest[end...]
        let mark = tail.firstIndex(of: "?") ?? tail.endIndex
        path = String(tail[..<mark])
        query = mark == tail.endIndex ? nil : String(tail[tail.index(after: mark)...])
    }
}

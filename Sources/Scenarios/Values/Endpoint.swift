import Foundation

/// Where a URL leads: scheme, host, port, and what follows them (RFC 3986 §3, RFC 9110 §4.2).
public struct Endpoint: Hashable, Sendable {
    /// True for `https://` and `wss://`.
    public var isSecure: Bool
    /// The host's name or address, in lower case, an IPv6 address without its brackets.
    public var host: String
    /// The port, 1...65535; where the URL names none, 443 of a secure one, else 80.
    public var port: Int
    /// Path and query as they stand in the URL; empty where it has none.
    public var path: String

    /// What is wrong with a URL.
    public enum Malformed: Error, Equatable, Sendable {
        /// It begins with none of the expected schemes.
        case scheme
        /// It names a user or password.
        case userInformation
        /// Host or brackets are missing or have characters that no host has.
        case host
        /// The port is no number of 1...65535.
        case port
        /// It has a fragment (`#…`).
        case fragment
    }

    /// The endpoint of these parts, without a path.
    public init(isSecure: Bool, host: String, port: Int) {
        self.isSecure = isSecure
        self.host = host
        self.port = port
        path = ""
    }

    /// Takes `http[s]://host[:port][/path]` apart; with `webSocket` also `ws[s]://…` (RFC 6455 §3).
    public init(parsing url: String, webSocket: Bool = false) throws(Malformed) {
        guard let colon = url.range(of: "://") else { throw .scheme }
        switch url[..<colon.lowerBound].lowercased() {
        case "http": isSecure = false
        case "https": isSecure = true
        case "ws" where webSocket: isSecure = false
        case "wss" where webSocket: isSecure = true
        default: throw .scheme
        }
        let rest = url[colon.upperBound...]
        if rest.contains("#") { throw .fragment }
        let pathStart = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let authority = rest[..<pathStart]
        path = String(rest[pathStart...])
        if authority.contains("@") { throw .userInformation }
        let (host, port) = try Self.split(authority)
        self.host = host.lowercased()
        guard let port else {
            self.port = isSecure ? 443 : 80
            return
        }
        guard !port.isEmpty, port.allSatisfy({ ("0"..."9").contains($0) }), let number = Int(port),
            1...65535 ~= number
        else { throw .port }
        self.port = number
    }

    /// The authority as it stands in a `Host` field: the scheme's own port is left out, an IPv6 address in brackets.
    public var authority: String {
        let host = host.contains(":") ? "[\(host)]" : host
        return port == defaultPort ? host : "\(host):\(port)"
    }

    /// Path and query as a request line carries them (RFC 9112 §3.2.1): never empty.
    public var requestTarget: String { path.isEmpty || path.hasPrefix("?") ? "/" + path : path }

    /// Plain HTTP on its own port beside HTTPS on its own; nil of any other endpoint.
    public var plain: Endpoint? {
        guard isSecure, port == 443 else { return nil }
        return Endpoint(isSecure: false, host: host, port: 80)
    }

    /// Scheme, host and port, e.g. `https://127.0.0.1:8443`.
    public var base: String { (isSecure ? "https://" : "http://") + authority }

    private var defaultPort: Int { isSecure ? 443 : 80 }

    private static func split(_ authority: Substring) throws(Malformed) -> (host: Substring, port: Substring?) {
        if authority.first == "[" {
            guard let close = authority.firstIndex(of: "]") else { throw .host }
            let host = authority[authority.index(after: authority.startIndex)..<close]
            let rest = authority[authority.index(after: close)...]
            guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else { throw .host }
            if rest.isEmpty { return (host, nil) }
            guard rest.first == ":" else { throw .port }
            return (host, rest.dropFirst())
        }
        let colon = authority.firstIndex(of: ":")
        let host = authority[..<(colon ?? authority.endIndex)]
        let isName = host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard !host.isEmpty, isName else { throw .host }
        return (host, colon.map { authority[authority.index(after: $0)...] })
    }
}

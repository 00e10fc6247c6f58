import Foundation

/// Where a URL leads: host, port, and what follows them (RFC 3986 §3, RFC 9110 §4.2.1).
public struct Endpoint: Hashable, Sendable {
    /// The host's name or address, in lower case, an IPv6 address without its brackets.
    public var host: String
    /// The port, 1...65535; 80 where the URL names none.
    public var port: Int
    /// Path and query as they stand in the URL; empty where it has none.
    public var path: String

    /// What is wrong with a URL.
    public enum Malformed: Error, Equatable, Sendable {
        /// It doesn't begin with `http://`.
        case scheme
        /// It begins with `https://`, which this version doesn't speak.
        case secure
        /// It names a user or password.
        case userInformation
        /// Host or brackets are missing or have characters that no host has.
        case host
        /// The port is no number of 1...65535.
        case port
        /// It has a fragment (`#…`).
        case fragment
    }

    /// Takes `http://host[:port][/path]` apart.
    public init(parsing url: String) throws(Malformed) {
        guard let colon = url.range(of: "://") else { throw .scheme }
        switch url[..<colon.lowerBound].lowercased() {
        case "http": break
        case "https": throw .secure
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
            self.port = 80
            return
        }
        guard !port.isEmpty, port.allSatisfy({ ("0"..."9").contains($0) }), let number = Int(port),
            1...65535 ~= number
        else { throw .port }
        self.port = number
    }

    /// The authority as it stands in a `Host` field: port 80 is left out, an IPv6 address in brackets.
    public var authority: String {
        let host = host.contains(":") ? "[\(host)]" : host
        return port == 80 ? host : "\(host):\(port)"
    }

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

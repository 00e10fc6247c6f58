package import Scenarios

/// An origin as browsers send it: `https://app.example:8443` (RFC 6454 §6.2), or with `*.` before its host all of the
/// host's subdomains.
public struct WebOrigin: Hashable, Sendable {
    /// The scheme in lower case, e.g. `https`.
    public var scheme: String
    /// The host in lower case, an IPv6 address in brackets, without `*.`.
    public var host: String
    /// The port; nil: the scheme's own.
    public var port: Int?
    /// Whether it stands for all subdomains of the host, and not for the host itself.
    public var isPattern: Bool

    /// The origin as it is written.
    public var text: String { text(host: (isPattern ? "*." : "") + host) }

    /// An origin that browsers may send: of a pattern one of its subdomains.
    public var sample: String { text(host: (isPattern ? "loadgate." : "") + host) }

    /// The same scheme and port on another host.
    public func text(host: String) -> String { "\(scheme)://\(host)\(port.map { ":\($0)" } ?? "")" }

    /// Whether a page of the origin `other`, as a browser would send it, is meant.
    public func covers(_ other: String) -> Bool {
        guard isPattern else { return other == text }
        let before = "\(scheme)://", after = ".\(host)\(port.map { ":\($0)" } ?? "")"
        guard other.hasPrefix(before), other.hasSuffix(after) else { return false }
        let label = other.dropFirst(before.count).dropLast(after.count)
        return label.utf8.count + before.utf8.count + after.utf8.count == other.utf8.count && !label.isEmpty
            && label.utf8.allSatisfy { Self.isHostByte($0) && $0 != UInt8(ascii: "_") }
    }

    /// Takes an origin apart.
    package init(parsing text: String) throws(GrammarError) {
        func wrong(_ message: String) -> GrammarError { GrammarError(offset: 0, message: message) }
        if text == "null" {
            throw wrong("null is the origin of every sandboxed page and file: it can't be allowed")
        }
        guard let colon = text.firstRange(of: "://") else {
            throw wrong("expected an origin such as https://app.example, found \(quoted(text))")
        }
        guard text == text.lowercased() else { throw wrong("browsers send origins in lower case: \(quoted(text))") }
        scheme = String(text[..<colon.lowerBound])
        let isScheme = scheme.utf8.allSatisfy {
            Self.isHostByte($0) && $0 != UInt8(ascii: "_") || $0 == UInt8(ascii: "+")
        }
        guard isScheme, scheme.utf8.first.map({ UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 }) == true else {
            throw wrong("expected an origin such as https://app.example, found \(quoted(text))")
        }
        var rest = text[colon.upperBound...]
        guard !rest.contains(where: { "/?#@".contains($0) }) else {
            throw wrong("an origin has no path, not even a slash at its end, and no user: \(quoted(text))")
        }
        isPattern = rest.hasPrefix("*.")
        if isPattern { rest = rest.dropFirst(2) }
        var portText: Substring?
        if rest.first == "[" {
            let parts = rest.split(separator: "]", maxSplits: 1, omittingEmptySubsequences: false)
            let isAddress = parts[0].dropFirst().utf8.allSatisfy { Self.isHostByte($0) || $0 == UInt8(ascii: ":") }
            guard parts.count == 2, !isPattern, isAddress, parts[0].count > 2 else {
                throw wrong("no IPv6 address in brackets in \(quoted(text))")
            }
            host = parts[0] + "]"
            if !parts[1].isEmpty {
                guard parts[1].first == ":" else { throw wrong("no origin: \(quoted(text))") }
                portText = parts[1].dropFirst()
            }
        } else {
            let parts = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            host = parts.first.map(String.init) ?? ""
            guard !host.isEmpty, host.utf8.allSatisfy(Self.isHostByte), !host.hasPrefix("."), !host.contains("..")
            else {
                throw wrong(
                    "no host in \(quoted(text))\(text.contains("*") ? ": * stands only as https://*.host" : "")")
            }
            if parts.count == 2 { portText = parts[1] }
        }
        guard let portText else { return }
        guard let number = Quantity.integer(portText), 1...65535 ~= number, String(number) == portText else {
            throw wrong("expected a port from 1 to 65535 in \(quoted(text))")
        }
        guard number != ["http": 80, "https": 443][scheme] else {
            throw wrong("browsers leave out a scheme's own port: \(quoted(text))")
        }
        port = number
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

extension WebOrigin {
    /// The origin of a text as a browser sends it; nil where it is none.
    public init?(_ text: String) {
        do throws(GrammarError) { self = try WebOrigin(parsing: text) } catch { return nil }
    }
}

import Scenarios
import VerificationKit

/// The list of sources of a directive (CSP Level 3 §2.3.1).
struct SourceList {
    /// The expressions as they stand, keywords and schemes in lower case.
    let sources: [String]

    init(_ tokens: [String]) {
        sources = tokens.map { $0.hasPrefix("'nonce-") || Self.isHash($0) ? $0 : $0.lowercased() }
    }

    /// Nonces, without `'nonce-` and the quote at the end. What is none by the grammar is passed over.
    var nonces: [String] {
        sources.filter { $0.lowercased().hasPrefix("'nonce-") && isQuoted($0) }.map {
            String($0.dropFirst(7).dropLast())
        }
    }

    /// Whether a nonce or hash is there.
    var hasNonceOrHash: Bool { !nonces.isEmpty || sources.contains { Self.isHash($0) && isQuoted($0) } }

    /// Whether scripts that are trusted hand their trust on, so that hosts and schemes don't count (§8.2).
    var isStrict: Bool { sources.contains("'strict-dynamic'") }

    /// Whether inline scripts run: nonces, hashes and 'strict-dynamic' switch 'unsafe-inline' off (§6.7.3.2).
    func allowsInlineScript(_ profile: HeaderRule.Profile) -> Bool {
        sources.contains("'unsafe-inline'") && !hasNonceOrHash(profile) && !isStrict
    }

    /// Whether inline styles apply; 'strict-dynamic' says nothing about them.
    var allowsInlineStyle: Bool { sources.contains("'unsafe-inline'") && !hasNonceOrHash }

    /// Sources that let in every host, or scripts that an attacker writes into a URL.
    var broad: [String] { sources.filter { Self.isBroad($0) } }

    /// Sources that let in too much by a profile; the observatory's list is short (mdn/mdn-http-observatory
    /// src/analyzer/tests/csp.js), and scripts from data: are broad there, too.
    func broad(_ profile: HeaderRule.Profile, forScripts: Bool = false) -> [String] {
        guard profile == .observatory else { return broad }
        return sources.filter { Self.broadForObservatory.contains($0) || forScripts && $0 == "data:" }
    }

    /// Whether a nonce or hash is there by a profile: the observatory looks at how sources begin.
    func hasNonceOrHash(_ profile: HeaderRule.Profile) -> Bool {
        guard profile == .observatory else { return hasNonceOrHash }
        let beginnings = ["'nonce-", "'sha256-", "'sha384-", "'sha512-"]
        return sources.contains { source in beginnings.contains { source.lowercased().hasPrefix($0) } }
    }

    private static let broadForObservatory: Set<String> = [
        "*", "http:", "https:", "ftp:", "http://*", "http://*.*", "https://*", "https://*.*",
    ]

    /// Sources over plain HTTP or FTP, or by sockets without TLS, which the observatory doesn't look for.
    func insecure(_ profile: HeaderRule.Profile) -> [String] {
        let schemes = profile == .observatory ? ["http:", "ftp:"] : ["http:", "ftp:", "ws:"]
        return sources.filter { source in schemes.contains { source == $0 || source.hasPrefix("\($0)//") } }
    }

    /// What browsers pass over, in words.
    var problems: [String] {
        var problems: [String] = []
        for source in sources {
            let shown = FieldText.shown(source, upTo: 60)
            let bare = source.lowercased()
            if Self.keywords.contains("'\(bare)'") || bare.hasPrefix("nonce-") || Self.isHash("'\(bare)'") {
                problems.append("\(shown) without its quotes is the name of a host")
            } else if source.unicodeScalars.contains(where: { $0.value > 126 }) {
                problems.append("\(shown) has a character that no source has")
            } else if source.first == "'", !isQuoted(source) {
                problems.append("\(shown) is not a keyword")
            }
        }
        if sources.contains("'none'"), sources.count > 1 { problems.append("'none' counts only when it is alone") }
        return problems
    }

    private func isQuoted(_ source: String) -> Bool {
        if Self.keywords.contains(source) { return true }
        if source.lowercased().hasPrefix("'nonce-") {
            return source.last == "'" && Self.isBase64(source.dropFirst(7).dropLast())
        }
        guard Self.isHash(source) else { return false }
        return Self.isBase64(source.dropFirst(8).dropLast())
    }

    private static let keywords: Set<String> = [
        "'none'", "'self'", "'unsafe-inline'", "'unsafe-eval'", "'strict-dynamic'", "'unsafe-hashes'",
        "'report-sample'", "'wasm-unsafe-eval'", "'inline-speculation-rules'", "'trusted-types-eval'",
        "'unsafe-allow-redirects'", "'report-sha256'", "'report-sha384'", "'report-sha512'",
    ]

    private static func isHash(_ source: String) -> Bool {
        let lower = source.lowercased()
        return ["'sha256-", "'sha384-", "'sha512-"].contains { lower.hasPrefix($0) } && lower.last == "'"
    }

    private static func isBase64(_ text: Substring) -> Bool {
        let body = text.prefix { $0 != "=" }
        let padding = text.dropFirst(body.count)
        return !body.isEmpty && padding.count <= 2 && padding.allSatisfy { $0 == "=" }
            && body.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "-"),
                    UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    private static func isBroad(_ source: String) -> Bool {
        if ["*", "http:", "https:", "ftp:", "data:", "blob:", "filesystem:", "ws:", "wss:"].contains(source) {
            return true
        }
        guard !source.hasPrefix("'") else { return false }
        let rest = source.firstRange(of: "://").map { source[$0.upperBound...] } ?? source[...]
        let host = rest.prefix { $0 != "/" && $0 != ":" }
        // All hosts, or all of a top-level domain.
        return host == "*" || host.hasPrefix("*.") && !host.dropFirst(2).contains(".")
    }
}
